import { QmpError } from '../../../qapi/errors.ts';
import type { HotplugHandler } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { PciBridge } from './bridge.ts';
import { overlaps, type PciIdentity } from './device.ts';
import type { PciEnvironment } from './environment.ts';
import { addErrorReporting, resetErrorReporting } from './error-reporting.ts';
import { addExpress, EXPRESS, resetExpress, TYPE_ROOT_PORT } from './express.ts';
import { Msix } from './msix.ts';
import { CAP, CLASS, EXT_CAP, VENDOR_REDHAT } from './registers.ts';
import { HotplugSlot } from './slot.ts';

const ROOT_PORT = 0x000c;
const SUBSYSTEM_LENGTH = 8;
const SUBSYSTEM_VENDOR = 4; // in the capability
const VECTORS = 1;
const MSIX_BAR = 0;

const SLOT_IMPLEMENTED = 0x100; // of the capability's flags
const ROOT_CONTROL_WRITABLE = 7;
const ARI_FORWARDING = 0x20;
const LINK_ACTIVE = 0x2000;
const LINK_ACTIVE_REPORTING = 0x10_0000;
const LINK_BANDWIDTH_REPORTING = 0x20_0000;
const LINK_L0S = 0x400;
/** What a virtual endpoint negotiates: 2.5 GT/s, one lane. */
const NEGOTIATED = 0x11;
const SPEEDS = ['2_5', '5', '8', '16', '32', '64'];

const ERRORS_AT = 0x100;
const ACCESS_CONTROL_AT = 0x148;
const ACCESS_CONTROL_CAPABLE = 0x5f; // everything but egress control
const ACCESS_CONTROL = 6;

/** A PCI Express root port: a bridge with one hot-plug slot. */
export class PcieRootPort extends PciBridge {
  readonly #now: () => number;
  #express = 0;
  #slot: HotplugSlot | undefined;

  /** @param now virtual time in ns */
  constructor(types: TypeTable, env: PciEnvironment, now: () => number) {
    super('pcie-root-port', types, env);
    this.#now = now;
  }

  override get identity(): PciIdentity {
    return { vendor: VENDOR_REDHAT, device: ROOT_PORT, revision: 0, classCode: CLASS.pciBridge };
  }

  protected override get express(): boolean {
    return true;
  }

  protected override get hotplugHandler(): HotplugHandler | undefined {
    return this.#slot;
  }

  get #slotName(): string {
    return `${this.value('chassis')}.${this.value('slot')}`;
  }

  protected override setUp(): void {
    if (this.env.slots.has(this.#slotName)) throw new QmpError("Can't add chassis slot, error -16");
    this.env.slots.add(this.#slotName);
    const { config } = this;
    const subsystem = config.addCapability(CAP.subsystem, SUBSYSTEM_LENGTH);
    config.set16(subsystem + SUBSYSTEM_VENDOR, VENDOR_REDHAT);
    this.wirePin();
    this.msix = new Msix(this, VECTORS, MSIX_BAR);
    this.#addExpress();
    addErrorReporting(config, ERRORS_AT);
    if (this.value('disable-acs') !== true) {
      config.addExtendedCapability(EXT_CAP.accessControl, 1, ACCESS_CONTROL_AT, ERRORS_AT);
      config.set16(ACCESS_CONTROL_AT + 4, ACCESS_CONTROL_CAPABLE);
      config.set16(ACCESS_CONTROL_AT + ACCESS_CONTROL, 0, ACCESS_CONTROL_CAPABLE);
    }
    super.setUp();
    this.addBar(MSIX_BAR, 'memory32', this.msix.region);
    for (const region of this.msix.parts) this.env.attach(this, region);
  }

  #addExpress(): void {
    const { config } = this;
    const at = addExpress(config, {
      type: TYPE_ROOT_PORT,
      extendedTag: this.value('x-pcie-ext-tag') === true,
      linkControl: false,
    });
    this.#express = at;
    config.update16(at + EXPRESS.flags, SLOT_IMPLEMENTED);
    const speed = this.#speed;
    const link = speed | this.#width | LINK_L0S | LINK_ACTIVE_REPORTING | LINK_BANDWIDTH_REPORTING;
    config.set32(at + EXPRESS.linkCapabilities, link | (Number(this.value('port')) << 24));
    config.set32(at + EXPRESS.linkCapabilities2, (2 << speed) - 2);
    config.set16(at + EXPRESS.linkControl2, speed);
    config.set16(at + EXPRESS.rootControl, 0, ROOT_CONTROL_WRITABLE);
    const capabilities = config.u32(at + EXPRESS.deviceCapabilities2);
    config.set32(at + EXPRESS.deviceCapabilities2, capabilities | ARI_FORWARDING);
    const control = at + EXPRESS.deviceControl2;
    config.set16(control, 0, config.writable.getUint16(control, true) | ARI_FORWARDING);
    this.#slot = this.#makeSlot(at);
    this.#showLink(false);
  }

  /** Codes of the link registers. */
  get #speed(): number {
    return SPEEDS.indexOf(String(this.value('x-speed'))) + 1;
  }

  get #width(): number {
    return Number(this.value('x-width')) << 4;
  }

  #makeSlot(at: number): HotplugSlot {
    const occupants = () => this.secondary?.devices ?? [];
    const port = {
      device: this,
      get occupants() {
        return occupants();
      },
      number: Number(this.value('slot')),
      hotplug:
        this.value('hotplug') === true &&
        (this.value('x-do-not-expose-native-hotplug-cap') !== true || this.hotplugged),
      powerController: this.value('power_controller_present') === true,
      linkChanged: (up: boolean) => this.#showLink(up),
    };
    return new HotplugSlot(port, at, this.#now);
  }

  /** Without a device the status tells what the port could do. */
  #showLink(up: boolean): void {
    const status = up ? NEGOTIATED | LINK_ACTIVE : this.#speed | this.#width;
    this.config.set16(this.#express + EXPRESS.linkStatus, status);
  }

  override unrealize(): void {
    this.env.slots.delete(this.#slotName);
    super.unrealize();
  }

  override reset(): void {
    super.reset();
    resetExpress(this.config, this.#express);
    this.config.set16(this.#express + EXPRESS.rootControl, 0);
    resetErrorReporting(this.config, ERRORS_AT);
    if (this.value('disable-acs') !== true) this.config.set16(ACCESS_CONTROL_AT + ACCESS_CONTROL, 0);
    this.#slot?.reset();
  }

  override writeConfig(at: number, value: number, size: number): void {
    this.#slot?.beforeWrite();
    super.writeConfig(at, value, size);
  }

  protected override configWritten(at: number, value: number, size: number): void {
    const status = this.#express + EXPRESS.slotStatus;
    const control = this.#express + EXPRESS.slotControl;
    const writesStatus = overlaps(at, size, status, 2);
    const writesControl = overlaps(at, size, control, 2);
    if (!writesStatus && !writesControl) return;
    this.#slot?.written(writesStatus ? bitsFor(status, at, value) : 0, writesControl);
  }
}

/** The 16 bits of a write at `at` that go to the register at `register`. */
function bitsFor(register: number, at: number, value: number): number {
  const shift = 8 * (register - at);
  return (shift >= 0 ? value >>> shift : value << -shift) & 0xffff;
}
