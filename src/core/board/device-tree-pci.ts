import { PINS } from '../hw/pci/bus.ts';
import type { Phandles } from './device-tree-interrupts.ts';
import { cells64, type FdtNode } from './fdt.ts';
import { highMmio, IRQ, MEMORY_MAP } from './memory-map.ts';

// First cell of an address (IEEE 1275 PCI binding): its space, and the slot in it.
const SPACE_IO = 0x100_0000;
const SPACE_MEMORY32 = 0x200_0000;
const SPACE_MEMORY64 = 0x300_0000;
const SLOT_SHIFT = 11;
const SLOT_MASK = 3 << SLOT_SHIFT; // interrupt pins repeat every four slots
const PIN_MASK = 7;

interface Window {
  readonly base: number;
  readonly size: number;
}

/** The PCI Express host bridge: where its windows lie and which pin leads to which source. */
export function pciNode(ramSize: number, handles: Pick<Phandles, 'wires' | 'source' | 'imsic'>): FdtNode {
  const { pcieEcam, pcieIo, pcieMmio } = MEMORY_MAP;
  const range = (space: number, pciBase: number, { base, size }: Window) => [
    space,
    ...cells64(pciBase, base, size),
  ];
  const high = highMmio(ramSize);
  return {
    name: `pci@${pcieEcam.base.toString(16)}`,
    properties: {
      'interrupt-map-mask': [SLOT_MASK, 0, 0, PIN_MASK],
      'interrupt-map': interruptMap(handles),
      ranges: [
        ...range(SPACE_IO, 0, pcieIo),
        ...range(SPACE_MEMORY32, pcieMmio.base, pcieMmio),
        ...range(SPACE_MEMORY64, high.base, high),
      ],
      reg: cells64(pcieEcam.base, pcieEcam.size),
      ...(handles.imsic ? { 'msi-parent': [handles.imsic.supervisor] } : {}),
      'dma-coherent': true,
      'bus-range': [0, 0xff],
      'linux,pci-domain': [0],
      device_type: 'pci',
      compatible: 'pci-host-ecam-generic',
      '#size-cells': [2],
      '#interrupt-cells': [1],
      '#address-cells': [3],
    },
  };
}

function interruptMap({ wires, source }: Pick<Phandles, 'wires' | 'source'>): number[] {
  const numbers = Array.from({ length: PINS }, (_, n) => n);
  return numbers.flatMap(slot =>
    numbers.flatMap(pin => [
      ...[slot << SLOT_SHIFT, 0, 0, pin + 1],
      ...[wires, ...source(IRQ.pcie + ((slot + pin) % PINS))],
    ]),
  );
}
