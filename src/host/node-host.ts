import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { openBlockFile } from './block-file.ts';
import { openDeviceStream, openFileStream } from './file-streams.ts';
import { openLogFile } from './log-file.ts';
import { createNodeNetwork } from './node-net.ts';
import { saveFile } from './save-file.ts';
import type { ByteStream, Host } from './types.ts';

/** The host as Node gives it. `openPane` makes the stream behind `vc`, `logText` takes what has no log file. */
export function createNodeHost(
  openPane: (label: string) => ByteStream,
  logText: (text: string) => void = text => void process.stderr.write(text),
): Host {
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
    openLog: path => (path === null ? { write: logText, close: () => {} } : openLogFile(path)),
    deflate: promisify<Uint8Array, Uint8Array>(deflate),
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

function openStream(label: string, spec: string, openPane: (label: string) => ByteStream): ByteStream {
  if (spec === 'vc') return openPane(label);
  throw new Error('cannot use stdio: the monitor has the terminal');
}
