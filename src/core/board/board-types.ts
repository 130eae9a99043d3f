import type { PropertySpec, TypeInfo } from '../qom/types.ts';
import { cpuTypes } from './cpu-properties.ts';

const uint8 = (name: string, defaultValue = 0): PropertySpec => ({ name, kind: 'uint8', defaultValue });
const uint16 = (name: string, defaultValue = 0): PropertySpec => ({ name, kind: 'uint16', defaultValue });
const uint32 = (name: string, defaultValue = 0): PropertySpec => ({ name, kind: 'uint32', defaultValue });
const uint64 = (name: string, defaultValue = 0n): PropertySpec => ({ name, kind: 'uint64', defaultValue });
const bool = (name: string, defaultValue: boolean): PropertySpec => ({ name, kind: 'bool', defaultValue });
const onOff = (name: string, defaultValue: boolean): PropertySpec => ({
  name,
  kind: 'on/off',
  defaultValue,
  description: 'on/off',
});
const list = (name: string): PropertySpec => ({ name, kind: 'list' });
const text = (name: string): PropertySpec => ({ name, kind: 'str' });

/** System-bus devices of the board: made by it, not by the user. */
function onBoard(
  name: string,
  category: TypeInfo['category'],
  properties: readonly PropertySpec[] = [],
  parent = 'sys-bus-device',
): TypeInfo {
  return { name, parent, bus: 'System', userCreatable: false, properties, ...(category ? { category } : {}) };
}

const abstract = (name: string, parent: string | null, bus?: string): TypeInfo => ({
  name,
  parent,
  abstract: true,
  ...(bus === undefined ? {} : { bus }),
});

/** QOM types of the board and the bases that all devices derive from. */
export const boardTypes: readonly TypeInfo[] = [
  abstract('object', null),
  { name: 'container', parent: 'object' },
  { name: 'irq', parent: 'object' },
  { name: 'memory-region', parent: 'object' },
  abstract('bus', 'object'),
  { name: 'System', parent: 'bus' },
  abstract('device', 'object'),
  abstract('sys-bus-device', 'device', 'System'),
  abstract('machine', 'object'),
  { name: 'virt-machine', parent: 'machine' },
  { name: 'none-machine', parent: 'machine' },
  abstract('accel', 'object'),
  { name: 'qtest-accel', parent: 'accel' },
  { name: 'tcg-accel', parent: 'accel' },
  abstract('memory-backend', 'object'),
  { name: 'iothread', parent: 'object', userCreatable: true },
  abstract('memory-backend-file', 'memory-backend'),
  { name: 'memory-backend-ram', parent: 'memory-backend', userCreatable: true },
  { name: 'secret', parent: 'object', userCreatable: true },
  abstract('qemu-console', 'object'),
  { name: 'qemu-graphic-console', parent: 'qemu-console' },
  abstract('cpu', 'device'),
  abstract('riscv-cpu', 'cpu'),
  ...cpuTypes,
  onBoard('riscv.hart_array', undefined, [
    uint32('num-harts', 1),
    uint32('hartid-base'),
    text('cpu-type'),
    uint64('resetvec', 0x1000n),
    list('rnmi-interrupt-vector'),
    list('rnmi-exception-vector'),
  ]),
  onBoard('riscv.aclint.swi', undefined, [uint32('hartid-base'), uint32('num-harts', 1), uint32('sswi')]),
  onBoard('riscv.aclint.mtimer', undefined, [
    uint32('hartid-base'),
    uint32('num-harts', 1),
    uint32('timecmp-base'),
    uint32('time-base', 0x7ff8),
    uint32('aperture-size', 0x8000),
    uint32('timebase-freq'),
  ]),
  onBoard('riscv.sifive.plic', undefined, [
    text('hart-config'),
    uint32('hartid-base'),
    uint32('num-sources', 1),
    uint32('num-priorities'),
    uint32('priority-base'),
    uint32('pending-base'),
    uint32('enable-base'),
    uint32('enable-stride'),
    uint32('context-base'),
    uint32('context-stride'),
    uint32('aperture-size'),
  ]),
  onBoard('riscv.aplic', undefined, [
    uint32('aperture-size'),
    uint32('hartid-base'),
    uint32('num-harts'),
    uint32('iprio-mask'),
    uint32('num-irqs'),
    bool('msimode', false),
    bool('mmode', false),
  ]),
  onBoard('riscv.imsic', undefined, [
    bool('mmode', false),
    uint32('hartid'),
    uint32('num-pages'),
    uint32('num-irqs'),
  ]),
  onBoard('riscv.sifive.test', undefined),
  abstract('fw_cfg', 'sys-bus-device'),
  onBoard(
    'fw_cfg_mem',
    undefined,
    [
      uint32('data_width', 0xffff_ffff),
      bool('dma_enabled', true),
      uint16('x-file-slots', 32),
      bool('acpi-mr-restore', true),
    ],
    'fw_cfg',
  ),
  onBoard('platform-bus-device', undefined, [uint32('num_irqs'), uint32('mmio_size')]),
  onBoard('serial-mm', undefined, [uint8('regshift'), uint8('endianness')]),
  {
    name: 'serial',
    parent: 'device',
    userCreatable: false,
    properties: [
      { name: 'chardev', kind: 'chr', description: 'ID of a chardev to use as a backend' },
      uint32('baudbase', 115200),
      bool('wakeup', false),
    ],
  },
  onBoard('goldfish_rtc', undefined, [onOff('big-endian', false)]),
  onBoard('cfi.pflash01', 'Storage', [
    { name: 'drive', kind: 'drive', description: 'Node name or ID of a block device to use as a backend' },
    uint32('num-blocks'),
    uint64('sector-length'),
    uint8('width'),
    uint8('device-width'),
    uint8('max-device-width'),
    onOff('big-endian', false),
    onOff('secure', false),
    uint16('id0'),
    uint16('id1'),
    uint16('id2'),
    uint16('id3'),
    text('name'),
    bool('old-multiple-chip-handling', false),
  ]),
];
