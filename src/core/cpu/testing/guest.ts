import { csrNumber, encode } from '../../isa/index.ts';
import { RAM_BASE, type TestMachine } from './machine.ts';
import { PTE } from './page-tables.ts';
import { CODE, HANDLER, newMachine } from './traps.ts';

/** Test support: guests with page tables of both stages. */

export const GUEST_ROOT = RAM_BASE + 0x2_0000;
export const STAGE_ROOT = RAM_BASE + 0x4_0000;
/** A page of data, at its own guest-physical address. */
export const DATA = RAM_BASE + 0x1_0000;
/** Where a guest's virtual addresses show that page. */
export const VIRTUAL_DATA = 0x5000_0000n;
export const ALL_RIGHTS = PTE.V | PTE.R | PTE.W | PTE.X | PTE.A | PTE.D;
export const STAGE_RIGHTS = ALL_RIGHTS | PTE.U;
export const GUEST_HANDLER = CODE + 0x400;
export const HYPERVISOR_HANDLER = CODE + 0x800;

/** Where the handler of M-mode puts mie. */
const SAVED_ENABLES = 30;

const MODES = { sv39: [8n, 3], sv48: [9n, 4], sv57: [10n, 5] } as const;
export type TableMode = keyof typeof MODES;

interface Tables {
  readonly root: number;
  readonly mode: TableMode;
  /** The root has eleven bits of index. */
  readonly wide: boolean;
  /** Where the next table goes is kept here. */
  readonly free: number;
}

const tables = (root: number, mode: TableMode, wide: boolean): Tables => ({
  root,
  mode,
  wide,
  free: root - 8,
});

/** Address of the entry for `address` at `level`, with the tables above it made. */
function entryAt(
  machine: TestMachine,
  { root, mode, wide, free }: Tables,
  address: bigint,
  level: number,
): number {
  const levels = MODES[mode][1];
  let table = root;
  for (let at = levels - 1; ; at--) {
    const index = (address >> BigInt(12 + 9 * at)) & (wide && at === levels - 1 ? 2047n : 511n);
    const entry = table + Number(index) * 8;
    if (at === level) return entry;
    if (machine.read64(entry) === 0n) {
      const next = Number(machine.read64(free)) || root + 0x4000;
      machine.write64(free, BigInt(next + 0x1000));
      machine.write64(entry, (BigInt(next) >> 2n) | PTE.V);
    }
    table = Number((machine.read64(entry) >> 10n) << 12n);
  }
}

/** A guest machine: code and data, and how to change what they are mapped to. */
export class GuestMachine {
  readonly machine: TestMachine;
  readonly #guest: Tables;
  readonly #stage: Tables;

  constructor(
    modes: { guest?: TableMode; stage?: TableMode } = {},
    without?: ConstructorParameters<typeof TestMachine>[0],
  ) {
    this.machine = newMachine(without);
    this.#guest = tables(GUEST_ROOT, modes.guest ?? 'sv39', false);
    this.#stage = tables(STAGE_ROOT, modes.stage ?? 'sv39', true);
    const { hart } = this.machine;
    for (let page = 0; page < 0x60; page++)
      this.mapStage(BigInt(RAM_BASE + page * 0x1000), RAM_BASE + page * 0x1000);
    this.mapGuest(BigInt(CODE), CODE);
    this.mapGuest(VIRTUAL_DATA, DATA);
    const satp = ({ root, mode }: Tables) => (MODES[mode][0] << 60n) | (BigInt(root) >> 12n);
    hart.setCsr('vsatp', satp(this.#guest));
    hart.setCsr('hgatp', satp(this.#stage));
    hart.setCsr('vstvec', BigInt(GUEST_HANDLER));
    hart.setCsr('stvec', BigInt(HYPERVISOR_HANDLER));
    hart.setCsr('henvcfg', 1n << 61n);
    this.machine.place(GUEST_HANDLER, ['ecall']);
    // what is pending would end the wait
    this.machine.place(HANDLER, [encode('csrrw', { rd: SAVED_ENABLES, imm: csrNumber('mie') ?? 0 }), 'wfi']);
    this.machine.place(HYPERVISOR_HANDLER, ['ecall']);
  }

  get hart() {
    return this.machine.hart;
  }

  mapGuest(address: bigint, guestPhysical: number, flags = ALL_RIGHTS, level = 0): void {
    this.#map(this.#guest, address, guestPhysical, flags, level);
  }

  mapStage(guestPhysical: bigint, paddr: number, flags = STAGE_RIGHTS, level = 0): void {
    this.#map(this.#stage, guestPhysical, paddr, flags, level);
  }

  /** Flags of a page's entry. */
  flags(stage: 'guest' | 'stage', address: bigint): bigint {
    const entry = entryAt(this.machine, stage === 'guest' ? this.#guest : this.#stage, address, 0);
    return this.machine.read64(entry) & 0x3ffn;
  }

  /** Runs lines at CODE in VS- or VU-mode until a trap reaches M-mode. */
  run(lines: Parameters<TestMachine['place']>[1], privilege: 0 | 1 = 1, virtual = true): GuestTrap {
    const { hart, machine } = this;
    machine.place(CODE, lines);
    if (virtual) this.mapGuest(BigInt(CODE), CODE, privilege === 0 ? STAGE_RIGHTS : ALL_RIGHTS);
    hart.privilege = privilege;
    hart.virtual = virtual;
    hart.pc = BigInt(CODE);
    this.finish();
    const status = hart.csr('mstatus');
    return {
      cause: Number(hart.csr('mcause')),
      value: hart.csr('mtval'),
      address: hart.csr('mtval2') << 2n,
      instruction: Number(hart.csr('mtinst')),
      virtual: ((status >> 39n) & 1n) !== 0n,
      guestAddress: ((status >> 38n) & 1n) !== 0n,
      from: Number((status >> 11n) & 3n),
    };
  }

  /** Runs on until a trap has reached M-mode. */
  finish(): void {
    const { hart, machine } = this;
    machine.run();
    hart.setCsr('mie', hart.x(SAVED_ENABLES));
  }

  #map(where: Tables, address: bigint, to: number, flags: bigint, level: number): void {
    const entry = entryAt(this.machine, where, address, level);
    const value = (BigInt(to) >> 2n) | flags;
    if (this.machine.read64(entry) === value) return;
    this.machine.write64(entry, value);
    this.hart.flushTlbs();
  }
}

/** What M-mode's registers say of the trap. */
export interface GuestTrap {
  readonly cause: number;
  readonly value: bigint;
  /** The guest-physical address, two bits short. */
  readonly address: bigint;
  readonly instruction: number;
  readonly virtual: boolean;
  readonly guestAddress: boolean;
  readonly from: number;
}
