import { describe, expect, it } from 'vitest';
import { FakeHost } from '../../hw/virtio/testing/rig.ts';
import { ByteDisk } from '../testing/byte-disk.ts';
import { drivesWith } from '../testing/drives.ts';
import { testerOn, testerOnBytes } from './testing/tester.ts';

describe('bad input', () => {
  const USAGE = expect.stringMatching(/^read \[-bCpqrv\] .* -- .*\n$/);
  const NUMBER = (text: string) =>
    `Parsing error: non-numeric argument, or extraneous/unrecognized suffix -- ${text}\n`;
  it.each([
    ['', ''],
    ['   ', ''],
    ['bogus 1', 'command "bogus" not found\n'],
    ['READ 0 5', 'command "READ" not found\n'],
    ['\tread 0 5', 'command "\tread" not found\n'],
    ['quit', 'command "quit" not found\n'],
    ['  read  x  1 ', NUMBER('x')],
    ['read', 'bad argument count 0 to read, expected at least 2 arguments\n'],
    ['r 0', 'bad argument count 1 to r, expected at least 2 arguments\n'],
    ['flush 1', 'bad argument count 1 to flush, expected 0 arguments\n'],
    ['alloc', 'bad argument count 0 to alloc, expected between 1 and 2 arguments\n'],
    ['read 0 1 2', USAGE],
    ['read -l 5 0 512', USAGE],
    ['read -l x 0 512', NUMBER('x')],
    ['read -x 0 1', expect.stringMatching(/^read: invalid option -- 'x'\nread .* -- .*\n$/)],
    ['read -P 256 0 1', '256 is not a valid pattern byte\n'],
    ['read -P 0 -s 500 -l 13 0 512', 'pattern verification range exceeds end of read data\n'],
    ['read -b 3 512', "3 is not a sector-aligned value for 'offset'\n"],
    ['read -b 0 5', "5 is not a sector-aligned value for 'count'\n"],
    ['read 0 3G', 'length cannot exceed 2147483136, given 3G\n'],
    ['read -v 0 32M', 'no more than 1048576 bytes can be shown at once\n'],
    ['read 1M 1', 'read failed: Input/output error\n'],
    ['readv 1M 1', 'readv failed: Input/output error\n'],
    ['readv 0 5 x', NUMBER('x')],
    ['write 1M 1', 'write failed: Input/output error\n'],
    ['write 9223372036854775807 1', 'write failed: Input/output error\n'],
    ['write -z 0 3G', 'length cannot exceed 2147483136 without -n, given 3G\n'],
    ['write -zn 0 3G', 'write failed: Input/output error\n'],
    ['write -n 0 1', '-n requires -z to be specified\n'],
    ['write -u 0 1', '-u requires -z to be specified\n'],
    ['write -zb 0 1', '-b and -z cannot be specified at the same time\n'],
    ['write -fc 0 1', '-f and -b or -c cannot be specified at the same time\n'],
    ['write -P 1 -z 0 1', 'Only one of -z, -P, and -s can be specified at the same time\n'],
    ['write -s nosuch 0 1', 'nosuch: No such file or directory\n'],
    ['writev 1M 1', 'writev failed: Input/output error\n'],
    ['discard 1M 1', 'discard failed: Input/output error\n'],
    ['aio_write -z 0 1 1', '-z supports only a single length parameter\n'],
    ['aio_read 1M 1', 'readv failed: Input/output error\n'],
    ['aio_write 1M 1', 'aio_write failed: Input/output error\n'],
    ['aio_discard 1M 1', 'aio_discard failed: Input/output error\n'],
    ['truncate -m bogus 1', "Invalid preallocation mode 'bogus'\n"],
    ['truncate -m metadata 2M', 'Unsupported preallocation mode: metadata\n'],
    ['truncate -m full 1k', 'Cannot use preallocation for shrinking files\n'],
    ['sleep x', 'x is not a valid number\n'],
    ['reopen -r -w', 'Only one -r/-w option may be given\n'],
    ['reopen -c bogus', 'Invalid cache option: bogus\n'],
    ['reopen -o locking=off', "Cannot change the option 'locking'\n"],
    ['reopen -r -o read-only=on', "Cannot set both -r/-w and 'read-only'\n"],
    ['abort', 'abort is refused: it would end this program, and the machine with it\n'],
    ['sigraise 9', 'sigraise is refused: it would end this program, and the machine with it\n'],
    ['break read_aio A', 'Could not set breakpoint: Operation not supported\n'],
    ['remove_break A', 'Could not remove breakpoint A: Operation not supported\n'],
    ['resume A', 'Could not resume request: Operation not supported\n'],
    ['wait_break A', 'Could not wait for A: Operation not supported\n'],
    ['help bogus', 'command bogus not found\n'],
  ])('%j', async (line, answer) => {
    const openNothing = async () => {
      throw new Error("Could not open 'nosuch': No such file or directory");
    };
    const { ask } = testerOn(drivesWith(new FakeHost(), new ByteDisk(new Uint8Array(1 << 20))), openNothing);
    expect(await ask(line)).toEqual(answer);
  });

  it('is an empty source', async () => {
    const { ask } = testerOnBytes();
    expect(await ask('write -s empty 0 1')).toBe('empty: file is empty\n');
  });
});

describe('help', () => {
  it('lists the commands by name', async () => {
    const { ask } = testerOnBytes();
    const names = (await ask('?'))
      .split('\n')
      .slice(0, -3)
      .map(line => line.split(' ')[0]!);
    expect(names).toEqual([...names].sort());
    expect(names).toContain('aio_flush');
    for (const name of names) expect(await ask(`help ${name}`)).toMatch(new RegExp(`^${name} .*-- .*\n`));
    expect(await ask('help w')).toMatch(/^w \[.*\n\n In short: w\n[\s\S]*\n -P pattern {8}the byte to write/);
  });

  it('waits', async () => {
    const { ask, slept } = testerOnBytes();
    expect(await ask('sleep 0x10')).toBe('');
    expect(slept).toEqual([16]);
  });
});
