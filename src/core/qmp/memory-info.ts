import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { Board } from '../board/board.ts';
import type { Accelerator } from '../config.ts';
import { UNUSED_OFFSET } from '../host-memory.ts';
import { WALK_LIMITS, walkPageTables } from '../memory/page-table-walk.ts';
import { formatRamBlocks } from '../memory/ram-blocks.ts';
import { MemoryBackend } from '../objects/memory-backend.ts';
import type { CommandHandlers } from './handlers.ts';
import { hartByIndex } from './harts.ts';

const text = (value: string) => ({ 'human-readable-text': value });
const hex = (value: bigint) => `0x${value.toString(16)}`;

/** satp.MODE, and for a guest vsatp.MODE, and how many levels its tables have. */
const LEVELS: ReadonlyMap<bigint, number> = new Map([
  [8n, 3],
  [9n, 4],
  [10n, 5],
]);
const PPN_MASK = (1n << 44n) - 1n;

/** What memory, processors and interrupt controllers the machine has, and what its page tables map. */
export function memoryInfoHandlers(
  board: Board,
  accelerator: Accelerator = 'tcg',
  host: Pick<Host, 'memoryPlace'> = {},
): CommandHandlers {
  return {
    'query-memdev': () =>
      [...board.objects.children.values()]
        .filter(object => object instanceof MemoryBackend)
        .map(({ name, size, switches }) => ({
          id: name,
          size: BigInt(size),
          ...switches,
          'host-nodes': [],
          policy: 'default' as const,
        })),
    'query-memory-devices': () => [],
    'query-hotpluggable-cpus': () => {
      throw new QmpError('machine does not support hot-plugging CPUs');
    },
    'query-accelerators': () => ({ enabled: accelerator, present: ['qtest', 'tcg'] }),
    'x-query-ramblock': () => text(formatRamBlocks(board.memoryBlocks, blockStart(board, host) ?? 0n)),
    'x-query-numa': () => text('0 nodes\n'),
    // Neither the PLIC nor the ACLINT keeps statistics or shows its state, here as in QEMU.
    'x-query-irq': () => text(''),
    'x-query-interrupt-controllers': () => text(''),
    'x-query-usb': () => {
      throw new QmpError('USB support not enabled');
    },
    'x-query-page-tables': args => pageTables(board, args['cpu-index']),
    'x-query-host-address': ({ address, physical = false }) => hostAddress(board, host, address, physical),
  };
}

/** What a hart's page tables map; nothing on a machine that has no hart. @throws QmpError for an index of none */
function pageTables({ engine, memory }: Board, index: bigint | undefined) {
  const isThere = index !== undefined || engine.harts.length > 0;
  const hart = isThere ? hartByIndex(engine, index) : undefined;
  const satp = hart?.csr(hart.virtual ? 'vsatp' : 'satp') ?? 0n;
  const levels = LEVELS.get(satp >> 60n);
  if (hart === undefined || levels === undefined) return { translated: false, ranges: [], complete: true };
  const root = Number(satp & PPN_MASK) * 4096;
  const physical = (address: number) => hart.physical(address);
  const { ranges, complete } = walkPageTables(memory, root, levels, WALK_LIMITS, physical);
  return { translated: true, ranges: [...ranges], complete };
}

/** @throws QmpError where there is no RAM */
function hostAddress(board: Board, host: Pick<Host, 'memoryPlace'>, address: bigint, physical: boolean) {
  const range = board.memory.flatView.find(({ start, size }) => start <= address && address < start + size);
  if (!range) throw new QmpError(`No memory is mapped at address ${hex(address)}`);
  const { region } = range;
  if (region.hostOffset < 0) throw new QmpError(`Memory at address ${hex(address)} is not RAM`);
  const offset = BigInt(region.hostOffset) + range.offset + address - range.start;
  const place = hostPlace(board, host, offset);
  if (!physical) return { region: region.name, address: place ?? offset };
  return { region: region.name, address: hostPhysical(host, place, `${hex(address)} (${region.name})`) };
}

/** Where the block that all memory shares begins in this program, if the host can tell. */
function blockStart(board: Board, { memoryPlace }: Pick<Host, 'memoryPlace'>): bigint | null {
  return memoryPlace?.virtual(board.memory.host.bytes, UNUSED_OFFSET) ?? null;
}

/** The same of a byte in it. */
function hostPlace(board: Board, host: Pick<Host, 'memoryPlace'>, offset: bigint): bigint | null {
  const start = blockStart(board, host);
  if (start === null) return null;
  // a page that was never written to has no place of its own
  Atomics.add(board.memory.host.bytes, Number(offset), 0);
  return start + offset;
}

/** @throws QmpError */
function hostPhysical(
  { memoryPlace }: Pick<Host, 'memoryPlace'>,
  place: bigint | null,
  what: string,
): bigint {
  if (!memoryPlace || place === null) throw new QmpError(`Host physical address for ${what} is not known`);
  try {
    return memoryPlace.physical(place);
  } catch (error) {
    throw new QmpError((error as Error).message);
  }
}
