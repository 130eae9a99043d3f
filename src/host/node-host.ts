import { randomBytes } from 'node:crypto';
import { openBlockFile } from './block-file.ts';
import { openDeviceStream, openFileStream } from './file-streams.ts';
import { createNodeNetwork } from './node-net.ts';
import { saveFile } from './save-file.ts';
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
    openFileStream,
    openDeviceStream,
    notice: line => void process.stderr.write(`hmp: ${line}\n`),
    defer: callback => void setImmediate(callback),
    sleep: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    network: createNodeNetwork(),
  };
}

function openStream(label: string, spec: string, openPane: OpenPane): ByteStream {
  if (spec === 'vc' || spec === 'stdio') return openPane(label, spec);
  throw new Error(`'${spec}' is no console of this program: vc and stdio are`);
}
