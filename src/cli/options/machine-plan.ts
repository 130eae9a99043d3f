import type { QtestConfig } from '../../core/config.ts';
import { kindOf } from '../../core/machine-kinds.ts';
import { DEMO_DEVICES, DEMO_DRIVES, DEMO_NETDEVS } from '../demo-machine.ts';
import type { GivenOptions } from '../given-options.ts';
import type { MachinePlan } from '../invocation.ts';
import { parseFwCfg } from './fw-cfg.ts';
import { parseGlobal } from './globals.ts';
import { guestName, uuid } from './identity.ts';
import { logConfig } from './logging.ts';
import { machineOptions } from './machine.ts';
import { ramSize } from './memory.ts';
import { monitorConfigs } from './monitors.ts';
import { consoles, parallels } from './ports.ts';
import { cpuModel, hartCount } from './processors.ts';
import { sharedFolders } from './shared-folders.ts';

/** Options that say what the machine is made of: with one of them it is QEMU's, and has nothing of ours but firmware. */
const MAKE_UP = [
  'M',
  'machine',
  'accel',
  'qtest',
  'nodefaults',
  'kernel',
  'bios',
  'device',
  'drive',
  'blockdev',
];

/** Whether the command line leaves it to us what to show. */
function isDemonstration(given: GivenOptions): boolean {
  return !given.has(...MAKE_UP);
}

/** The machine that the options ask for; `warn` hears of what is unwise. @throws UsageError */
export function machinePlan(given: GivenOptions, warn: (line: string) => void): MachinePlan {
  const demo = isDemonstration(given);
  const machine = machineOptions(given.all('M', 'machine'), given.all('accel'));
  const kind = kindOf(machine);
  const shares = sharedFolders(given.values('virtfs', 'fsdriver'));
  return {
    ...machine,
    qtest: qtestConfig(given),
    ramSize: ramSize(given.all('m'), kind),
    harts: hartCount(given, kind),
    cpu: cpuModel(given.last('cpu')),
    bios: given.last('bios') ?? null,
    bundledGuest: demo,
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
    defaultNetwork: !demo && kind.defaultPorts && !given.has('netdev', 'nic', 'net', 'nodefaults'),
    objects: given.all('object'),
    chardevs: given.all('chardev'),
    globals: given.all('global').map(parseGlobal),
    serials: consoles(given).serials,
    parallels: parallels(given),
    monitors: monitorConfigs(given.order),
    name: guestName(given.last('name')),
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

function qtestConfig(given: GivenOptions): QtestConfig | null {
  const spec = given.last('qtest');
  return spec === undefined ? null : { spec, log: given.last('qtest-log') ?? null };
}
