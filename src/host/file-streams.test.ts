import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test/support/waiting.ts';
import { openDeviceStream, openFileStream } from './file-streams.ts';
import type { ByteStream } from './types.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

let folder: string;
let stream: ByteStream | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-files-'));
});
afterEach(() => {
  stream?.close();
  rmSync(folder, { recursive: true });
});

function listen(to: ByteStream): { text: string } {
  const heard = { text: '' };
  to.onData(chunk => {
    heard.text += Buffer.from(chunk).toString();
  });
  return heard;
}

describe('a file', () => {
  it('goes on where it is told to, and is read from another', async () => {
    const [out, input] = [join(folder, 'out'), join(folder, 'in')];
    writeFileSync(out, 'old ');
    writeFileSync(input, 'typed');
    stream = openFileStream(out, { append: true, input });
    const heard = listen(stream);
    stream.write(bytes('new'));
    expect(readFileSync(out, 'utf8')).toBe('old new');
    await until(() => heard.text === 'typed');
    expect(() => openFileStream(out, { append: true, input: `${folder}/none` })).toThrow(
      `Could not open '${folder}/none': No such file or directory`,
    );
  });
});

describe('a pair of pipes', () => {
  it('carries both ways and holds back for who does not read', async () => {
    const path = join(folder, 'p');
    execFileSync('mkfifo', [`${path}.in`, `${path}.out`]);
    stream = openDeviceStream(path, 'pipe');
    expect(stream.filename).toBe('pipe');
    const heard = listen(stream);
    const told: string[] = [];
    stream.onEvent!(event => told.push(event));
    const input = openSync(`${path}.in`, constants.O_WRONLY);
    writeSync(input, 'ping');
    await until(() => heard.text === 'ping');
    stream.setFlowing!(false);
    writeSync(input, 'later');
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(heard.text).toBe('ping');
    stream.setFlowing!(true);
    await until(() => heard.text.endsWith('later'));
    const output = openSync(`${path}.out`, constants.O_RDONLY | constants.O_NONBLOCK);
    while (!stream.congested) stream.write(new Uint8Array(65536));
    const buffer = new Uint8Array(1 << 16);
    while (!told.includes('drained')) {
      try {
        readSync(output, buffer);
      } catch {
        // nothing there yet
      }
      await new Promise(resolve => setImmediate(resolve));
    }
    closeSync(input);
    closeSync(output);
  });

  it('is one file where there is no pair', async () => {
    const path = join(folder, 'p');
    execFileSync('mkfifo', [path]);
    stream = openDeviceStream(path, 'serial');
    const heard = listen(stream);
    stream.write(bytes('echo'));
    await until(() => heard.text === 'echo');
  });
});
