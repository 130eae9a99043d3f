import type { IrqLine } from '../../irq.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';

// RISC-V ACLINT specification, chapters 3 and 4: MSWI and SSWI devices. One 32-bit register a hart.
const MSIP_STRIDE = 4;
const MSIP_MASK = 1;
const APERTURE = 0x4000n;

/**
 * Software interrupts: how one hart wakes another. In M-mode the wire follows the register; in S-mode a write raises an
 * interrupt that the hart keeps, and the register reads as zero.
 */
export class AclintSwi extends Device {
  readonly region: MemoryRegion;
  readonly #lines: readonly IrqLine[];
  readonly #msip: Uint8Array;
  readonly #mode: 'machine' | 'supervisor';

  /** @param lines MSIP or SSIP wire of each hart */
  constructor(types: TypeTable, lines: readonly IrqLine[], mode: 'machine' | 'supervisor' = 'machine') {
    super('riscv.aclint.swi', types);
    this.#lines = this.addOutputs('', lines);
    this.#msip = new Uint8Array(lines.length);
    this.setValue('num-harts', lines.length);
    this.setValue('sswi', mode === 'supervisor' ? 1 : 0);
    this.#mode = mode;
    const ops: MmioOps = {
      read: offset => this.#msip[offset / MSIP_STRIDE] ?? 0,
      write: (offset, value) => this.#write(offset / MSIP_STRIDE, value & MSIP_MASK),
      accepts: { min: 4, max: 4 },
    };
    this.region = new MemoryRegion('riscv.aclint.swi', 'i/o', APERTURE, { ops });
  }

  #write(hart: number, level: number): void {
    if (hart >= this.#msip.length) return; // harts that do not exist have no register
    if (this.#mode === 'supervisor') {
      if (level === 1) this.#lines[hart]?.set(true);
      return;
    }
    this.#msip[hart] = level;
    this.#lines[hart]?.set(level === 1);
  }

  override reset(): void {
    for (let hart = 0; hart < this.#msip.length; hart++) this.#write(hart, 0);
  }
}
