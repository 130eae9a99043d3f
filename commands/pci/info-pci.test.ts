import { expect, it } from 'vitest';
import type { PciDeviceInfo } from '../../src/qapi/generated/types.ts';
import { testContext } from '../test-support.ts';
import { infoPci } from './info-pci.ts';

const function0: PciDeviceInfo = {
  bus: 0n,
  slot: 0n,
  function: 0n,
  class_info: { class: 0x600n, desc: 'Host bridge' },
  id: { device: 8n, vendor: 0x1b36n, subsystem: 0x1100n, 'subsystem-vendor': 0x1af4n },
  irq_pin: 0n,
  qdev_id: '',
  regions: [],
};

const entropy: PciDeviceInfo = {
  ...function0,
  bus: 1n,
  class_info: { class: 0xffn },
  id: { device: 0x1005n, vendor: 0x1af4n, subsystem: 4n, 'subsystem-vendor': 0x1af4n },
  irq: 11n,
  irq_pin: 1n,
  qdev_id: 'r0',
  regions: [
    { bar: 0n, type: 'io', address: 0x1000n, size: 32n },
    { bar: 1n, type: 'memory', address: -1n, size: 4096n, prefetch: false, mem_type_64: false },
    { bar: 4n, type: 'memory', address: 0x4_0000_0000n, size: 16384n, prefetch: true, mem_type_64: true },
  ],
};

const port: PciDeviceInfo = {
  ...function0,
  slot: 4n,
  class_info: { class: 0x604n, desc: 'PCI bridge' },
  id: { device: 12n, vendor: 0x1b36n },
  irq: 0n,
  irq_pin: 1n,
  qdev_id: 'rp0',
  pci_bridge: {
    bus: {
      number: 0n,
      secondary: 1n,
      subordinate: 1n,
      io_range: { base: 0xf000n, limit: 0xfffn },
      memory_range: { base: 0x4010_0000n, limit: 0x401f_ffffn },
      prefetchable_range: { base: 0xfff0_0000n, limit: 0xf_ffffn },
    },
    devices: [entropy],
  },
};

it('shows functions, what bridges forward, and what is behind them', async () => {
  const ctx = testContext({ 'query-pci': () => [{ bus: 0n, devices: [function0, port] }] });
  expect(await infoPci(ctx, {})).toMatchObject({
    kind: 'data',
    data: [{ bus: 0n }],
    text: `\
  Bus  0, device   0, function 0:
    Host bridge: PCI device 1b36:0008
      PCI subsystem 1af4:1100
      id ""
  Bus  0, device   4, function 0:
    PCI bridge: PCI device 1b36:000c
      IRQ 0, pin A
      BUS 0.
      secondary bus 1.
      subordinate bus 1.
      IO range [0xf000, 0x0fff]
      memory range [0x40100000, 0x401fffff]
      prefetchable memory range [0xfff00000, 0x000fffff]
      id "rp0"
  Bus  1, device   0, function 0:
    Class 0255: PCI device 1af4:1005
      PCI subsystem 1af4:0004
      IRQ 11, pin A
      BAR0: I/O at 0x1000 [0x101f]
      BAR1: 32 bit memory (not mapped)
      BAR4: 64 bit prefetchable memory at 0x400000000 [0x400003fff]
      id "r0"
`,
  });
});

it('says so when there is nothing', async () => {
  const ctx = testContext({ 'query-pci': () => [] });
  expect(await infoPci(ctx, {})).toMatchObject({ text: '' });
});
