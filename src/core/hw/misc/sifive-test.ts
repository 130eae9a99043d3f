import type { ShutdownCause } from '../../../qapi/generated/types.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';

// SiFive's test finisher: the low half of a write says how to end, the high half with which status.
const FINISHER_FAIL = 0x3333;
const FINISHER_PASS = 0x5555;
const FINISHER_RESET = 0x7777;
const APERTURE = 0x1000n;

/** How a guest ends or restarts the machine. */
export interface PowerControl {
  requestShutdown(cause: ShutdownCause, status?: number): void;
  requestReset(cause: ShutdownCause): void;
}

/** The device behind the device tree's syscon-poweroff and syscon-reboot. */
export class SifiveTest extends Device {
  readonly region: MemoryRegion;

  constructor(types: TypeTable, power: PowerControl) {
    super('riscv.sifive.test', types);
    const ops: MmioOps = {
      read: () => 0,
      write(offset, value) {
        if (offset !== 0) return;
        const finish = value & 0xffff;
        if (finish === FINISHER_FAIL) power.requestShutdown('guest-panic', value >>> 16);
        else if (finish === FINISHER_PASS) power.requestShutdown('guest-shutdown');
        else if (finish === FINISHER_RESET) power.requestReset('guest-reset');
      },
      accepts: { min: 2, max: 4 },
    };
    this.region = new MemoryRegion('riscv.sifive.test', 'i/o', APERTURE, { ops });
  }
}
