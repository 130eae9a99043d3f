import { QmpError } from '../../qapi/errors.ts';
import type { Netdev } from '../../qapi/generated/types.ts';
import { splitOptions } from '../../qapi/keyval.ts';
import type { MachineConfig, OptionValues } from '../config.ts';
import { parseNetdev } from './create.ts';

const NONE = /^(type=)?none$/;
const DEFAULT_MODEL = 'virtio-net-device';
/** Options of a card in -nic and -net nic, and the properties that they are. */
const CARD_OPTIONS: Readonly<Record<string, string>> = { model: 'driver', mac: 'mac', macaddr: 'mac' };

/** Network back ends and cards that the command line asks for in any of its ways. */
export interface NetPlan {
  /** Those of -netdev, whose names are checked, with the option that asks for each. */
  readonly named: readonly (readonly [option: string, netdev: Netdev])[];
  /** Those that the machine gives names to. */
  readonly unnamed: readonly Netdev[];
  /** -device options of the cards. */
  readonly cards: readonly OptionValues[];
  /** A network that nobody asked for: a card of the board would have the first address. */
  readonly isDefault: boolean;
}

/**
 * Plans what -netdev, -nic and -net ask for. Without any of them there is a user network on a hub, with a port for a
 * card that this board does not have.
 * @param digits two random digits for a name
 * @throws QmpError in QEMU's words
 */
export function planNetwork(config: MachineConfig, digits: () => string): NetPlan {
  const planner = new Planner(digits);
  for (const text of config.nics) naming(`-nic ${text}`, () => planner.nic(text));
  for (const text of config.nets) naming(`-net ${text}`, () => planner.net(text));
  if (config.defaultNetwork) planner.defaultNetwork();
  const named = config.netdevs.map(text => {
    const option = `-netdev ${text}`;
    return [option, naming(option, () => parseNetdev(text))] as const;
  });
  return { named, unnamed: planner.netdevs, cards: planner.cards, isDefault: config.defaultNetwork };
}

function naming<T>(option: string, plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    throw error instanceof QmpError ? new QmpError(`${option}: ${error.message}`) : error;
  }
}

class Planner {
  readonly netdevs: Netdev[] = [];
  readonly cards: OptionValues[] = [];
  readonly #digits: () => string;
  #names = 0;
  #ports = 0;

  constructor(digits: () => string) {
    this.#digits = digits;
  }

  #name(): string {
    return `#net${this.#names++}${this.#digits()}`;
  }

  /** A back end and a card on it. */
  nic(text: string): void {
    if (NONE.test(text)) return;
    const { card, rest } = splitCard(text);
    const id = card['id'] ?? this.#name();
    this.netdevs.push({ ...parseNetdev(`${rest},id=unnamed`), id });
    this.cards.push({ driver: DEFAULT_MODEL, ...card, netdev: id });
  }

  /** A card or a back end on hub 0. */
  net(text: string): void {
    if (NONE.test(text)) return;
    const isCard = /^(type=)?nic(,|$)/.test(text);
    if (isCard) this.#hubCard(text);
    else this.#hubBackend({ ...parseNetdev(`${text},id=unnamed`), id: this.#name() });
  }

  #hubCard(text: string): void {
    this.#name();
    const { card, rest } = splitCard(text.replace(/^(type=)?nic,?/, ''));
    const [, netdev] = /^netdev=([^,]*)$/.exec(rest) ?? [];
    if (rest !== '' && netdev === undefined) throw new QmpError(`Invalid parameter '${rest.split('=')[0]}'`);
    this.cards.push({ driver: DEFAULT_MODEL, ...card, netdev: netdev ?? this.#port() });
  }

  #hubBackend(netdev: Netdev): void {
    this.netdevs.push(netdev);
    this.#port(netdev.id);
  }

  /** A port of hub 0; its name. */
  #port(netdev?: string): string {
    const id = `hub0port${this.#ports++}`;
    this.netdevs.push({ type: 'hubport', id, hubid: 0, ...(netdev === undefined ? {} : { netdev }) });
    return id;
  }

  defaultNetwork(): void {
    this.#name();
    this.#port();
    this.#hubBackend({ type: 'user', id: this.#name() });
  }
}

/** Takes out what is the card's; the rest is the back end's. */
function splitCard(text: string): { card: Record<string, string>; rest: string } {
  const card: Record<string, string> = {};
  const rest: string[] = [];
  for (const [key, value] of splitOptions(text, 'type')) {
    const property = key === 'id' ? 'id' : CARD_OPTIONS[key];
    if (property !== undefined) card[property] = value;
    else rest.push(`${key}=${value.replaceAll(',', ',,')}`);
  }
  return { card, rest: rest.join(',') };
}
