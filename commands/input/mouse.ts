import { type CommandContext, type CompletionRequest, data, type Result } from '../../src/monitor/types.ts';

/** As C's strtol() reads a number of any base: what is none counts as 0, what follows is left out. */
function leadingInteger(text: string): bigint {
  const match = /^\s*([+-]?)(0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)/i.exec(text);
  if (!match) return 0n;
  const digits = match[2]!;
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return BigInt.asIntN(32, match[1] === '-' ? -magnitude : magnitude);
}

export async function mouseMove(
  ctx: CommandContext,
  args: { dx_str: string; dy_str: string; dz_str?: string },
): Promise<void> {
  await ctx.qmp.execute('x-mouse-move', {
    dx: leadingInteger(args.dx_str),
    dy: leadingInteger(args.dy_str),
    ...(args.dz_str === undefined ? {} : { dz: leadingInteger(args.dz_str) }),
  });
}

export async function mouseButton(ctx: CommandContext, args: { button_state: bigint }): Promise<void> {
  await ctx.qmp.execute('x-mouse-button', { state: args.button_state });
}

export async function mouseSet(ctx: CommandContext, args: { index: bigint }): Promise<void> {
  await ctx.qmp.execute('x-mouse-set', { index: args.index });
}

export async function infoMice(ctx: CommandContext): Promise<Result> {
  const mice = await ctx.qmp.execute('query-mice');
  if (mice.length === 0) return data(mice, 'No mouse devices connected\n');
  const lines = mice.map(
    ({ name, index, current, absolute }) =>
      `${current ? '*' : ' '} Mouse #${index}: ${name}${absolute ? ' (absolute)' : ''}\n`,
  );
  return data(mice, lines.join(''));
}

export async function completeMouse({ qmp, index }: CompletionRequest) {
  if (index !== 1) return [];
  const mice = await qmp.execute('query-mice');
  return mice.map(mouse => ({ text: `${mouse.index}`, help: mouse.name }));
}
