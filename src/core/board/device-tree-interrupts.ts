import { IMSIC_IDENTITIES } from '../hw/intc/imsic-file.ts';
import { APLIC_SOURCES } from '../hw/intc/riscv-aplic.ts';
import { PLIC_SOURCES } from '../hw/intc/sifive-plic.ts';
import { cells64, type FdtNode, type FdtValue } from './fdt.ts';
import { hasSoftwareInterrupts, type InterruptModel } from './interrupt-model.ts';
import { MEMORY_MAP } from './memory-map.ts';

// Interrupt numbers at a hart's own controller (mcause codes).
const S_SOFT = 1;
const M_SOFT = 3;
const M_TIMER = 7;
const S_EXTERNAL = 9;
const M_EXTERNAL = 11;
/** Second cell of an interrupt at an APLIC: the wire is high while it asks. */
const LEVEL_HIGH = 4;
const MTIME = 0x7ff8;
const MTIMER_SIZE = 0x8000;

/** Handles of the nodes, and how a source of a device is written. */
export interface Phandles {
  cpu(hart: number): number;
  /** The interrupt controller of a hart. */
  intc(hart: number): number;
  /** Those of messages, for M and S mode. */
  readonly imsic: { readonly machine: number; readonly supervisor: number } | null;
  /** The domain of M mode. */
  readonly aplic: number | null;
  /** Where the wires of devices lead, as S-mode sees it. */
  readonly wires: number;
  readonly test: number;
  source(irq: number): number[];
}

/** Each hart has one for itself and one for its interrupt controller, those of the board come next. */
export function phandles(harts: number, { aia }: InterruptModel): Phandles {
  const cpu = (hart: number) => 1 + 2 * hart;
  let next = cpu(harts);
  const imsic = aia === 'aplic-imsic' ? { machine: next++, supervisor: next++ } : null;
  const aplic = aia === 'none' ? null : next++;
  const source = (irq: number) => (aplic === null ? [irq] : [irq, LEVEL_HIGH]);
  return { cpu, intc: hart => cpu(hart) + 1, imsic, aplic, wires: next++, test: next, source };
}

/** The interrupt controllers below `soc`, and the devices of timers and software interrupts. */
export function interruptNodes(harts: number, model: InterruptModel, handles: Phandles): FdtNode[] {
  const cells = (...lines: number[]) => perHart(harts, handles, lines);
  const controllers =
    model.aia === 'none'
      ? [plic(cells, handles)]
      : [...aplics(cells, handles), ...imsics(harts, cells, handles)];
  return [...controllers, ...timers(cells, model)];
}

type Cells = (...lines: number[]) => number[];

function perHart(harts: number, handles: Phandles, lines: readonly number[]): number[] {
  return Array.from({ length: harts }, (_, hart) => lines.flatMap(line => [handles.intc(hart), line])).flat();
}

const at = (name: string, base: number) => `${name}@${base.toString(16)}`;

function plic(cells: Cells, handles: Phandles): FdtNode {
  const { base, size } = MEMORY_MAP.plic;
  return {
    name: at('plic', base),
    properties: {
      phandle: [handles.wires],
      'riscv,ndev': [PLIC_SOURCES - 1],
      reg: cells64(base, size),
      'interrupts-extended': cells(M_EXTERNAL, S_EXTERNAL),
      'interrupt-controller': true,
      compatible: ['sifive,plic-1.0.0', 'riscv,plic0'],
      '#address-cells': [0],
      '#interrupt-cells': [1],
    },
  };
}

function aplics(cells: Cells, handles: Phandles): FdtNode[] {
  const { aplicM, aplicS } = MEMORY_MAP;
  const child = handles.wires;
  const all = [child, 1, APLIC_SOURCES - 1];
  const delegation = { 'riscv,delegate': all, 'riscv,delegation': all, 'riscv,children': [child] };
  return [
    aplic(aplicS, child, handles.imsic?.supervisor, cells(S_EXTERNAL), {}),
    aplic(aplicM, handles.aplic!, handles.imsic?.machine, cells(M_EXTERNAL), delegation),
  ];
}

/** @param messages the controller that messages go to; without one wires lead to harts */
function aplic(
  { base, size }: { base: number; size: number },
  phandle: number,
  messages: number | undefined,
  wires: number[],
  more: Readonly<Record<string, FdtValue>>,
): FdtNode {
  return {
    name: at('interrupt-controller', base),
    properties: {
      phandle: [phandle],
      ...more,
      'riscv,num-sources': [APLIC_SOURCES - 1],
      reg: cells64(base, size),
      ...(messages === undefined ? { 'interrupts-extended': wires } : { 'msi-parent': [messages] }),
      'interrupt-controller': true,
      '#interrupt-cells': [2],
      '#address-cells': [0],
      compatible: ['qemu,aplic', 'riscv,aplic'],
    },
  };
}

function imsics(harts: number, cells: Cells, { imsic }: Phandles): FdtNode[] {
  if (!imsic) return [];
  const { imsicM, imsicS } = MEMORY_MAP;
  const node = (
    { base, size }: { base: number; size: number },
    phandle: number,
    wires: number[],
  ): FdtNode => ({
    name: at('interrupt-controller', base),
    properties: {
      phandle: [phandle],
      'riscv,num-ids': [IMSIC_IDENTITIES - 1],
      reg: cells64(base, harts * size),
      'interrupts-extended': wires,
      'msi-controller': true,
      'interrupt-controller': true,
      '#interrupt-cells': [0],
      compatible: ['qemu,imsics', 'riscv,imsics'],
    },
  });
  return [node(imsicS, imsic.supervisor, cells(S_EXTERNAL)), node(imsicM, imsic.machine, cells(M_EXTERNAL))];
}

function timers(cells: Cells, model: InterruptModel): FdtNode[] {
  if (!model.aclint) return [clint(cells)];
  const { clint: place, mtimer: behindSwi, sswi } = MEMORY_MAP;
  if (!hasSoftwareInterrupts(model)) return [mtimer(place.base, MTIMER_SIZE, cells)];
  const timerSize = place.base + place.size - behindSwi.base;
  return [
    software('sswi', sswi.base, sswi.size, cells(S_SOFT)),
    mtimer(behindSwi.base, timerSize, cells),
    software('mswi', place.base, behindSwi.base - place.base, cells(M_SOFT)),
  ];
}

function clint(cells: Cells): FdtNode {
  const { base, size } = MEMORY_MAP.clint;
  return {
    name: at('clint', base),
    properties: {
      'interrupts-extended': cells(M_SOFT, M_TIMER),
      reg: cells64(base, size),
      compatible: ['sifive,clint0', 'riscv,clint0'],
    },
  };
}

/** The time comes before the registers that it is compared with, though it lies behind them. */
function mtimer(base: number, size: number, cells: Cells): FdtNode {
  return {
    name: at('mtimer', base),
    properties: {
      'interrupts-extended': cells(M_TIMER),
      reg: cells64(base + MTIME, size - MTIME, base, MTIME),
      compatible: 'riscv,aclint-mtimer',
    },
  };
}

function software(name: 'mswi' | 'sswi', base: number, size: number, wires: number[]): FdtNode {
  return {
    name: at(name, base),
    properties: {
      '#interrupt-cells': [0],
      'interrupt-controller': true,
      'interrupts-extended': wires,
      reg: cells64(base, size),
      compatible: `riscv,aclint-${name}`,
    },
  };
}
