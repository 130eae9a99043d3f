import type { IrqLine } from '../../irq.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { hex } from '../../trace.ts';
import { IMSIC_IDENTITIES, type InterruptFile } from './imsic-file.ts';

/** Bytes of the page of an interrupt file. */
export const IMSIC_PAGE = 0x1000;
const SETEIPNUM_LE = 0;

/** Where messages for a hart in one mode are written (AIA 1.0, section 3.5). There are no files for guests. */
export class RiscvImsic extends Device {
  readonly region: MemoryRegion;
  readonly #file: InterruptFile;

  /** @param line what the file drives */
  constructor(types: TypeTable, hart: number, machineMode: boolean, file: InterruptFile, line: IrqLine) {
    super('riscv.imsic', types);
    this.#file = file;
    file.connect(this.addOutputs('', [line])[0]!);
    this.setValue('mmode', machineMode);
    this.setValue('hartid', hart);
    this.setValue('num-pages', 1);
    this.setValue('num-irqs', IMSIC_IDENTITIES);
    const ops: MmioOps = {
      read: () => 0,
      write: (offset, value) => {
        if (offset === SETEIPNUM_LE) this.#file.receive(value);
      },
      accepts: { min: 4, max: 4 },
      messages: true,
      mistake: ({ offset, write }) => {
        if ((offset & 3) === 0) return null;
        const kind = write ? 'write' : 'read';
        return `riscv_imsic_${kind}: Invalid register ${kind} ${hex(offset)}`;
      },
    };
    this.region = new MemoryRegion('riscv.imsic', 'i/o', BigInt(IMSIC_PAGE), { ops });
  }

  override reset(): void {
    this.#file.reset();
  }
}
