import {
  type CommandContext,
  CommandError,
  data,
  type MemoryFormat,
  type Result,
} from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { DisassembledInstruction } from '../../src/qapi/generated/types.ts';
import { formatInstruction } from './disassembly.ts';
import { bytesPerLine, formatAddress, formatLine } from './format.ts';
import { type AddressSpace, readMemory, toAddress } from './read.ts';

interface DumpArgs {
  fmt: MemoryFormat;
  addr: bigint;
}

/** Bytes asked for at once: whole lines of both widths, and small beside any limit of the reply. */
const CHUNK = 64 * 1024;
/** The same for instructions. */
const INSTRUCTIONS = 4096;

interface Memory {
  bytes: Uint8Array;
  /** reading stopped here, at the first line that is not all memory */
  failedAt?: bigint;
}

/** Reads a piece as far as there is memory: at once if that goes well, else line by line. */
async function readPiece(
  ctx: CommandContext,
  address: bigint,
  length: number,
  space: AddressSpace,
  line: number,
): Promise<Memory> {
  try {
    return { bytes: await readMemory(ctx, address, length, space) };
  } catch (error) {
    if (!(error instanceof QmpError)) throw error;
  }
  const lines: Uint8Array[] = [];
  for (let at = 0; at < length; at += line) {
    const where = toAddress(address + BigInt(at));
    try {
      lines.push(await readMemory(ctx, where, Math.min(line, length - at), space));
    } catch (error) {
      if (!(error instanceof QmpError)) throw error;
      return { bytes: Buffer.concat(lines), failedAt: where };
    }
  }
  return { bytes: Buffer.concat(lines) };
}

function formatLines(address: bigint, bytes: Uint8Array, { format, size }: MemoryFormat): string {
  if (format === 'i') return '';
  const line = bytesPerLine(size);
  let text = '';
  for (let at = 0; at < bytes.length; at += line) {
    text += formatLine(toAddress(address + BigInt(at)), bytes.subarray(at, at + line), format, size);
  }
  return text;
}

/** A dump of one piece is a value; a longer one is printed piece by piece, for it may not fit into memory. */
async function dumpItems(ctx: CommandContext, { fmt, addr }: DumpArgs, space: AddressSpace): Promise<Result> {
  if (fmt.format === 'i') return disassemble(ctx, { fmt, addr }, space);
  const length = fmt.count * fmt.size;
  const start = toAddress(addr);
  for (let at = 0; ; at += CHUNK) {
    const address = toAddress(start + BigInt(at));
    const size = Math.max(Math.min(CHUNK, length - at), 0);
    const { bytes, failedAt } = await readPiece(ctx, address, size, space, bytesPerLine(fmt.size));
    const text = formatLines(address, bytes, fmt);
    if (failedAt !== undefined)
      throw new CommandError(`${text}${formatAddress(failedAt)}: Cannot access memory`);
    if (length <= CHUNK) return data({ address, data: Buffer.from(bytes).toString('base64') }, text);
    if (at + size >= length) return { kind: 'text', text };
    await ctx.write(text);
  }
}

async function disassemble(ctx: CommandContext, args: DumpArgs, space: AddressSpace): Promise<Result> {
  const { count } = args.fmt;
  let address = toAddress(args.addr);
  if (count === 0) return data([], '');
  for (let done = 0; ; done += INSTRUCTIONS) {
    const wanted = Math.min(INSTRUCTIONS, count - done);
    const instructions = await ctx.qmp.execute('x-disassemble', {
      address,
      count: wanted,
      physical: space.physical,
      'cpu-index': BigInt(ctx.session.currentCpu),
    });
    const listing = instructions.map(formatInstruction).join('');
    address = behind(instructions) ?? address;
    if (instructions.length < wanted)
      throw new CommandError(`${listing}0x${address.toString(16).padStart(8, '0')}: Cannot access memory`);
    if (count <= INSTRUCTIONS) return data(instructions, listing);
    if (done + wanted >= count) return { kind: 'text', text: listing };
    await ctx.write(listing);
  }
}

/** The address after the last instruction. */
function behind(instructions: readonly DisassembledInstruction[]): bigint | undefined {
  const last = instructions.at(-1);
  return last && toAddress(last.address + BigInt(last.bytes.length / 2));
}

/** `x`: memory as the current hart addresses it. */
export async function memoryDump(ctx: CommandContext, args: DumpArgs): Promise<Result> {
  try {
    return await dumpItems(ctx, args, { physical: false });
  } catch (error) {
    const harts = await ctx.qmp.execute('query-cpus-fast').catch(() => null);
    throw harts?.length === 0 ? new CommandError('Can not dump without CPU') : error;
  }
}

/** `xp`: memory by guest-physical address. */
export async function physicalMemoryDump(ctx: CommandContext, args: DumpArgs): Promise<Result> {
  return dumpItems(ctx, args, { physical: true });
}
