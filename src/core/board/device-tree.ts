import { TIMEBASE_HZ } from '../hw/timer/timebase.ts';
import { interruptNodes, type Phandles, phandles } from './device-tree-interrupts.ts';
import { pciNode } from './device-tree-pci.ts';
import { cells64, type FdtNode, type FdtValue } from './fdt.ts';
import type { InterruptModel } from './interrupt-model.ts';
import { IRQ, MEMORY_MAP, VIRTIO_TRANSPORTS } from './memory-map.ts';

/** What a hart implements, as the device tree tells it. */
export interface IsaDescription {
  /** `rv64i` */
  readonly base: string;
  /** Single letters first, in canonical order: i, m, a, c, zicsr, ... */
  readonly extensions: readonly string[];
  /** `riscv,sv57` */
  readonly mmuType: string;
  /** Bytes; listed where the extension is. */
  readonly blockSizes: Readonly<Record<'cbop' | 'cboz' | 'cbom', number>>;
}

export interface DeviceTreeInput {
  readonly ramSize: number;
  readonly harts: number;
  readonly interrupts: InterruptModel;
  readonly isa: IsaDescription;
  readonly bootargs: string;
  readonly initrd: { readonly start: number; readonly end: number } | null;
  /** 32 bytes of entropy. */
  readonly rngSeed: Uint8Array;
}

const UART_HZ = 3686400;
const POWEROFF = 0x5555;
const REBOOT = 0x7777;

/** The device tree of the virt board; names and properties as guests expect them there. */
export function virtDeviceTree(input: DeviceTreeInput): FdtNode {
  const handles = phandles(input.harts, input.interrupts);
  return {
    name: '',
    properties: {
      '#address-cells': [2],
      '#size-cells': [2],
      compatible: 'riscv-virtio',
      model: 'riscv-virtio,qemu',
    },
    children: [
      syscon('poweroff', POWEROFF, handles),
      syscon('reboot', REBOOT, handles),
      platformBus(handles),
      memory(input.ramSize),
      cpus(input, handles),
      fwCfg(),
      flash(),
      { name: 'aliases', properties: { serial0: SERIAL_PATH } },
      chosen(input),
      soc(input, handles),
    ],
  };
}

const SERIAL_PATH = `/soc/serial@${MEMORY_MAP.uart.base.toString(16)}`;

function at(name: string, base: number): string {
  return `${name}@${base.toString(16)}`;
}

function reg(...values: number[]): FdtValue {
  return cells64(...values);
}

function syscon(name: string, value: number, handles: Phandles): FdtNode {
  return {
    name,
    properties: { value: [value], offset: [0], regmap: [handles.test], compatible: `syscon-${name}` },
  };
}

function platformBus(handles: Phandles): FdtNode {
  const { base, size } = MEMORY_MAP.platformBus;
  return {
    name: at('platform-bus', base),
    properties: {
      'interrupt-parent': [handles.wires],
      ranges: [0, 0, base, size],
      '#address-cells': [1],
      '#size-cells': [1],
      compatible: ['qemu,platform', 'simple-bus'],
    },
  };
}

function memory(ramSize: number): FdtNode {
  const { base } = MEMORY_MAP.ram;
  return { name: at('memory', base), properties: { device_type: 'memory', reg: reg(base, ramSize) } };
}

function cpus({ harts, isa }: DeviceTreeInput, handles: Phandles): FdtNode {
  const ids = Array.from({ length: harts }, (_, hart) => hart);
  const cores = ids.map(hart => ({ name: `core${hart}`, properties: { cpu: [handles.cpu(hart)] } }));
  const cluster = { name: 'cluster0', properties: {}, children: cores };
  return {
    name: 'cpus',
    properties: { '#address-cells': [1], '#size-cells': [0], 'timebase-frequency': [TIMEBASE_HZ] },
    children: [
      ...ids.map(hart => cpu(hart, isa, handles)),
      { name: 'cpu-map', properties: {}, children: [cluster] },
    ],
  };
}

function cpu(hart: number, isa: IsaDescription, handles: Phandles): FdtNode {
  const controller: FdtNode = {
    name: 'interrupt-controller',
    properties: {
      '#interrupt-cells': [1],
      'interrupt-controller': true,
      compatible: 'riscv,cpu-intc',
      phandle: [handles.intc(hart)],
    },
  };
  return {
    name: `cpu@${hart.toString(16)}`,
    properties: {
      phandle: [handles.cpu(hart)],
      device_type: 'cpu',
      reg: [hart],
      status: 'okay',
      compatible: 'riscv',
      ...blockSizes(isa),
      'riscv,isa-extensions': [...isa.extensions],
      'riscv,isa-base': isa.base,
      'riscv,isa': isaString(isa),
      'mmu-type': isa.mmuType,
    },
    children: [controller],
  };
}

/** Sizes of cache blocks, for the extensions that work on them. */
function blockSizes({ extensions, blockSizes }: IsaDescription): FdtNode['properties'] {
  const sizes = Object.entries(blockSizes).filter(([name]) => extensions.includes(`zi${name}`));
  return Object.fromEntries(sizes.map(([name, size]) => [`riscv,${name}-block-size`, [size]]));
}

/** `rv64imac_zicsr_...`: letters joined, longer names after underscores. */
export function isaString(isa: IsaDescription): string {
  const letters = isa.extensions.filter(name => name.length === 1 && !isa.base.endsWith(name));
  const long = isa.extensions.filter(name => name.length > 1);
  return [isa.base + letters.join(''), ...long].join('_');
}

function fwCfg(): FdtNode {
  const { base, size } = MEMORY_MAP.fwCfg;
  return {
    name: at('fw-cfg', base),
    properties: { 'dma-coherent': true, reg: reg(base, size), compatible: 'qemu,fw-cfg-mmio' },
  };
}

function flash(): FdtNode {
  const { base, size } = MEMORY_MAP.flash;
  return {
    name: at('flash', base),
    properties: {
      'bank-width': [4],
      reg: reg(base, size / 2, base + size / 2, size / 2),
      compatible: 'cfi-flash',
    },
  };
}

function chosen({ bootargs, initrd, rngSeed }: DeviceTreeInput): FdtNode {
  const properties: Record<string, FdtValue> = {};
  if (bootargs !== '') properties['bootargs'] = bootargs;
  if (initrd) {
    properties['linux,initrd-end'] = cells64(initrd.end);
    properties['linux,initrd-start'] = cells64(initrd.start);
  }
  properties['stdout-path'] = SERIAL_PATH;
  properties['rng-seed'] = rngSeed;
  return { name: 'chosen', properties };
}

function soc({ harts, interrupts, ramSize }: DeviceTreeInput, handles: Phandles): FdtNode {
  const transports = Array.from({ length: VIRTIO_TRANSPORTS }, (_, index) => VIRTIO_TRANSPORTS - 1 - index);
  return {
    name: 'soc',
    properties: { '#address-cells': [2], '#size-cells': [2], compatible: 'simple-bus', ranges: true },
    children: [
      device('rtc', MEMORY_MAP.rtc, 'google,goldfish-rtc', IRQ.rtc, handles),
      uart(handles),
      test(handles),
      ...transports.map(index => transport(index, handles)),
      ...interruptNodes(harts, interrupts, handles),
      pciNode(ramSize, handles),
    ],
  };
}

function device(
  name: string,
  place: { base: number; size: number },
  compatible: string,
  irq: number,
  handles: Phandles,
): FdtNode {
  return {
    name: at(name, place.base),
    properties: {
      interrupts: handles.source(irq),
      'interrupt-parent': [handles.wires],
      reg: reg(place.base, place.size),
      compatible,
    },
  };
}

function uart(handles: Phandles): FdtNode {
  const { name, properties } = device('serial', MEMORY_MAP.uart, 'ns16550a', IRQ.uart, handles);
  const { interrupts, 'interrupt-parent': parent, ...rest } = properties;
  return {
    name,
    properties: {
      interrupts: interrupts!,
      'interrupt-parent': parent!,
      'clock-frequency': [UART_HZ],
      ...rest,
    },
  };
}

function transport(index: number, handles: Phandles): FdtNode {
  const { base, size } = MEMORY_MAP.virtio;
  const place = { base: base + index * size, size };
  return device('virtio_mmio', place, 'virtio,mmio', IRQ.virtio + index, handles);
}

function test(handles: Phandles): FdtNode {
  const { base, size } = MEMORY_MAP.test;
  return {
    name: at('test', base),
    properties: {
      phandle: [handles.test],
      reg: reg(base, size),
      compatible: ['sifive,test1', 'sifive,test0', 'syscon'],
    },
  };
}
