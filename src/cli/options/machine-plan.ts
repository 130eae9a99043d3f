import { DEMO_DEVICES, DEMO_DRIVES, DEMO_NETDEVS } from '../demo-machine.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';
import type { MachinePlan } from '../invocation.ts';
import { parseFwCfg } from './fw-cfg.ts';
import { parseGlobal } from './globals.ts';
import { guestName, uuid } from './identity.ts';
import { logConfig } from './logging.ts';
import { ramSize } from './memory.ts';
import { consoles, monitors, parallels } from './ports.ts';
import { cpuModel, hartCount } from './processors.ts';
import { sharedFolders } from './shared-folders.ts';
import { parseOptionValues } from './values.ts';

/** Options that say what the machine is made of: with one of them it is QEMU's, and has nothing of ours but firmware. */
const MAKE_UP = ['M', 'machine', 'nodefaults', 'kernel', 'bios', 'device', 'drive', 'blockdev'];

/** Whether the command line leaves it to us what to show. */
function isDemonstration(given: GivenOptions): boolean {
  return !given.has(...MAKE_UP) && !given.all('accel').some(accel => accel === 'qtest');
}

/** The machine that the options ask for; `warn` hears of what is unwise. @throws UsageError */
export function machinePlan(given: GivenOptions, warn: (line: string) => void): MachinePlan {
  const demo = isDemonstration(given);
  const machine = parseOptionValues(given.last('M', 'machine') ?? 'virt', 'type');
  const { type = 'virt', ...machineProperties } = machine;
  const shares = sharedFolders(given.values('virtfs', 'fsdriver'));
  if (type !== 'virt') throw new UsageError(`unsupported machine type: "${type}" (use virt)`);
  return {
    ramSize: ramSize(given.all('m')),
    harts: hartCount(given.last('smp')),
    cpu: cpuModel(given.last('cpu')),
    machineProperties,
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
    defaultNetwork: !demo && !given.has('netdev', 'nic', 'net', 'nodefaults'),
    objects: given.all('object'),
    chardevs: given.all('chardev'),
    globals: given.all('global').map(parseGlobal),
    serials: consoles(given).serials,
    parallels: parallels(given),
    monitors: monitors(given),
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
