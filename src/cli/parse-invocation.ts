import type { LogConfig, OptionValues } from '../core/config.ts';
import type { HxOptionTable } from '../hx/model.ts';
import { type GivenOption, parseArgv } from './argv.ts';
import { DEMO_DEVICES, DEMO_DRIVES, DEMO_NETDEVS } from './demo-machine.ts';
import { UsageError } from './errors.ts';
import { readEventList } from './event-list.ts';
import type { Invocation, MachinePlan } from './invocation.ts';
import { parseCount, parseOptionValues, parseSize } from './option-values.ts';

const DEFAULT_RAM = '128M';

/** Reads the whole command line. @throws UsageError */
export function parseInvocation(table: HxOptionTable, argv: readonly string[]): Invocation {
  const given = new Options(parseArgv(table, argv));
  const output = given.last('o') ?? 'text';
  if (output !== 'text' && output !== 'json') throw new UsageError(`-o ${output}: expected text or json`);
  const help = helpCommand(given);
  return {
    machine:
      help === undefined
        ? machinePlan(given)
        : { ...machinePlan(given), devices: [], startPaused: true, log: NO_LOG },
    // what -device and -d can have is told by a monitor command, on a machine that does not run
    commands: help === undefined ? given.all('c') : [help],
    files: help === undefined ? given.all('f') : [],
    stopAtError: given.has('e'),
    output,
    tables: userTables(given),
    show: given.has('version') ? 'version' : given.has('help') || given.has('h') ? 'help' : null,
  };
}

/** The monitor command that answers an option's `help`, undefined if none is asked for. */
function helpCommand(given: Options): string | undefined {
  const device = given.all('device').find(asksForHelp);
  if (device !== undefined) return `device_add ${device}`;
  const items = given.last('d');
  if (items === 'help' || items === '?') return 'log help';
  const trace = [items?.replace(/^trace:/, ''), given.last('trace')].find(asksForHelp);
  return trace === undefined ? undefined : 'info trace-events';
}

/** `-device help`, `-device ?`, `-device DRIVER,help`. */
function asksForHelp(argument: string | undefined): argument is string {
  return argument !== undefined && /(^|,)(help|\?)$/.test(argument);
}

/** The options given, by name. */
class Options {
  readonly #given: readonly GivenOption[];

  constructor(given: readonly GivenOption[]) {
    this.#given = given;
  }

  has(name: string): boolean {
    return this.#given.some(({ option }) => option.name === name);
  }

  all(...names: string[]): string[] {
    return this.#given.filter(({ option }) => names.includes(option.name)).map(({ argument }) => argument);
  }

  last(...names: string[]): string | undefined {
    return this.all(...names).at(-1);
  }

  values(name: string, impliedKey?: string): OptionValues[] {
    return this.all(name).map(text => parseOptionValues(text, impliedKey));
  }

  get order(): readonly GivenOption[] {
    return this.#given;
  }
}

function machinePlan(given: Options): MachinePlan {
  const demo = !['M', 'machine', 'kernel', 'bios', 'device', 'drive', 'nodefaults'].some(name =>
    given.has(name),
  );
  const machine = parseOptionValues(given.last('M', 'machine') ?? 'virt', 'type');
  const { type = 'virt', ...machineProperties } = machine;
  if (type !== 'virt') throw new UsageError(`unsupported machine type: "${type}" (use virt)`);
  return {
    ramSize: ramSize(given),
    harts: hartCount(given),
    cpu: cpuModel(given.last('cpu') ?? 'rv64'),
    machineProperties,
    bios: given.last('bios') ?? null,
    kernel: given.last('kernel') ?? null,
    initrd: given.last('initrd') ?? null,
    append: given.last('append') ?? '',
    devices: [...given.values('device', 'driver'), ...(demo ? DEMO_DEVICES : [])],
    drives: [...given.values('drive'), ...(demo ? DEMO_DRIVES : [])],
    netdevs: [...given.all('netdev'), ...(demo ? DEMO_NETDEVS : [])],
    nics: given.all('nic'),
    nets: given.all('net'),
    defaultNetwork: !demo && !['netdev', 'nic', 'net', 'nodefaults'].some(name => given.has(name)),
    objects: given.all('object'),
    chardevs: given.all('chardev'),
    globals: given.all('global').map(parseGlobal),
    serials: ports(given, 'serial'),
    parallels: ports(given, 'parallel'),
    name: parseOptionValues(given.last('name') ?? '', 'guest')['guest'] ?? null,
    uuid: uuid(given.last('uuid')),
    log: logConfig(given),
    startPaused: given.has('S'),
    onReboot: given.has('no-reboot') ? 'shutdown' : 'reset',
    onShutdown: given.has('no-shutdown') ? 'pause' : 'poweroff',
  };
}

const NO_LOG: LogConfig = { items: null, file: null, patterns: [] };

/** `-d`, `-D` and every `-trace`, whose event lists are read here. */
function logConfig(given: Options): LogConfig {
  const traces = given.values('trace', 'enable');
  const listed = traces.flatMap(({ events }) => (events === undefined ? [] : readEventList(events)));
  const patterns = traces.flatMap(({ enable }) => (enable === undefined ? [] : [enable]));
  const traceFile = traces.findLast(({ file }) => file !== undefined)?.['file'];
  const items = given.last('d') ?? null;
  return { items, file: given.last('D') ?? traceFile ?? null, patterns: [...patterns, ...listed] };
}

function ramSize(given: Options): number {
  const values = parseOptionValues(given.last('m') ?? DEFAULT_RAM, 'size');
  const size = parseSize('size', values['size'] ?? DEFAULT_RAM, 'M');
  if (size < 2 ** 23) throw new UsageError(`-m: ${size} bytes are too few: give at least 8M`);
  return Math.ceil(size / 8192) * 8192;
}

function hartCount(given: Options): number {
  const values = parseOptionValues(given.last('smp') ?? '1', 'cpus');
  return parseCount('cpus', values['cpus'] ?? '1', 1);
}

function cpuModel(text: string): { model: string; properties: OptionValues } {
  const bare = text.split(',').find((part, index) => index > 0 && !part.includes('='));
  if (bare !== undefined) throw new UsageError(`Expected key=value format, found ${bare}.`);
  const { model = '', ...properties } = parseOptionValues(text, 'model');
  return { model, properties };
}

function parseGlobal(text: string): { driver: string; property: string; value: string } {
  const match = /^([^.=]+)\.([^=]+)=(.*)$/.exec(text);
  if (match) return { driver: match[1]!, property: match[2]!, value: match[3]! };
  const { driver, property, value } = parseOptionValues(text);
  if (driver && property && value !== undefined) return { driver, property, value };
  throw new UsageError(`-global ${text}: expected DRIVER.PROPERTY=VALUE`);
}

/** Without a word about it there is one port of each kind, a console pane. */
function ports(given: Options, kind: 'serial' | 'parallel'): string[] {
  const specs = given.all(kind).filter(spec => spec !== 'none');
  return given.has(kind) || given.has('nodefaults') ? specs : ['vc'];
}

function uuid(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) {
    throw new UsageError(`-uuid ${text}: expected a UUID such as 550e8400-e29b-41d4-a716-446655440000`);
  }
  return text.toLowerCase();
}

/** Each `--handlers` belongs to the `--hx` before it. */
function userTables(given: Options): { file: string; handlers: string | null }[] {
  const tables: { file: string; handlers: string | null }[] = [];
  for (const { option, argument } of given.order) {
    if (option.name === 'hx') tables.push({ file: argument, handlers: null });
    if (option.name !== 'handlers') continue;
    const last = tables.at(-1);
    if (!last) throw new UsageError(`--handlers ${argument}: give --hx FILE before it`);
    last.handlers = argument;
  }
  return tables;
}
