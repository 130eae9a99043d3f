import {
  type CommandContext,
  CommandError,
  data,
  type Handler,
  type MemoryFormat,
  type Result,
  text,
} from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';

/** Letters of port sizes, by bytes. Items of 8 bytes cannot be had: their lowest byte is. */
const PORT_LETTERS: Readonly<Record<number, string>> = { 1: 'b', 2: 'w', 4: 'l' };

interface PortArgs {
  fmt: MemoryFormat;
  addr: bigint;
}

const toPort = (value: bigint) => Number(BigInt.asUintN(16, value));

function portSize({ size }: MemoryFormat): number {
  return PORT_LETTERS[size] === undefined ? 1 : size;
}

/** `i`: reads a port; `addr.index` first writes the index to it and reads the next. */
export async function portRead(ctx: CommandContext, args: PortArgs & { index?: bigint }): Promise<Result> {
  const { fmt, index } = args;
  let port = toPort(args.addr);
  if (index !== undefined) {
    await ctx.qmp.execute('x-write-port', { port, size: 1, value: Number(BigInt.asUintN(8, index)) });
    port = (port + 1) & 0xffff;
  }
  const size = portSize(fmt);
  const read = await ctx.qmp.execute('x-read-port', { port, size });
  const digits = (value: number, width: number) => value.toString(16).padStart(width, '0');
  const width = 2 * (fmt.size > 0 ? fmt.size : size);
  const name = `port${PORT_LETTERS[size]}[0x${digits(port, 4)}]`;
  return data(read, `${name} = 0x${digits(read.value, width)}\n`);
}

/** `o`: writes to a port. */
export async function portWrite(ctx: CommandContext, args: PortArgs & { val: bigint }): Promise<void> {
  const size = portSize(args.fmt);
  const value = Number(BigInt.asUintN(8 * size, args.val));
  await ctx.qmp.execute('x-write-port', { port: toPort(args.addr), size, value });
}

/** `nmi` */
export const nmi: Handler = async ({ qmp }) => {
  await qmp.execute('inject-nmi');
};

/** `boot_set` */
export const bootSet: Handler<{ bootdevice: string }> = async ({ qmp }, { bootdevice }) => {
  try {
    await qmp.execute('x-boot-set', { bootdevice });
  } catch (error) {
    throw error instanceof QmpError ? new CommandError(error.message) : error;
  }
};

const DEFAULT_GDB = 'tcp::1234';

/** `gdbserver [device]` */
export const gdbserver: Handler<{ device?: string }> = async ({ qmp }, { device = DEFAULT_GDB }) => {
  try {
    await qmp.execute('x-gdbserver', { device });
  } catch (error) {
    throw error instanceof QmpError ? new CommandError(error.message) : error;
  }
  return text(
    device === 'none' ? 'Disabled gdbserver\n' : `Waiting for gdb connection on device '${device}'\n`,
  );
};

export const completeGdbserver = async () => ['none'];

/** `exit_preconfig` */
export const exitPreconfig: Handler = async ({ qmp }) => {
  await qmp.execute('x-exit-preconfig');
};

/** `one-insn-per-tb [on|off]` */
export const oneInsnPerTb: Handler<{ option?: string }> = async ({ qmp }, { option = 'on' }) => {
  if (option !== 'on' && option !== 'off') throw new CommandError(`unexpected option ${option}`);
  await qmp.execute('x-one-insn-per-tb', { enable: option === 'on' });
};

export const completeOnOff = async () => ['on', 'off'];
