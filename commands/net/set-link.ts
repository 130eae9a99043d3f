import type { CommandContext, CompletionRequest } from '../../src/monitor/types.ts';

export async function setLink(ctx: CommandContext, args: { name: string; up: boolean }): Promise<void> {
  await ctx.qmp.execute('set_link', { name: args.name, up: args.up });
}

/** Offers the devices with a network property, then the two states of a cable. */
export async function completeSetLink({ qmp, index }: CompletionRequest): Promise<string[]> {
  if (index !== 1) return index === 2 ? ['on', 'off'] : [];
  const devices = await qmp.execute('qom-list', { path: '/machine/peripheral' });
  const names = await Promise.all(
    devices.map(async ({ name, type }) => {
      if (!type.startsWith('child<')) return [];
      const properties = await qmp.execute('qom-list', { path: `/machine/peripheral/${name}` });
      const netdev = properties.some(property => property.name === 'netdev');
      if (!netdev) return [];
      const backend = await qmp.execute('qom-get', {
        path: `/machine/peripheral/${name}`,
        property: 'netdev',
      });
      return typeof backend === 'string' && backend !== '' ? [name, backend] : [name];
    }),
  );
  return names.flat();
}
