import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PtyStream } from './pty-stream.ts';

let folder: string;
let stream: PtyStream;
let events: string[];
let input: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-pty-'));
  stream = PtyStream.open(join(folder, 'link'));
  events = [];
  input = '';
  stream.onEvent(event => void events.push(event));
  stream.onData(bytes => {
    input += Buffer.from(bytes).toString('latin1');
  });
});
afterEach(() => {
  stream.close();
  rmSync(folder, { recursive: true });
});

const openTerminal = () =>
  openSync(stream.filename.slice(4), constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);

/** What has come to the other end. */
function taken(terminal: number): string {
  const buffer = Buffer.alloc(1 << 16);
  try {
    return buffer.toString('latin1', 0, readSync(terminal, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
    throw error;
  }
}

async function until(met: () => boolean): Promise<void> {
  while (!met()) await sleep(5);
}

describe('a pseudo-terminal', () => {
  it('has a name, and a link to it while it is there', () => {
    expect(stream.filename).toMatch(/^pty:\/dev\//);
    expect(readlinkSync(join(folder, 'link'))).toBe(stream.filename.slice(4));
    expect(() => PtyStream.open(join(folder, 'link'))).toThrow('File exists');
    stream.close();
    expect(existsSync(join(folder, 'link'))).toBe(false);
    stream = PtyStream.open('');
  });

  it('carries bytes both ways as they are, and echoes none', async () => {
    const terminal = openTerminal();
    writeSync(terminal, 'in\n\u0003\r');
    await until(() => input === 'in\n\u0003\r');
    stream.write(Buffer.from('out\n\u0004'));
    let output = '';
    await until(() => {
      output += taken(terminal);
      return output.length >= 5;
    });
    expect(output).toBe('out\n\u0004');
    expect(input).toBe('in\n\u0003\r');
    closeSync(terminal);
  });

  it('loses what is written while nobody has it open', async () => {
    expect(stream.connected).toBe(false);
    stream.write(Buffer.from('lost'));
    const first = openTerminal();
    stream.write(Buffer.from('kept'));
    expect(stream.connected).toBe(true);
    let output = '';
    await until(() => {
      output += taken(first);
      return output.length >= 4;
    });
    expect(output).toBe('kept');
    closeSync(first);
    await until(() => !stream.connected);
    stream.write(Buffer.from('lost as well'));
    expect(events).toEqual(['opened', 'closed']);
    const second = openTerminal();
    expect(taken(second)).toBe('');
    closeSync(second);
  });

  it('holds back for a reader that takes its time, and forgets when it leaves', async () => {
    const terminal = openTerminal();
    const much = Buffer.alloc(1 << 17, 'x');
    stream.write(much);
    expect(stream.congested).toBe(true);
    let length = 0;
    await until(() => {
      length += taken(terminal).length;
      return length === much.length;
    });
    await until(() => events.includes('drained'));
    stream.write(much);
    closeSync(terminal);
    await until(() => events.includes('closed'));
    expect(stream.congested).toBe(false);
    expect(events).toEqual(['opened', 'drained', 'closed', 'drained']);
  });

  it('leaves input where it is while it is not wanted', async () => {
    stream.setFlowing(false);
    const terminal = openTerminal();
    writeSync(terminal, 'later');
    await until(() => stream.connected);
    await sleep(50);
    expect(input).toBe('');
    stream.setFlowing(true);
    await until(() => input === 'later');
    closeSync(terminal);
  });
});
