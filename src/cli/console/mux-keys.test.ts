import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MuxKeys, muxHelp } from './mux-keys.ts';

const CONTROL_A = 1;

function fed(chunks: readonly (string | Uint8Array)[], escapeByte = CONTROL_A): string[] {
  const got: string[] = [];
  const keys = new MuxKeys(escapeByte, {
    data: bytes => got.push(Buffer.from(bytes).toString('latin1')),
    command: command => got.push(`<${command}>`),
  });
  for (const chunk of chunks) keys.feed(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  return got;
}

describe('keys of a shared console', () => {
  it.each([
    ['passes what is typed', ['ls\r'], ['ls\r']],
    ['takes commands out', ['a\x01cb'], ['a', '<switch>', 'b']],
    [
      'knows every command',
      ['\x01h\x01?\x01x\x01s\x01t\x01b'],
      ['<help>', '<help>', '<exit>', '<save>', '<timestamps>', '<break>'],
    ],
    ['sends the escape character when it is typed twice', ['a\x01\x01b'], ['a', '\x01b']],
    ['drops keys without a meaning', ['a\x01zb'], ['a', 'b']],
    ['remembers the escape character between pieces', ['a\x01', 'cb'], ['a', '<switch>', 'b']],
  ])('%s', (_, typed, expected) => {
    expect(fed(typed)).toEqual(expected);
  });

  it('takes another escape character', () => {
    expect(fed(['\x01c\x14c'], 0x14)).toEqual(['\x01c', '<switch>']);
    expect(muxHelp(0x14)).toContain('C-t x ');
    expect(muxHelp(0x41)).toContain('Escape-Char is 0x41');
  });

  it('loses nothing, however the input is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 5, maxLength: 40 }), fc.nat(40), (bytes, cut) => {
        const at = Math.min(cut, bytes.length);
        const joined = (parts: string[]) => parts.join('');
        expect(joined(fed([bytes.subarray(0, at), bytes.subarray(at)]))).toBe(joined(fed([bytes])));
      }),
    );
  });
});
