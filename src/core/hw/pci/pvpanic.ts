import { MemoryRegion } from '../../memory/region.ts';
import type { TypeInfo, TypeTable } from '../../qom/types.ts';
import { PciDevice, type PciIdentity } from './device.ts';
import type { PciEnvironment } from './environment.ts';
import { CLASS, SUBSYSTEM_DEFAULT, VENDOR_REDHAT, VENDOR_VIRTIO } from './registers.ts';
import { property } from './types.ts';

/** Events that a guest may report: bits of the one register. */
const PANICKED = 1;
const CRASH_LOADED = 2;
const SHUTDOWN = 4;

const PVPANIC = 0x0011;
const SIZE = 2n;

/** What a guest's reports lead to. */
export interface PanicControl {
  /** The guest has panicked. */
  guestPanicked(): void;
  /** The guest has panicked and goes on with a kernel that records it. */
  guestCrashLoaded(): void;
  /** The guest asks for an orderly end by this device. */
  guestShutDown(): void;
}

export const pvpanicType: TypeInfo = {
  name: 'pvpanic-pci',
  parent: 'pci-device',
  bus: 'PCI',
  category: 'Misc',
  userCreatable: true,
  properties: [property('events', 'uint8', PANICKED | CRASH_LOADED | SHUTDOWN)],
};

/** Through one byte of memory a guest tells that it has panicked; reading it tells which events count. */
export class PvPanicPci extends PciDevice {
  readonly #control: PanicControl;

  constructor(types: TypeTable, env: PciEnvironment, control: PanicControl) {
    super('pvpanic-pci', types, env);
    this.#control = control;
  }

  override get identity(): PciIdentity {
    return {
      vendor: VENDOR_REDHAT,
      device: PVPANIC,
      revision: 1,
      classCode: CLASS.systemOther,
      subsystem: { vendor: VENDOR_VIRTIO, device: SUBSYSTEM_DEFAULT },
    };
  }

  protected override setUp(): void {
    const region = new MemoryRegion('pvpanic', 'i/o', SIZE, {
      priority: 1,
      ops: {
        read: () => Number(this.value('events')),
        write: (_, value) => this.#report(value & Number(this.value('events'))),
        accepts: { min: 1, max: 1 },
      },
    });
    this.addBar(0, 'memory32', region);
  }

  #report(events: number): void {
    if ((events & PANICKED) !== 0) this.#control.guestPanicked();
    else if ((events & CRASH_LOADED) !== 0) this.#control.guestCrashLoaded();
    else if ((events & SHUTDOWN) !== 0) this.#control.guestShutDown();
  }
}
