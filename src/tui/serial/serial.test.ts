import { describe, expect, it } from 'vitest';
import { ReplayBuffer } from './replay-buffer.ts';
import { SerialKeys } from './serial-keys.ts';

describe('SerialKeys', () => {
  function take(...chunks: string[]) {
    const keys = new SerialKeys();
    const shown: string[] = [];
    let rest = '';
    for (const chunk of chunks) {
      const result = keys.take(Buffer.from(chunk));
      for (const action of result.actions) {
        shown.push(
          action.kind === 'send' ? JSON.stringify(Buffer.from(action.bytes).toString()) : action.kind,
        );
      }
      rest = Buffer.from(result.rest).toString();
    }
    return [...shown, ...(rest ? [`rest ${rest}`] : [])];
  }

  it('sends everything but its own keys', () => {
    expect(take('ls\r\x03\x04\x1a\x1b[A')).toEqual([JSON.stringify('ls\r\x03\x04\x1a\x1b[A')]);
    expect(take('a\x0fb')).toEqual(['"a"', 'leave', 'rest b']);
    expect(take('a\x01cb')).toEqual(['"a"', 'leave', 'rest b']);
    expect(take('\x01xb')).toEqual(['quit', 'rest b']);
    expect(take('\x01hb')).toEqual(['help', '"b"']);
    expect(take('\x01\x01\x01\x0f')).toEqual(['"\\u0001\\u000f"']);
    expect(take('\x01zb')).toEqual(['"b"']);
  });

  it('remembers the prefix between chunks', () => {
    expect(take('a\x01', 'cd')).toEqual(['"a"', 'leave', 'rest d']);
  });
});

describe('ReplayBuffer', () => {
  const replay = (buffer: ReplayBuffer) => buffer.takeReplay().toString();

  it('replays what was not seen, from the start of its line', () => {
    const buffer = new ReplayBuffer();
    buffer.add(Buffer.from('one\r\ntwo> '), false);
    expect(replay(buffer)).toBe('one\r\ntwo> ');
    expect(replay(buffer)).toBe('two> ');
    buffer.add(Buffer.from('ls\r\nnew'), false);
    expect(buffer.unread).toBe(7);
    expect(replay(buffer)).toBe('two> ls\r\nnew');
    buffer.add(Buffer.from('\r\nseen'), true);
    expect(buffer.unread).toBe(0);
    expect(replay(buffer)).toBe('seen');
  });

  it('is bounded and drops whole lines', () => {
    const buffer = new ReplayBuffer(100);
    for (let index = 0; index < 1000; index++) buffer.add(Buffer.from(`line ${index}\n`), false);
    const lines = replay(buffer).split('\n');
    expect(lines.at(-2)).toBe('line 999');
    expect(lines[0]).toMatch(/^line \d+$/);
    expect(lines.join('\n').length).toBeLessThanOrEqual(200);
  });

  it('holds the newest bytes of one endless line', () => {
    const buffer = new ReplayBuffer(10);
    buffer.add(Buffer.from('abcdefghijklmnop'), false);
    expect(replay(buffer)).toBe('ghijklmnop');
  });

  it('does not repeat questions to the terminal, nor movements of a line shown before', () => {
    const buffer = new ReplayBuffer();
    buffer.add(Buffer.from('x\x1b[2J\x1b[32m~ # \x1b[6n'), false);
    expect(replay(buffer)).toBe('x\x1b[2J\x1b[32m~ # ');
    expect(replay(buffer)).toBe('x\x1b[32m~ # ');
  });
});
