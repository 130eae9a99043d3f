import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { FdSetEntry } from '../core/config.ts';
import { createFile, openBlockFile, openTemporaryFile } from './block-file.ts';
import { entropy } from './entropy.ts';
import { openDeviceStream, openFileStream } from './file-streams.ts';
import { openFolder } from './folder.ts';
import { openLogFile } from './log-file.ts';
import { physicalAddressOf, virtualAddressOf } from './memory-place.ts';
import { createNodeNetwork } from './node-net.ts';
import { saveFile } from './save-file.ts';
import type { ByteStream, Host } from './types.ts';

/** Makes the stream behind `vc` and `stdio`. */
type OpenPane = (label: string, kind: string) => ByteStream;

/** The host as Node gives it. `logText` takes what has no log file. */
export function createNodeHost(
  openPane: OpenPane,
  logText: (text: string) => void = text => void process.stderr.write(text),
  fdSets: readonly FdSetEntry[] = [],
): Host {
  const wallBase = Date.now() * 1e6;
  const [baseSeconds, baseNs] = process.hrtime(); // performance.now() would load a module of Node's for it
  const now = () => {
    const [seconds, ns] = process.hrtime();
    return (seconds - baseSeconds) * 1e9 + ns - baseNs;
  };
  return {
    processId: process.pid,
    now,
    wallClock: () => wallBase + now(),
    entropy,
    createFile,
    openTemporaryFile,
    openBlockFile: (path, options) => openBlockFile(path, options, fdSets),
    openFolder,
    saveFile,
    openLog: path => (path === null ? { write: logText, close: () => {} } : openLogFile(path)),
    deflate: (data, level) => promisify(deflate)(data, level === undefined ? {} : { level }),
    openStream: (label, spec) => openStream(label, spec, openPane),
    openFileStream: (path, options) => openFileStream(path, options, fdSets),
    openDeviceStream,
    memoryPlace: { virtual: virtualAddressOf, physical: physicalAddressOf },
    say: line => void process.stdout.write(`${line}\n`),
    notice: line => logText(`hmp: ${line}\n`),
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
