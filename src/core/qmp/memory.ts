import { QmpError } from '../../qapi/errors.ts';
import type { DisassembledInstruction } from '../../qapi/generated/types.ts';
import { toBase64 } from '../base64.ts';
import type { Board } from '../board/board.ts';
import { disassemble, type Hart } from '../cpu/index.ts';
import { readPhysical, readVirtual } from '../memory/debug-access.ts';
import type { CommandHandlers } from './handlers.ts';
import { hartByIndex } from './harts.ts';

/** Bytes that one command may read: a slip of the finger must not fill the host's memory. */
const LARGEST_READ = 16n * 1024n * 1024n;
const LARGEST_COUNT = 65536;

type Reader = (address: bigint, size: number) => Uint8Array | undefined;

interface Where {
  readonly physical?: boolean;
  readonly 'cpu-index'?: bigint;
}

/** Guest memory: its map, what was loaded into it, its contents. */
export function memoryHandlers(board: Board, ramSize: number): CommandHandlers {
  const reader = (where: Where): Reader => {
    if (where.physical) return (address, size) => readPhysical(board.memory, address, size);
    const hart: Hart = hartByIndex(board.engine, where['cpu-index']);
    return (address, size) => readVirtual(board.memory, at => hart.translate(at), address, size);
  };
  return {
    'query-memory-size-summary': () => ({ 'base-memory': BigInt(ramSize) }),
    'x-query-roms': () => ({ 'human-readable-text': board.roms.format() }),
    'x-query-mtree': args => ({
      'human-readable-text': board.formatMtree({
        flatview: args.flatview ?? false,
        dispatchTree: args['dispatch-tree'] ?? false,
        owner: args.owner ?? false,
        disabled: args.disabled ?? false,
      }),
    }),
    'x-read-memory': args => {
      if (args.size > LARGEST_READ) throw new QmpError(`Parameter 'size' expects at most ${LARGEST_READ}`);
      const bytes = reader(args)(args.address, Number(args.size));
      if (!bytes) throw new QmpError('Cannot access memory');
      return { data: toBase64(bytes) };
    },
    'x-disassemble': args => {
      if (args.count > LARGEST_COUNT)
        throw new QmpError(`Parameter 'count' expects at most ${LARGEST_COUNT}`);
      return disassembleFrom(reader(args), args.address, args.count);
    },
    'x-translate': args => {
      const physical = hartByIndex(board.engine, args['cpu-index']).translate(args.address);
      return physical === undefined ? {} : { physical: BigInt(physical) };
    },
  };
}

function disassembleFrom(read: Reader, start: bigint, count: number): DisassembledInstruction[] {
  const instructions: DisassembledInstruction[] = [];
  let address = start;
  while (instructions.length < count) {
    // A compressed instruction may be the last thing before unmapped memory.
    const bytes = read(address, 4) ?? read(address, 2);
    if (!bytes) throw new QmpError('Cannot access memory');
    const { length, text } = disassemble(bytes, address);
    instructions.push({ address, bytes: hex(bytes.subarray(0, length)), text });
    address = BigInt.asUintN(64, address + BigInt(length));
  }
  return instructions;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
