import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { until } from '../../../test/support/waiting.ts';
import type { DumpQueryResult } from '../../qapi/generated/types.ts';
import { HostMemory } from '../host-memory.ts';
import { AddressSpace } from '../memory/address-space.ts';
import { MemoryRegion } from '../memory/region.ts';
import { GuestDump } from './dump.ts';
import type { DumpPiece } from './elf-core.ts';

const HARTS = [0, 1].map(id => ({
  id,
  pc: BigInt(0x1000 + id),
  x: (index: number) => BigInt(index * 16 + id),
}));
const FILE = { paging: false, protocol: 'file:core' };

/** A file as it is after all pieces. */
async function written(pieces: AsyncIterable<DumpPiece>): Promise<Buffer> {
  let file = Buffer.alloc(0);
  for await (const { at = file.length, bytes } of pieces) {
    const longer = Buffer.alloc(Math.max(file.length, at + bytes.length));
    file.copy(longer);
    longer.set(bytes, at);
    file = longer;
  }
  return file;
}

const because = (reason: string) => new Error(`the file: ${reason}`, { cause: reason });

/** @param fail why no file can be made, or why nothing can be written to it */
function rig(fail: { create?: string; write?: string } = {}) {
  const host = new HostMemory(0x40000);
  const root = new MemoryRegion('system', 'container', 1n << 64n);
  const ram = host.allocate('ram', 0x3000);
  const rom = host.allocate('rom', 0x1000);
  root.add(0x1000n, new MemoryRegion('rom', 'rom', 0x1000n, { hostOffset: rom }));
  root.add(0x8000n, new MemoryRegion('ram', 'ram', 0x3000n, { hostOffset: ram }));
  const memory = new AddressSpace('memory', root, host);
  memory.write(0x8000, new Uint8Array(0x3000).fill(9));
  const log: string[] = [];
  const files = new Map<string, Buffer>();
  const dump = new GuestDump({
    memory,
    harts: HARTS,
    hold: () => {
      log.push('held');
      return () => void log.push('released');
    },
    saveFile: async (path, pieces) => {
      await new Promise(setImmediate);
      if (fail.create !== undefined) throw because(fail.create);
      for await (const _ of fail.write === undefined ? [] : pieces) throw because(fail.write!);
      files.set(path, await written(pieces));
    },
    deflate: async bytes => deflateSync(bytes),
    completed: (result: DumpQueryResult, error) =>
      void log.push(`${result.status} ${result.completed} ${error}`),
  });
  return { dump, log, files };
}

/** Program headers as [type, offset, address, size]. */
function programs(file: Buffer): number[][] {
  const at = Number(file.readBigUInt64LE(32));
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const header = file.subarray(at + index * 56, at + (index + 1) * 56);
    const number = (offset: number) => Number(header.readBigUInt64LE(offset));
    return [header.readUInt32LE(0), number(8), number(24), number(32)];
  });
}

describe('a core dump', () => {
  it('is an ELF core with a note for each hart and RAM and ROM as segments', async () => {
    const { dump, log, files } = rig();
    await dump.start(FILE);
    const core = files.get('core')!;
    expect(core.subarray(0, 7)).toEqual(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]));
    expect([core.readUInt16LE(16), core.readUInt16LE(18)]).toEqual([4, 243]);
    const headers = 64 + 2 * 64 + 3 * 56;
    const memory = headers + 2 * 396;
    expect(programs(core)).toEqual([
      [4, headers, 0, 2 * 396],
      [1, memory, 0x1000, 0x1000],
      [1, memory + 0x1000, 0x8000, 0x3000],
    ]);
    expect(core.subarray(memory + 0x1000, memory + 0x4000)).toEqual(Buffer.alloc(0x3000, 9));
    const second = headers + 396;
    expect(core.subarray(second + 12, second + 17).toString()).toBe('CORE\0');
    expect(core.readUInt32LE(second + 20 + 32)).toBe(2);
    expect(core.readBigUInt64LE(second + 20 + 112)).toBe(0x1001n);
    expect(core.readBigUInt64LE(second + 20 + 112 + 31 * 8)).toBe(31n * 16n + 1n);
    expect(log).toEqual(['held', 'released', 'completed 16384 undefined']);
    expect(dump.status).toEqual({ status: 'completed', completed: 0x4000n, total: 0x4000n });
  });

  it('keeps to a range of addresses', async () => {
    const { dump, files } = rig();
    await dump.start({ ...FILE, begin: 0x1800n, length: 0x7000n });
    expect(
      programs(files.get('core')!)
        .slice(1)
        .map(header => header.slice(2)),
    ).toEqual([
      [0x1800, 0x800],
      [0x8000, 0x800],
    ]);
  });

  it.each([
    [{ begin: 1n }, "Parameter 'length' is missing"],
    [{ length: 1n }, "Parameter 'begin' is missing"],
    [{ format: 'win-dmp' }, 'Windows dump is only available for x86-64'],
    [{ format: 'kdump-raw-lzo' }, 'kdump-lzo is not available now'],
    [{ format: 'kdump-zlib', paging: true }, "kdump-compressed format doesn't support paging or filter"],
    [{ protocol: 'fd:x' }, "File descriptor named 'x' has not been found"],
    [{ protocol: 'tcp:x' }, "parameter 'protocol' must start with 'file:' or 'fd:'"],
    [{ format: 'kdump-zlib', begin: 0n }, "kdump-compressed format doesn't support paging or filter"],
  ] as const)('refuses %o', async (changes, message) => {
    const { dump, log } = rig();
    await expect(dump.start({ ...FILE, ...changes })).rejects.toThrow(message);
    expect([log, dump.status.status]).toEqual([[], 'none']);
  });

  it.each([
    [{ begin: 0x8000n, length: 0n }, "parameter 'length' expects a non-zero size"],
    [{ begin: 0x70000n, length: 5n }, 'dump: no guest memory to dump'],
  ])('refuses %o, which counts as a dump that failed', async (changes, message) => {
    const { dump, log } = rig();
    await expect(dump.start({ ...FILE, ...changes })).rejects.toThrow(message);
    expect([log, dump.status]).toEqual([[], { status: 'failed', completed: 0n, total: 0n }]);
  });

  it.each([
    ['elf', 'dump: failed to write elf header: disk full'],
    ['kdump-raw-zlib', 'dump: failed to write disk dump header'],
  ] as const)('tells a failure of %s, at once or by its event', async (format, message) => {
    const attached = rig({ write: 'disk full' });
    await expect(attached.dump.start({ ...FILE, format })).rejects.toThrow(message);
    expect(attached.log.at(-1)).toBe(`failed 0 ${message}`);
    const detached = rig({ write: 'disk full' });
    await detached.dump.start({ ...FILE, format, detach: true });
    await until(() => detached.dump.status.status === 'failed');
  });

  it('is one at a time', async () => {
    const { dump } = rig();
    const first = dump.start(FILE);
    await expect(dump.start(FILE)).rejects.toThrow('There is a dump in process, please wait.');
    await first;
    await dump.start(FILE);
  });

  it.each([true, false])('has not begun without a file, detached: %s', async detach => {
    const { dump, log } = rig({ create: 'No such file or directory' });
    const started = dump.start({ ...FILE, detach });
    await expect(started).rejects.toThrow("Could not create 'core': No such file or directory");
    expect([log, dump.status.status]).toEqual([[], 'none']);
  });
});
