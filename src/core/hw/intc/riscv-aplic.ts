import type { IrqLine } from '../../irq.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { hex } from '../../trace.ts';
import { DirectDelivery } from './aplic-delivery.ts';
import { MessageAddresses } from './aplic-messages.ts';
import { AplicSources } from './aplic-sources.ts';

// RISC-V Advanced Interrupt Architecture 1.0, section 4.5: the memory-mapped control region of a domain.
const DOMAINCFG = 0;
const DOMAIN = { fixed: 0x8000_0000, on: 0x100, messages: 4 } as const;
const SOURCECFG = 0x4;
const MMSICFGADDR = 0x1bc0;
const SETIP = 0x1c00;
const SETIPNUM = 0x1cdc;
const CLRIP = 0x1d00;
const CLRIPNUM = 0x1ddc;
const SETIE = 0x1e00;
const SETIENUM = 0x1edc;
const CLRIE = 0x1f00;
const CLRIENUM = 0x1fdc;
const SETIPNUM_LE = 0x2000;
const SETIPNUM_BE = 0x2004;
const GENMSI = 0x3000;
const TARGET = 0x3004;
const IDC = 0x4000;
const HART = 18;
const GUEST = 12;
const GUEST_MASK = 0x3f;
const IDENTITY_MASK = 0x7ff;

/** Sources, and 0, which does not exist. */
export const APLIC_SOURCES = 97;
/** Bits of a priority of the virt board, as a mask. */
const PRIORITIES = 7;
export const APLIC_APERTURE = 0x8000;

export interface AplicOptions {
  readonly machineMode: boolean;
  /** The wires to the harts in this mode; null: interrupts leave as messages. */
  readonly lines: readonly IrqLine[] | null;
  /** The domain that hands sources on to this one. */
  readonly parent?: RiscvAplic;
  /** Whether there is a domain below that sources can be handed to. */
  readonly hasChild: boolean;
  /** Writes a message. */
  send(address: number, identity: number): void;
}

/** One interrupt domain of the platform-level interrupt controller of the advanced interrupt architecture. */
export class RiscvAplic extends Device {
  readonly region: MemoryRegion;
  /** The wires of the sources; those of a child lead there by way of its parent. */
  readonly inputs: readonly IrqLine[];
  readonly #options: AplicOptions;
  readonly #sources: AplicSources;
  readonly #targets = new Uint32Array(APLIC_SOURCES);
  readonly #direct: DirectDelivery | null;
  readonly #addresses: MessageAddresses;
  #child: RiscvAplic | null = null;
  #isOn = false;
  #lastSent = 0;

  constructor(types: TypeTable, options: AplicOptions) {
    super('riscv.aplic', types);
    const { lines, parent, machineMode, hasChild } = options;
    this.#options = options;
    this.#sources = new AplicSources(APLIC_SOURCES, lines === null, hasChild ? 1 : 0);
    this.#addresses = parent ? parent.#addresses : new MessageAddresses();
    if (parent) parent.#child = this;
    const wires = Array.from({ length: APLIC_SOURCES }, (_, source) => ({
      set: (level: boolean) => this.#input(source, level),
    }));
    this.inputs = parent ? wires : this.addInputs('', wires);
    const outputs = lines && this.addOutputs('', lines);
    this.#direct = outputs && new DirectDelivery(this.#sources, this.#targets, outputs, PRIORITIES);
    this.setValue('aperture-size', APLIC_APERTURE);
    this.setValue('num-harts', lines?.length ?? 0);
    this.setValue('iprio-mask', PRIORITIES);
    this.setValue('num-irqs', APLIC_SOURCES);
    this.setValue('msimode', lines === null);
    this.setValue('mmode', machineMode);
    this.region = new MemoryRegion('riscv.aplic', 'i/o', BigInt(APLIC_APERTURE), { ops: this.#ops() });
    this.#resetTargets();
  }

  #ops(): MmioOps {
    return {
      read: offset => this.#read(offset) ?? 0,
      write: (offset, value) => {
        this.#write(offset, value);
        this.#update();
      },
      accepts: { min: 4, max: 4 },
      mistake: ({ offset, write }) => {
        if (this.#knows(offset)) return null;
        const kind = write ? 'write' : 'read';
        return `riscv_aplic_${kind}: Invalid register ${kind} ${hex(offset)}`;
      },
    };
  }

  #input(source: number, level: boolean): void {
    this.#sources.input(source, level);
    this.#handOn(source);
    this.#update();
  }

  /** The child sees the wires of the sources that it was given; those of others are low. */
  #handOn(source: number): void {
    const given = this.#sources.childOf(source) === 0;
    const child = this.#child;
    if (child) child.#input(source, given && this.#sources.level(source));
  }

  #knows(offset: number): boolean {
    if (offset >= IDC) return this.#direct?.knows(offset - IDC) ?? false;
    const registers: readonly number[] = [DOMAINCFG, SETIPNUM, CLRIPNUM, SETIENUM, CLRIENUM];
    const fields = [SETIP, CLRIP, SETIE, CLRIE].some(base => wordAt(offset, base) !== undefined);
    const perSource = [SOURCECFG, TARGET].some(base => sourceAt(offset, base) !== undefined);
    const others = [SETIPNUM_LE, SETIPNUM_BE, GENMSI].includes(offset) || this.#addressAt(offset) !== null;
    return (offset & 3) === 0 && (registers.includes(offset) || fields || perSource || others);
  }

  /** Which address register it is, at the domain that has them. */
  #addressAt(offset: number): { machineMode: boolean; high: boolean } | null {
    const index = (offset - MMSICFGADDR) / 4;
    if (this.#direct || !this.#options.machineMode || ![0, 1, 2, 3].includes(index)) return null;
    return { machineMode: index < 2, high: (index & 1) === 1 };
  }

  #read(offset: number): number | undefined {
    if (offset >= IDC) return this.#readDelivery(offset - IDC);
    if (offset === DOMAINCFG) {
      return (DOMAIN.fixed | (this.#isOn ? DOMAIN.on : 0) | (this.#direct ? 0 : DOMAIN.messages)) >>> 0;
    }
    const configured = sourceAt(offset, SOURCECFG);
    if (configured !== undefined) return this.#sources.config(configured);
    const targeted = sourceAt(offset, TARGET);
    if (targeted !== undefined) return this.#sources.isActive(targeted) ? this.#targets[targeted] : 0;
    const address = this.#addressAt(offset);
    if (address) return this.#addresses.read(address.machineMode, address.high);
    if (offset === GENMSI) return this.#direct ? 0 : this.#lastSent;
    return this.#readField(offset);
  }

  #readField(offset: number): number | undefined {
    const sources = this.#sources;
    const fields: readonly [number, (source: number) => boolean][] = [
      [SETIP, source => sources.pending(source)],
      [CLRIP, source => sources.rectified(source)],
      [SETIE, source => sources.enabled(source)],
    ];
    for (const [base, bit] of fields) {
      const word = wordAt(offset, base);
      if (word !== undefined) return bitsOf(word, bit);
    }
    return undefined;
  }

  #readDelivery(offset: number): number | undefined {
    const value = this.#direct?.read(offset);
    this.#update(); // reading may claim
    return value;
  }

  #write(offset: number, value: number): void {
    if (offset >= IDC) this.#direct?.write(offset - IDC, value);
    else if (offset === DOMAINCFG) this.#isOn = (value & DOMAIN.on) !== 0;
    else if (!this.#writeSource(offset, value) && !this.#writeNumber(offset, value)) {
      this.#writeField(offset, value);
    }
  }

  /** sourcecfg, target, and the addresses of messages. */
  #writeSource(offset: number, value: number): boolean {
    const configured = sourceAt(offset, SOURCECFG);
    const targeted = sourceAt(offset, TARGET);
    const address = this.#addressAt(offset);
    if (configured !== undefined) {
      this.#sources.setConfig(configured, value);
      this.#handOn(configured);
    } else if (targeted !== undefined) this.#targets[targeted] = this.#direct ? directTarget(value) : value;
    else if (address) this.#addresses.write(address.machineMode, address.high, value);
    else return false;
    return true;
  }

  /** Registers that take the number of a source, and the message that software makes. */
  #writeNumber(offset: number, value: number): boolean {
    const sources = this.#sources;
    if (offset === SETIPNUM || offset === SETIPNUM_LE) sources.setPending(value, true);
    else if (offset === SETIPNUM_BE) sources.setPending(swapped(value), true);
    else if (offset === CLRIPNUM) sources.setPending(value, false);
    else if (offset === SETIENUM) sources.setEnabled(value, true);
    else if (offset === CLRIENUM) sources.setEnabled(value, false);
    else if (offset === GENMSI) this.#generate(value);
    else return false;
    return true;
  }

  #writeField(offset: number, value: number): void {
    const sources = this.#sources;
    const fields: readonly [number, (source: number) => void][] = [
      [SETIP, source => sources.setPending(source, true)],
      [CLRIP, source => sources.setPending(source, false)],
      [SETIE, source => sources.setEnabled(source, true)],
      [CLRIE, source => sources.setEnabled(source, false)],
    ];
    for (const [base, act] of fields) {
      const word = wordAt(offset, base);
      if (word === undefined) continue;
      for (let bit = 0; bit < 32; bit++) if ((value >>> bit) & 1) act(word * 32 + bit);
    }
  }

  #generate(value: number): void {
    if (this.#direct) return;
    this.#lastSent = (value & ~(GUEST_MASK << GUEST)) >>> 0;
    this.#send(value >>> HART, 0, value & IDENTITY_MASK);
  }

  #send(hart: number, guest: number, identity: number): void {
    this.#options.send(this.#addresses.of(this.#options.machineMode, hart, guest), identity);
  }

  #update(): void {
    if (this.#direct) this.#direct.update(this.#isOn);
    else if (this.#isOn) this.#sendPending();
  }

  /** Each that is pending and enabled leaves as a message, once. */
  #sendPending(): void {
    const sources = this.#sources;
    for (let source = 1; source < APLIC_SOURCES; source++) {
      if (!sources.pending(source) || !sources.enabled(source)) continue;
      sources.taken(source);
      const target = this.#targets[source]!;
      this.#send(target >>> HART, (target >>> GUEST) & GUEST_MASK, target & IDENTITY_MASK);
    }
  }

  #resetTargets(): void {
    this.#targets.fill(this.#direct ? 1 : 0);
  }

  override reset(): void {
    this.#isOn = false;
    this.#lastSent = 0;
    this.#sources.reset();
    this.#resetTargets();
    this.#direct?.reset();
    if (!this.#options.parent) this.#addresses.reset();
    for (let source = 1; source < APLIC_SOURCES; source++) this.#handOn(source);
    this.#update();
  }
}

/** The source that a register of an array is about. */
function sourceAt(offset: number, base: number): number | undefined {
  const source = (offset - base) / 4 + 1;
  return Number.isInteger(source) && source >= 1 && source < APLIC_SOURCES ? source : undefined;
}

/** The word that a register of a bit field is. */
function wordAt(offset: number, base: number): number | undefined {
  const word = (offset - base) / 4;
  return Number.isInteger(word) && word >= 0 && word * 32 < APLIC_SOURCES ? word : undefined;
}

function bitsOf(word: number, bit: (source: number) => boolean): number {
  let bits = 0;
  for (let index = 0; index < 32; index++) {
    const source = word * 32 + index;
    if (source < APLIC_SOURCES && bit(source)) bits |= 1 << index;
  }
  return bits >>> 0;
}

/** A priority is never 0. */
function directTarget(value: number): number {
  return ((value & ~0xff) | (value & PRIORITIES || 1)) >>> 0;
}

function swapped(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, true);
  return view.getUint32(0);
}
