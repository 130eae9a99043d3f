import { describe, expect, it } from 'vitest';
import { until } from '../../../test/support/waiting.ts';
import type { DumpQueryResult } from '../../qapi/generated/types.ts';
import { HostMemory } from '../host-memory.ts';
import { AddressSpace } from '../memory/address-space.ts';
import { MemoryRegion } from '../memory/region.ts';
import { GuestDump } from './dump.ts';

const HARTS = [0, 1].map(id => ({
  id,
  pc: BigInt(0x1000 + id),
  x: (index: number) => BigInt(index * 16 + id),
}));
const FILE = { paging: false, protocol: 'file:core' };

function rig(fail?: string) {
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
    saveFile: async (path, chunks) => {
      const bytes = Buffer.concat([...chunks]);
      await new Promise(setImmediate);
      if (fail !== undefined) throw new Error(fail);
      files.set(path, bytes);
    },
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
    [{ begin: 0x8000n, length: 0n }, "Invalid parameter 'length'"],
    [{ begin: 0x70000n, length: 5n }, 'dump: no guest memory to dump'],
    [{ format: 'win-dmp' }, 'Windows dump is only available for x86-64'],
    [{ format: 'kdump-raw-lzo' }, 'kdump-lzo is not available now'],
    [{ format: 'kdump-zlib', paging: true }, "kdump-compressed format doesn't support paging or filter"],
    [{ protocol: 'fd:x' }, "File descriptor named 'x' has not been found"],
    [{ protocol: 'tcp:x' }, "Invalid parameter 'protocol'"],
  ] as const)('refuses %o', async (changes, message) => {
    const { dump, log } = rig();
    await expect(dump.start({ ...FILE, ...changes })).rejects.toThrow(message);
    expect([log, dump.status.status]).toEqual([[], 'none']);
  });

  it('tells a failure, at once or by its event', async () => {
    const attached = rig('disk full');
    await expect(attached.dump.start(FILE)).rejects.toThrow('disk full');
    expect(attached.log.at(-1)).toBe('failed 16384 disk full');
    const detached = rig('disk full');
    await detached.dump.start({ ...FILE, detach: true });
    await expect(detached.dump.start(FILE)).rejects.toThrow('There is a dump in process, please wait.');
    await until(() => detached.dump.status.status === 'failed');
  });
});
