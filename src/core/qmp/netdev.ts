import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { AnnounceParameters, RxFilterInfo } from '../../qapi/generated/types.ts';
import { NicClient } from '../net/client.ts';
import { addNetdev, type NetContext, parseNetdev } from '../net/create.ts';
import type { NetTable } from '../net/table.ts';
import type { CommandHandlers } from './handlers.ts';

/** Network back ends made and removed, and what cards receive and announce. */
export function netdevHandlers(context: NetContext): CommandHandlers {
  const { table } = context;
  const announcer = new Announcer(table, context.host);
  return {
    netdev_add: async netdev => {
      await addNetdev(context, netdev);
      return {};
    },
    'x-netdev-add': async ({ options }) => {
      const netdev = parseNetdev(options);
      if (table.findBackend(netdev.id)) throw new QmpError(`Duplicate ID '${netdev.id}' for netdev`);
      await addNetdev(context, netdev);
      return {};
    },
    netdev_del: ({ id }) => {
      const backend = table.findBackend(id);
      if (!backend) throw new QmpError(`Device '${id}' not found`, 'DeviceNotFound');
      table.removeBackend(backend);
      return {};
    },
    'query-rx-filter': ({ name }) => receiveFilters(table, name),
    'announce-self': parameters => {
      announcer.start(parameters);
      return {};
    },
  };
}

function receiveFilters(table: NetTable, name: string | undefined): RxFilterInfo[] {
  if (name === undefined) return cardsOf(table).map(card => card.queryReceiveFilter());
  const client = table.find(name);
  if (!client) throw new QmpError(`invalid net client name: ${name}`);
  if (!(client instanceof NicClient)) throw new QmpError(`net client(${name}) isn't a NIC`);
  return [client.queryReceiveFilter()];
}

function cardsOf(table: NetTable): NicClient[] {
  return table.clients.filter(client => client instanceof NicClient);
}

/** Series of announcements, each growing rarer; a new one of the same name takes the place of the old. */
class Announcer {
  readonly #table: NetTable;
  readonly #host: Host;
  /** What ends each series. */
  readonly #series = new Map<string, () => void>();

  constructor(table: NetTable, host: Host) {
    this.#table = table;
    this.#host = host;
    table.onClose(() => {
      for (const end of this.#series.values()) end();
    });
  }

  start(parameters: AnnounceParameters): void {
    const { id = '', interfaces } = parameters;
    const [initial, max, rounds, step] = (['initial', 'max', 'rounds', 'step'] as const).map(key =>
      checked(key, parameters[key]),
    ) as [number, number, number, number];
    this.#series.get(id)?.();
    this.#series.delete(id);
    if (rounds === 0) return; // asks for the end of the one under way
    const announce = (round: number) => {
      for (const card of cardsOf(this.#table)) {
        if (interfaces === undefined || interfaces.includes(card.name)) card.announce();
      }
      const pause = Math.min(initial + (round - 1) * step, max);
      if (round >= rounds) this.#series.delete(id);
      else
        this.#series.set(
          id,
          this.#host.sleep(pause, () => announce(round + 1)),
        );
    };
    announce(1);
  }
}

/** Limits of the four numbers. */
const LIMITS = { initial: [1, 100_000], max: [1, 100_000], rounds: [0, 1000], step: [1, 10_000] } as const;

function checked(key: keyof typeof LIMITS, value: bigint): number {
  const [least, most] = LIMITS[key];
  const number = Number(value);
  if (number >= least && number <= most) return number;
  throw new QmpError(`Parameter '${key}' expects a value between ${least} and ${most}`);
}
