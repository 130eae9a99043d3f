import type { QtestConfig } from '../../core/config.ts';
import { kindOf } from '../../core/machine-kinds.ts';
import { DEMO_DEVICES, DEMO_DRIVES, DEMO_NETDEVS } from '../demo-machine.ts';
import { locating, UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';
import type { MachinePlan } from '../invocation.ts';
import { actions } from './actions.ts';
import { bootMenu } from './boot.ts';
import { realTimeClock } from './clock.ts';
import { fdSets } from './descriptors.ts';
import { DISK_OPTIONS, drives } from './disks.ts';
import { checkGraphicCard } from './displays.ts';
import { fwCfgPlan } from './fw-cfg.ts';
import { globals } from './globals.ts';
import { checkHostResources } from './host-resources.ts';
import { identity, uuid } from './identity.ts';
import { logConfig } from './logging.ts';
import { machineOptions } from './machine.ts';
import { ramSize } from './memory.ts';
import { monitorConfigs } from './monitors.ts';
import { consoles, parallels } from './ports.ts';
import { cpuModel, hartCount, topology } from './processors.ts';
import { sharedFolders } from './shared-folders.ts';
import { audiodevs } from './sound.ts';

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
  ...DISK_OPTIONS,
];

/** Whether the command line leaves it to us what to show. */
function isDemonstration(given: GivenOptions): boolean {
  return !given.has(...MAKE_UP);
}

/** The machine that the options ask for; `warn` hears of what is unwise. @throws UsageError */
export function machinePlan(given: GivenOptions, warn: (line: string) => void): MachinePlan {
  const demo = isDemonstration(given);
  checkHostResources(given);
  checkGraphicCard(given, warn);
  const shares = sharedFolders(given);
  const machine = machineOptions(given);
  const kind = kindOf(machine);
  const smp = topology(given.merged('smp'), kind);
  return {
    ...machine,
    qtest: qtestConfig(given),
    ramSize: ramSize(given.merged('m'), kind),
    preallocate: given.has('mem-prealloc'),
    harts: hartCount(given, kind, smp.cpus),
    smp,
    cpu: cpuModel(given.last('cpu')),
    ...images(given, demo, warn),
    boot: bootMenu(given.merged('boot')),
    rtc: realTimeClock(given.merged('rtc')),
    devices: [...given.values('device'), ...shares.devices, ...(demo ? DEMO_DEVICES : [])],
    audiodevs: audiodevs(given),
    blockdevs: given.texts('blockdev'),
    drives: [...drives(given), ...(demo ? DEMO_DRIVES : [])],
    defaultDrives: kind.defaultPorts && !given.has('nodefaults'),
    fsdevs: [...given.values('fsdev'), ...shares.fsdevs],
    netdevs: [...given.texts('netdev'), ...(demo ? DEMO_NETDEVS : [])],
    nics: given.texts('nic'),
    nets: given.texts('net'),
    defaultNetwork: !demo && kind.defaultPorts && !given.has('netdev', 'nic', 'net', 'nodefaults'),
    networkGiven: given.has('netdev', 'nic', 'net', 'nodefaults'),
    objects: given.texts('object'),
    chardevs: given.texts('chardev'),
    fdSets: fdSets(given),
    globals: globals(given),
    serials: consoles(given).serials,
    parallels: parallels(given),
    monitors: monitorConfigs(given),
    name: identity(given.merged('name'), () => {}).name,
    uuid: uuid(given.last('uuid')),
    log: logConfig(given),
    startPaused: given.has('S') || machine.machineProperties['dumpdtb'] !== undefined,
    preconfig: given.has('preconfig'),
    actions: actions(given),
  };
}

type Images = Pick<
  MachinePlan,
  'bios' | 'bundledGuest' | 'kernel' | 'initrd' | 'append' | 'dtb' | 'fwCfg' | 'dataFolders'
>;

function images(given: GivenOptions, bundledGuest: boolean, warn: (line: string) => void): Images {
  for (const name of ['append', 'initrd']) {
    if (given.has(name) && !given.has('kernel') && !bundledGuest) {
      throw new UsageError(`-${name} only allowed with -kernel option`);
    }
  }
  return {
    bios: given.last('bios') ?? null,
    dataFolders: given.all('L'),
    bundledGuest,
    kernel: given.last('kernel') ?? null,
    initrd: given.last('initrd') ?? null,
    append: given.last('append') ?? '',
    dtb: given.last('dtb') ?? null,
    fwCfg: given
      .given('fw_cfg')
      .map(one => locating(one.origin, () => fwCfgPlan(given.valuesOf(one), one.origin, warn))),
  };
}

function qtestConfig(given: GivenOptions): QtestConfig | null {
  const spec = given.last('qtest');
  return spec === undefined ? null : { spec, log: given.last('qtest-log') ?? null };
}
