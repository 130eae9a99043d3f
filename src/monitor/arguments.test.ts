import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTable } from '../hx/index.ts';
import { readArguments } from './arguments.ts';
import { CommandError } from './errors.ts';
import { LineReader } from './line-reader.ts';
import { initialFormat } from './memory-format.ts';
import type { Args } from './types.ts';

async function read(argsType: string, line: string, format = initialFormat()): Promise<Args | string> {
  const entry = parseTable(`{ .name = "cmd|c", .args_type = "${argsType}" },`, 't.hx').entries[0]!;
  try {
    return await readArguments(entry, new LineReader(line), { resolve: async () => 7n, format });
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
}

describe('readArguments', () => {
  it.each<[string, string, Args | string]>([
    ['', '', {}],
    ['', 'x', 'cmd|c: extraneous characters at the end of line'],
    ['a:s', 'word', { a: 'word' }],
    ['a:s', '', 'cmd|c: string expected'],
    ['a:F', ' ', 'cmd|c: filename expected'],
    ['a:B', '', 'cmd|c: block device name expected'],
    ['a:B?', '', {}],
    ['a:s,b:s?', '"two words" x', { a: 'two words', b: 'x' }],
    ['a:s', '"q\\"\\\\\\n\\r\\\'"', { a: 'q"\\\n\r\'' }],
    ['a:s', '"a', 'unterminated string\ncmd|c: string expected'],
    ['a:B', '"a\\q"', "unsupported escape code: '\\q'\ncmd|c: block device name expected"],
    ['a:s,b:s', '"x""y"', { a: 'x', b: 'y' }],
    ['a:S', '  the rest "of it" ', { a: 'the rest "of it" ' }],
    ['a:S', '', 'cmd|c: string expected'],
    ['a:S?', ' ', {}],
    [
      'device:O',
      'virtio-blk-device,id=b,x=a,,b,flag',
      { device: { driver: 'virtio-blk-device', id: 'b', x: 'a,b', flag: 'on' } },
    ],
    ['netdev:O', 'user,id=n0,id=n1', { netdev: { type: 'user', id: 'n1' } }],
    ['device:O', '', { device: {} }],
    ['other:O', 'a,b=', { other: { a: 'on', b: '' } }],
    [
      'device:O',
      'x,id=1',
      "Parameter 'id' expects an identifier\n" +
        "Identifiers consist of letters, digits, '-', '.', '_', starting with a letter.",
    ],
    ['a:i', '0xffffffff', { a: 0xffffffffn }],
    ['a:i', '0x100000000', "'cmd|c' has failed: integer is for 32-bit values"],
    ['a:i', '-1', "'cmd|c' has failed: integer is for 32-bit values"],
    ['a:i?', '', {}],
    ['a:l', '$sp * 2', { a: 14n }],
    ['a:l,b:l', '1 2', { a: 1n, b: 2n }],
    ['a:l', '1 2', 'cmd|c: extraneous characters at the end of line'],
    ['a:i,b:i.', '5 . 6', { a: 5n, b: 6n }],
    ['a:i,b:i.', '5', { a: 5n }],
    ['a:M', '256', { a: 268435456n }],
    ['a:M', '-1', 'enter a positive value'],
    ['a:M', '0x7fffffffffffffff', 'enter a smaller value: the unit is MiB'],
    ['a:o', '10', { a: 10485760n }],
    ['a:o', '1.5G', { a: 1610612736n }],
    ['a:o', '512b', { a: 512n }],
    ['a:o', '0x10', { a: 16777216n }],
    ['a:o', '.5', { a: 524288n }],
    ['a:o', '1.5b', 'invalid size'],
    ['a:o', '0x10G', 'invalid size'],
    ['a:o', '1.5e3', 'invalid size'],
    ['a:o', '1e3', 'cmd|c: extraneous characters at the end of line'],
    ['a:o', '8E', 'invalid size'],
    ['a:o', '', 'invalid size'],
    ['a:o', '-1', 'invalid size'],
    ['a:o', '5Q', 'cmd|c: extraneous characters at the end of line'],
    ['a:T', '1.5', { a: 1.5 }],
    ['a:T', '20ms', { a: 0.02 }],
    ['a:T', '3us', { a: 3e-6 }],
    ['a:T', '3h', 'Unknown unit suffix'],
    ['a:T', 'x', 'Number expected'],
    ['a:T', '1e999', 'Bad number'],
    ['a:b', 'on', { a: true }],
    ['a:b', 'off', { a: false }],
    ['a:b', '', "Expected 'on' or 'off'"],
    ['a:b', 'On', "Expected 'on' or 'off'"],
    ['f:-f,d:-d', '-d', { d: true }],
    ['f:-f,d:-d', '-f -d', { f: true, d: true }],
    ['f:-f,d:-d,o:-o', '-d -f', 'cmd|c: unsupported option -f'],
    ['f:-f,d:-d', '-fd', 'cmd|c: extraneous characters at the end of line'],
    ['f:-f', '-x', 'cmd|c: unsupported option -x'],
    ['f:-f', '-', 'cmd|c: unsupported option -'],
    ['a:F,f:-fs,b:s?', 'file -f png dev', { a: 'file', f: 'png', b: 'dev' }],
    ['a:F,f:-fs', 'file -f', 'cmd|c: value expected for -f'],
    ['d:-ds,e:-e', '-e', { e: true }],
    ['m:/', '', { m: { count: 1, format: 'x', size: 4 } }],
    ['m:/', '/16xb', { m: { count: 16, format: 'x', size: 1 } }],
    ['m:/', '/cg', { m: { count: 1, format: 'c', size: 8 } }],
    ['m:/', '/4i', { m: { count: 4, format: 'i', size: -1 } }],
    ['m:/,a:l', '/s 1', "invalid char in format: 's'"],
    ['m:/,a:l', '/99999999999x 1', "count in format is too large: '99999999999'"],
    ['a:z', '1', "cmd|c: unknown type 'z' in args_type"],
    ['a', '1', "cmd|c: unknown type 'a' in args_type"],
  ])('%s of %j', async (argsType, line, expected) => {
    expect(await read(argsType, line)).toEqual(expected);
  });

  it('repeats the format and size of the command before', async () => {
    const format = initialFormat();
    await read('m:/', '/3dh', format);
    expect(await read('m:/', '', format)).toEqual({ m: { count: 1, format: 'd', size: 2 } });
    await read('m:/', '/i', format);
    expect(await read('m:/', '', format)).toEqual({ m: { count: 1, format: 'i', size: -1 } });
    expect(await read('m:/', '/x', format)).toEqual({ m: { count: 1, format: 'x', size: 2 } });
  });

  it('ends with arguments or a CommandError on any line', async () => {
    const type = fc
      .array(fc.constantFrom('F', 'B', 's?', 'S', 'O', 'i', 'l.', 'M', 'o', 'T', '/', 'b', '-x', '-ys'), {
        maxLength: 4,
      })
      .map(letters => letters.map((letter, at) => `a${at}:${letter}`).join(','));
    const line = fc
      .array(
        fc.oneof(
          fc.string({ maxLength: 5 }),
          fc.constantFrom('-x', '-y', ' ', '"', '/4x', '$a', '.', 'on', '1M'),
        ),
      )
      .map(parts => parts.join(' '));
    await fc.assert(
      fc.asyncProperty(type, line, async (argsType, each) => {
        const result = await read(argsType, each);
        expect(['object', 'string']).toContain(typeof result);
      }),
      { numRuns: 1000 },
    );
  });
});
