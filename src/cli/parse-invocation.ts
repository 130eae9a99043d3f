import type { OptionValues } from '../core/config.ts';
import type { HxOptionTable } from '../hx/model.ts';
import { type GivenOption, parseArgv } from './argv.ts';
import { attachPlan, withoutAttach } from './attach/attach-plan.ts';
import { type ConsoleOptions, consoleOptions } from './console/console-options.ts';
import { DEMO_DEVICES, DEMO_DRIVES, DEMO_NETDEVS } from './demo-machine.ts';
import { UsageError } from './errors.ts';
import { parseFwCfg } from './fw-cfg-option.ts';
import type { Invocation, MachinePlan } from './invocation.ts';
import { logConfig, NO_LOG } from './log-options.ts';
import { ramSize } from './memory-option.ts';
import { parseCount, parseOptionValues } from './option-values.ts';
import { sharedFolders } from './shared-folders.ts';

/** Reads the whole command line. @throws UsageError */
export function parseInvocation(table: HxOptionTable, argv: readonly string[]): Invocation {
  const all = parseArgv(table, argv);
  const attach = attachPlan(all);
  const given = new Options(attach ? withoutAttach(all) : all);
  const output = given.last('o') ?? 'text';
  if (output !== 'text' && output !== 'json') throw new UsageError(`-o ${output}: expected text or json`);
  const help = helpCommand(given);
  const warnings: string[] = [];
  const machine = machinePlan(given, line => warnings.push(line));
  return {
    warnings,
    attach,
    console: consoles(given).console,
    machine: help === undefined ? machine : { ...machine, devices: [], startPaused: true, log: NO_LOG },
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

function machinePlan(given: Options, warn: (line: string) => void): MachinePlan {
  const demo = !['M', 'machine', 'kernel', 'bios', 'device', 'drive', 'nodefaults'].some(name =>
    given.has(name),
  );
  const machine = parseOptionValues(given.last('M', 'machine') ?? 'virt', 'type');
  const { type = 'virt', ...machineProperties } = machine;
  const shares = sharedFolders(given.values('virtfs', 'fsdriver'));
  if (type !== 'virt') throw new UsageError(`unsupported machine type: "${type}" (use virt)`);
  return {
    ramSize: ramSize(given.all('m')),
    harts: hartCount(given),
    cpu: cpuModel(given.last('cpu') ?? 'rv64'),
    machineProperties,
    bios: given.last('bios') ?? null,
    kernel: given.last('kernel') ?? null,
    initrd: given.last('initrd') ?? null,
    append: given.last('append') ?? '',
    dtb: given.last('dtb') ?? null,
    fwCfg: given.all('fw_cfg').map(text => parseFwCfg(text, warn)),
    devices: [...given.values('device', 'driver'), ...shares.devices, ...(demo ? DEMO_DEVICES : [])],
    drives: [...given.values('drive'), ...(demo ? DEMO_DRIVES : [])],
    defaultDrives: !given.has('nodefaults'),
    fsdevs: [...given.values('fsdev', 'fsdriver'), ...shares.fsdevs],
    netdevs: [...given.all('netdev'), ...(demo ? DEMO_NETDEVS : [])],
    nics: given.all('nic'),
    nets: given.all('net'),
    defaultNetwork: !demo && !['netdev', 'nic', 'net', 'nodefaults'].some(name => given.has(name)),
    objects: given.all('object'),
    chardevs: given.all('chardev'),
    globals: given.all('global').map(parseGlobal),
    serials: consoles(given).serials,
    parallels: parallels(given),
    monitors: given.order.filter(isQmp).map(({ option, argument }) => ({
      spec: argument,
      pretty: option.name === 'qmp-pretty',
    })),
    name: parseOptionValues(given.last('name') ?? '', 'guest')['guest'] ?? null,
    uuid: uuid(given.last('uuid')),
    log: logConfig({
      items: given.last('d'),
      file: given.last('D'),
      traces: given.values('trace', 'enable'),
    }),
    startPaused: given.has('S'),
    onReboot: given.has('no-reboot') ? 'shutdown' : 'reset',
    onShutdown: given.has('no-shutdown') ? 'pause' : 'poweroff',
  };
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

function consoles(given: Options): ConsoleOptions {
  return consoleOptions({
    nographic: given.has('nographic'),
    nodefaults: given.has('nodefaults'),
    serial: given.all('serial'),
    monitor: given.last('monitor'),
    display: given.last('display'),
    echr: given.last('echr'),
  });
}

/** `none` is a monitor that is not there. */
function isQmp({ option, argument }: GivenOption): boolean {
  return (option.name === 'qmp' || option.name === 'qmp-pretty') && argument !== 'none';
}

/** Without a word about it there is one port, a console pane. */
function parallels(given: Options): string[] {
  const specs = given.all('parallel').filter(spec => spec !== 'none');
  return given.has('parallel') || given.has('nodefaults') ? specs : ['vc'];
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
