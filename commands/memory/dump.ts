import {
  type CommandContext,
  CommandError,
  data,
  type MemoryFormat,
  type Result,
} from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import { formatInstruction } from './disassembly.ts';
import { bytesPerLine, formatAddress, formatLine } from './format.ts';
import { type AddressSpace, readMemory, toAddress } from './read.ts';

interface DumpArgs {
  fmt: MemoryFormat;
  addr: bigint;
}

/** Bytes asked for at once: whole lines of both widths, and small beside any limit of the reply. */
const CHUNK = 64 * 1024;

interface Memory {
  bytes: Uint8Array;
  /** reading stopped here, at the first line that is not all memory */
  failedAt?: bigint;
}

/** Reads as far as there is memory: big pieces first, and line by line in the piece that fails. */
async function readLines(
  ctx: CommandContext,
  address: bigint,
  length: number,
  space: AddressSpace,
  step: number,
  line: number,
): Promise<Memory> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < length; at += step) {
    const where = toAddress(address + BigInt(at));
    const size = Math.min(step, length - at);
    try {
      pieces.push(await readMemory(ctx, where, size, space));
    } catch (error) {
      if (!(error instanceof QmpError)) throw error;
      if (size <= line) return { bytes: Buffer.concat(pieces), failedAt: where };
      const rest = await readLines(ctx, where, size, space, line, line);
      return { ...rest, bytes: Buffer.concat([...pieces, rest.bytes]) };
    }
  }
  return { bytes: Buffer.concat(pieces) };
}

async function dumpItems(ctx: CommandContext, { fmt, addr }: DumpArgs, space: AddressSpace): Promise<Result> {
  const { count, format, size } = fmt;
  if (format === 'i') return disassemble(ctx, { fmt, addr }, space);
  const address = toAddress(addr);
  const line = bytesPerLine(size);
  const { bytes, failedAt } = await readLines(ctx, address, count * size, space, CHUNK, line);
  let dump = '';
  for (let at = 0; at < bytes.length; at += line) {
    const where = toAddress(address + BigInt(at));
    dump += formatLine(where, bytes.subarray(at, at + line), format, size);
  }
  if (failedAt !== undefined)
    throw new CommandError(`${dump}${formatAddress(failedAt)}: Cannot access memory`);
  return data({ address, data: Buffer.from(bytes).toString('base64') }, dump);
}

async function disassemble(ctx: CommandContext, args: DumpArgs, space: AddressSpace): Promise<Result> {
  const address = toAddress(args.addr);
  const { count } = args.fmt;
  if (count === 0) return data([], '');
  const instructions = await ctx.qmp.execute('x-disassemble', {
    address,
    count,
    physical: space.physical,
    'cpu-index': BigInt(ctx.session.currentCpu),
  });
  const listing = instructions.map(formatInstruction).join('');
  if (instructions.length < count) {
    const last = instructions.at(-1);
    const next = last ? toAddress(last.address + BigInt(last.bytes.length / 2)) : address;
    throw new CommandError(`${listing}0x${next.toString(16).padStart(8, '0')}: Cannot access memory`);
  }
  return data(instructions, listing);
}

/** `x`: memory as the current hart addresses it. */
export async function memoryDump(ctx: CommandContext, args: DumpArgs): Promise<Result> {
  return dumpItems(ctx, args, { physical: false });
}

/** `xp`: memory by guest-physical address. */
export async function physicalMemoryDump(ctx: CommandContext, args: DumpArgs): Promise<Result> {
  return dumpItems(ctx, args, { physical: true });
}
