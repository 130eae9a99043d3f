/** Where the virt board puts things; addresses and sizes in bytes. */
export const MEMORY_MAP = {
  mrom: { base: 0x1000, size: 0xf000 },
  test: { base: 0x10_0000, size: 0x1000 },
  rtc: { base: 0x10_1000, size: 0x1000 },
  clint: { base: 0x200_0000, size: 0x10000 },
  mtimer: { base: 0x200_4000, size: 0x8000 },
  sswi: { base: 0x2f0_0000, size: 0x4000 },
  pcieIo: { base: 0x300_0000, size: 0x1_0000 },
  platformBus: { base: 0x400_0000, size: 0x200_0000 },
  plic: { base: 0xc00_0000, size: 0x60_0000 },
  aplicM: { base: 0xc00_0000, size: 0x8000 }, // in place of the PLIC
  aplicS: { base: 0xd00_0000, size: 0x8000 },
  uart: { base: 0x1000_0000, size: 0x100 },
  virtio: { base: 0x1000_1000, size: 0x1000 }, // the first transport; the others follow
  fwCfg: { base: 0x1010_0000, size: 0x18 },
  flash: { base: 0x2000_0000, size: 0x400_0000 }, // both banks
  imsicM: { base: 0x2400_0000, size: 0x1000 }, // of the first hart; the others follow
  imsicS: { base: 0x2800_0000, size: 0x1000 },
  pcieEcam: { base: 0x3000_0000, size: 0x1000_0000 },
  pcieMmio: { base: 0x4000_0000, size: 0x4000_0000 },
  ram: { base: 0x8000_0000 },
} as const;

export const VIRTIO_TRANSPORTS = 8;

/** PLIC sources. */
export const IRQ = { virtio: 1, uart: 10, rtc: 11, pcie: 0x20, platformBus: 0x40 } as const;

const HIGH_MMIO_SIZE = 0x4_0000_0000;

/** The window for large PCI regions: behind RAM, aligned to its own size. */
export function highMmio(ramSize: number): { base: number; size: number } {
  const end = MEMORY_MAP.ram.base + ramSize;
  return { base: Math.ceil(end / HIGH_MMIO_SIZE) * HIGH_MMIO_SIZE, size: HIGH_MMIO_SIZE };
}
