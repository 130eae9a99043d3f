import { randomBytes } from 'node:crypto';
import { openBlockFile } from './block-file.ts';
import { openFolder } from './folder.ts';
import { createNodeNetwork } from './node-net.ts';
import { saveFile } from './save-file.ts';
import { FileStream, NullStream } from './streams.ts';
import { systemErrorText } from './system-error.ts';
import type { ByteStream, Host } from './types.ts';

/** The host as Node gives it. `openPane` makes the stream behind `vc`. */
export function createNodeHost(openPane: (label: string) => ByteStream): Host {
  const wallBase = Date.now() * 1e6;
  const base = performance.now();
  const now = () => Math.round((performance.now() - base) * 1e6);
  return {
    processId: process.pid,
    now,
    wallClock: () => wallBase + now(),
    entropy: length => new Uint8Array(randomBytes(length)),
    openBlockFile,
    openFolder,
    saveFile,
    openStream: (label, spec) => openStream(label, spec, openPane),
    defer: callback => void setImmediate(callback),
    sleep: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    network: createNodeNetwork(),
  };
}

function openStream(label: string, spec: string, openPane: (label: string) => ByteStream): ByteStream {
  if (spec === 'vc' || spec.startsWith('vc:')) return openPane(label);
  if (spec === 'null') return new NullStream();
  if (spec.startsWith('file:')) return openFile(spec.slice('file:'.length));
  throw new Error(`character device '${spec}' is not known: use vc, null or file:PATH`);
}

function openFile(path: string): ByteStream {
  try {
    return new FileStream(path);
  } catch (error) {
    throw new Error(`Could not open '${path}': ${systemErrorText(error)}`);
  }
}
