import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyDecoder } from './decoder.ts';
import type { Key } from './key.ts';
import { TimedDecoder } from './timed-decoder.ts';

/** Keys as short texts: chords in angle brackets, pastes in quotes. */
function names(keys: readonly Key[]): string {
  return keys
    .map(key => {
      if (key.kind === 'text') return key.text;
      return key.kind === 'chord' ? `<${key.chord}>` : JSON.stringify(key.text);
    })
    .join('');
}

function decode(input: string | Uint8Array): string {
  const decoder = new KeyDecoder();
  const keys = decoder.push(typeof input === 'string' ? Buffer.from(input) : input);
  return names([...keys, ...decoder.flush()]);
}

describe('KeyDecoder', () => {
  it.each([
    ['plain text', 'aé日😀', 'aé日😀'],
    [
      'control keys',
      '\x01\x05\x02\x06\x0b\x15\x17\x19\x04\x0c\x10\x0e\x12\x0f\x1a',
      [...'aebfkuwydlpnroz'].map(k => `<ctrl-${k}>`).join(''),
    ],
    [
      'named controls',
      '\r\n\t\x7f\x08\x00\x1f',
      '<enter><ctrl-j><tab><backspace><ctrl-h><ctrl-space><ctrl-_>',
    ],
    ['cursor keys, CSI', '\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F', '<up><down><right><left><home><end>'],
    ['cursor keys, SS3', '\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF', '<up><down><right><left><home><end>'],
    ['editing keys', '\x1b[1~\x1b[2~\x1b[3~\x1b[4~\x1b[7~\x1b[8~', '<home><insert><delete><end><home><end>'],
    ['modifiers', '\x1b[1;5D\x1b[1;3C\x1b[3;5~\x1b[1;2A', '<ctrl-left><alt-right><ctrl-delete><shift-up>'],
    ['rxvt modifiers', '\x1bOd\x1b\x1b[C', '<ctrl-left><alt-right>'],
    ['alt', '\x1bb\x1bf\x1bd\x1b\x7f\x1bB', '<alt-b><alt-f><alt-d><alt-backspace><alt-shift-b>'],
    ['shift tab', '\x1b[Z', '<shift-tab>'],
    ['CSI u', '\x1b[97;5u\x1b[27;5;98~\x1b[97u\x1b[13;5u', '<ctrl-a><ctrl-b>a<ctrl-enter>'],
    ['Linux function keys', '\x1b[[Ax', 'x'],
    ['unknown sequences', '\x1b[?1;2cx\x1b[99~y\x1b[Iz', 'xyz'],
    ['lone escape', '\x1b', '<escape>'],
    ['two escapes', '\x1b\x1bx', '<escape><alt-x>'],
    ['escape before UTF-8', '\x1bé', '<escape>é'],
    ['Ctrl-C inside a sequence', '\x1b[1;\x03a', '<ctrl-c>a'],
    ['paste', 'a\x1b[200~x\r\ny\x1b[Az\x1b[201~b', 'a"x\\r\\ny\\u001b[Az"b'],
    ['unfinished paste', '\x1b[200~abc', '"abc"'],
    ['empty paste', '\x1b[200~\x1b[201~', ''],
  ])('%s', (_what, input, expected) => {
    expect(decode(input)).toBe(expected);
  });

  it.each([
    [[0xff], '\ufffd'],
    [[0xc2, 0x9b, 0x41], 'A'],
    [[0xc3, 0x41], '\ufffdA'],
    [[0xe6, 0x97], '\ufffd'],
    [[0xed, 0xa0, 0x80], '\ufffd'],
    [[0xc3, 0x1b, 0x5b, 0x41], '\ufffd<up>'],
  ])('gives a replacement for malformed UTF-8 %j', (bytes, expected) => {
    expect(decode(Uint8Array.from(bytes))).toBe(expected);
  });

  it('gives the same keys however the input is cut', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\x1b[A',
        '\x1b[1;5D',
        '\x1bOH',
        '\x1bb',
        '\x1b',
        '\x1b[200~',
        '\x1b[201~',
        '\x03',
        '日',
        'é',
      ),
      fc.string({ maxLength: 4 }),
    );
    const cuts = fc.array(fc.nat(40));
    fc.assert(
      fc.property(fc.array(piece), cuts, (pieces, positions) => {
        const bytes = Buffer.from(pieces.join(''));
        const decoder = new KeyDecoder();
        const edges = [0, ...positions.filter(at => at < bytes.length).sort((a, b) => a - b), bytes.length];
        const keys = edges.slice(1).flatMap((end, index) => decoder.push(bytes.subarray(edges[index], end)));
        expect(names([...keys, ...decoder.flush()])).toBe(decode(bytes));
      }),
    );
  });

  it('takes any bytes, and text never holds a control character', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        const decoder = new KeyDecoder();
        const keys = [...decoder.push(bytes), ...decoder.flush()];
        expect(decoder.pending).toBe('none');
        for (const key of keys) if (key.kind === 'text') expect(key.text).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('TimedDecoder', () => {
  function timed() {
    const keys: Key[] = [];
    const timers: { milliseconds: number; run: () => void; stopped: boolean }[] = [];
    const decoder = new TimedDecoder(
      key => keys.push(key),
      (milliseconds, run) => {
        const timer = { milliseconds, run, stopped: false };
        timers.push(timer);
        return () => {
          timer.stopped = true;
        };
      },
    );
    return { keys, timers, decoder };
  }

  it('decides a lone escape by time', () => {
    const { keys, timers, decoder } = timed();
    decoder.push(Buffer.from('\x1b'));
    expect(names(keys)).toBe('');
    expect(timers).toMatchObject([{ milliseconds: 50, stopped: false }]);
    timers[0]?.run();
    expect(names(keys)).toBe('<escape>');
  });

  it('joins a sequence that is completed in time', () => {
    const { keys, timers, decoder } = timed();
    decoder.push(Buffer.from('\x1b'));
    decoder.push(Buffer.from('['));
    decoder.push(Buffer.from('A'));
    expect(names(keys)).toBe('<up>');
    expect(timers.every(timer => timer.stopped)).toBe(true);
  });

  it('hands back what follows the key that ends its turn', () => {
    const { keys, decoder } = timed();
    const rest = decoder.push(Buffer.from('a\x0f\x1b[Ab'), () => keys.length === 2);
    expect(names(keys)).toBe('a<ctrl-o>');
    expect(Buffer.from(rest).toString()).toBe('\x1b[Ab');
  });
});
