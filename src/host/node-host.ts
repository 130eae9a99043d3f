import { randomBytes } from 'node:crypto';
import { openBlockFile } from './block-file.ts';
import { createNodeNetwork } from './node-net.ts';
import { saveFile } from './save-file.ts';
import { FileStream, NullStream } from './streams.ts';
import { systemErrorText } from './system-error.ts';
import type { ByteStream, Host } from './types.ts';

/** Makes the stream behind `vc` and `stdio`. */
type OpenPane = (label: string, kind: string) => ByteStream;

/** The host as Node gives it. */
export function createNodeHost(openPane: OpenPane): Host {
  const wallBase = Date.now() * 1e6;
  const base = performance.now();
  const now = () => Math.round((performance.now() - base) * 1e6);
  return {
    processId: process.pid,
    now,
    wallClock: () => wallBase + now(),
    entropy: length => new Uint8Array(randomBytes(length)),
    openBlockFile,
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

function openStream(label: string, spec: string, openPane: OpenPane): ByteStream {
  if (spec === 'vc' || spec.startsWith('vc:')) return openPane(label, 'vc');
  if (spec === 'stdio') return openPane(label, 'stdio');
  if (spec === 'null') return new NullStream();
  if (spec.startsWith('file:')) return openFile(spec.slice('file:'.length));
  throw new Error(`character device '${spec}' is not known: use vc, stdio, null or file:PATH`);
}

function openFile(path: string): ByteStream {
  try {
    return new FileStream(path);
  } catch (error) {
    throw new Error(`Could not open '${path}': ${systemErrorText(error)}`);
  }
}
