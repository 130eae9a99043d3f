import { describe, expect, it } from 'vitest';
import { encode } from '../isa/index.ts';
import {
  ALL_RIGHTS,
  DATA,
  GUEST_ROOT,
  GuestMachine,
  STAGE_RIGHTS,
  type TableMode,
  VIRTUAL_DATA,
} from './testing/guest.ts';
import { RAM_BASE } from './testing/machine.ts';
import { PTE } from './testing/page-tables.ts';
import { CODE } from './testing/traps.ts';

const FETCH_FAULT = 20;
const LOAD_FAULT = 21;
const STORE_FAULT = 23;
const ECALL = 10;

describe('two-stage address translation', () => {
  it.each<[TableMode, TableMode]>([
    ['sv39', 'sv39'],
    ['sv48', 'sv39'],
    ['sv39', 'sv48'],
    ['sv57', 'sv57'],
  ])('%s on %sx4 loads, stores and fetches', (guest, stage) => {
    const system = new GuestMachine({ guest, stage });
    const { machine, hart } = system;
    system.mapGuest(VIRTUAL_DATA, DATA, PTE.V | PTE.R | PTE.W);
    system.mapStage(BigInt(DATA), DATA + 0x1000, PTE.V | PTE.R | PTE.W | PTE.U);
    machine.write64(DATA + 0x1008, 0x1234n);
    hart.setX(5, VIRTUAL_DATA);
    expect(system.run(['ld t1, 8(t0)', 'ecall'])).toMatchObject({ cause: ECALL, virtual: true, from: 1 });
    expect([
      system.flags('guest', VIRTUAL_DATA) & 0xc0n,
      system.flags('stage', BigInt(DATA)) & 0xc0n,
    ]).toEqual([PTE.A, PTE.A]);
    expect(system.run(['sd t1, 16(t0)', 'ecall']).cause).toBe(ECALL);
    expect([hart.x(6), machine.read64(DATA + 0x1010)]).toEqual([0x1234n, 0x1234n]);
    expect(system.flags('guest', VIRTUAL_DATA) & system.flags('stage', BigInt(DATA)) & PTE.D).toBe(PTE.D);
  });

  it('tells the two kinds of page faults apart', () => {
    const system = new GuestMachine();
    const { hart } = system;
    hart.setX(5, VIRTUAL_DATA + 0x1000n);
    expect(system.run(['ld t1, 8(t0)'])).toEqual({
      cause: 13, value: VIRTUAL_DATA + 0x1008n, address: 0n, virtual: true, guestAddress: true, from: 1,
      instruction: encode('ld', { rd: 6 }).bits,
    }); // biome-ignore format: one trap
    system.mapGuest(VIRTUAL_DATA + 0x1000n, 0x1234_5000);
    expect(system.run(['ld t1, 8(t0)'])).toEqual({
      cause: LOAD_FAULT, value: VIRTUAL_DATA + 0x1008n, address: 0x1234_5008n, virtual: true, guestAddress: true,
      from: 1, instruction: encode('ld', { rd: 6 }).bits,
    }); // biome-ignore format: one trap
    hart.setX(7, VIRTUAL_DATA + 0x2000n);
    expect(system.run(['sw t1, -4(t2)'])).toMatchObject({ cause: STORE_FAULT, address: 0x1234_5ffcn });
    expect(system.run(['sw t1, 4(t2)'])).toMatchObject({ cause: 15, address: 0n });
    expect(system.run(['sw t1, 4(t0)'])).toMatchObject({
      cause: STORE_FAULT,
      address: 0x1234_5004n,
      instruction: encode('sw', { rs2: 6 }).bits,
    });
    expect(system.run(['jr t0'])).toMatchObject({
      cause: FETCH_FAULT,
      value: VIRTUAL_DATA + 0x1000n,
      address: 0x1234_5000n,
      instruction: 0,
    });
  });

  it('gives the transformed instruction: uncompressed, without offset, with that of the fault', () => {
    const system = new GuestMachine();
    system.mapGuest(VIRTUAL_DATA + 0x1000n, 0x1234_5000);
    system.hart.setX(8, VIRTUAL_DATA + 0x0ff0n);
    const fault = (line: Parameters<GuestMachine['run']>[0][0]) => system.run([line]).instruction;
    expect(fault(encode('c.ld', { rd: 9, rs1: 8, imm: 16 }))).toBe(encode('ld', { rd: 9 }).bits & ~2);
    expect(fault(encode('c.sd', { rs2: 9, rs1: 8, imm: 24 }))).toBe(encode('sd', { rs2: 9 }).bits & ~2);
    // the part behind the page's end is four bytes from where the access starts
    expect(fault('lw a0, 14(s0)')).toBe(encode('lw', { rd: 10, rs1: 2 }).bits);
    system.hart.setX(8, VIRTUAL_DATA + 0x1000n);
    expect(fault('amoadd.d a0, a1, (s0)')).toBe(encode('amoadd.d', { rd: 10, rs2: 11 }).bits);
  });

  it("walks the guest's tables through the second stage", () => {
    const system = new GuestMachine();
    const { hart } = system;
    const table = BigInt(GUEST_ROOT);
    system.mapStage(table, 0, 0n);
    hart.setX(5, VIRTUAL_DATA);
    const root = table + ((BigInt(CODE) >> 30n) & 511n) * 8n;
    expect(system.run(['nop'])).toMatchObject({
      cause: FETCH_FAULT,
      value: BigInt(CODE),
      address: root & ~3n,
      instruction: 0x3000,
    });
    system.mapStage(table, GUEST_ROOT);
    // A and D have to be written where the second stage lets nobody write
    system.mapGuest(VIRTUAL_DATA, DATA, PTE.V | PTE.R | PTE.W);
    for (let page = 0; page < 8; page++) {
      const address = BigInt(GUEST_ROOT + 0x4000 + page * 0x1000);
      system.mapStage(address, Number(address), STAGE_RIGHTS & ~PTE.W);
    }
    expect(system.run(['ld t1, 0(t0)'])).toMatchObject({ cause: LOAD_FAULT, instruction: 0x3020 });
    hart.setCsr('henvcfg', 0n);
    expect(system.run(['ld t1, 0(t0)']), 'no updates by hardware').toMatchObject({ cause: 13 });
  });

  it("takes the second stage for a user's, and its width is unsigned", () => {
    const system = new GuestMachine();
    system.hart.setX(5, VIRTUAL_DATA);
    system.mapStage(BigInt(DATA), DATA, STAGE_RIGHTS & ~PTE.U);
    expect(system.run(['ld t1, 0(t0)']).cause).toBe(LOAD_FAULT);
    system.mapStage(BigInt(DATA), DATA, STAGE_RIGHTS & ~PTE.W);
    expect(system.run(['sd t1, 0(t0)']).cause).toBe(STORE_FAULT);
    system.mapStage(1n << 40n, DATA);
    system.mapGuest(VIRTUAL_DATA, 2 ** 40);
    expect(system.run(['ld t1, 0(t0)', 'ecall']).cause, 'the root has 2048 entries').toBe(ECALL);
    system.mapGuest(VIRTUAL_DATA, 2 ** 41);
    expect(system.run(['ld t1, 0(t0)'])).toMatchObject({ cause: LOAD_FAULT, address: 1n << 41n });
  });

  it('either stage may be bare', () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    machine.write64(DATA + 8, 77n);
    hart.setCsr('vsatp', 0n);
    hart.setX(5, BigInt(DATA));
    expect(system.run(['ld t1, 8(t0)', 'ecall']).cause).toBe(ECALL);
    hart.setX(5, 0x2000_0000n);
    expect(system.run(['ld t2, 8(t0)'])).toMatchObject({ cause: LOAD_FAULT, address: 0x2000_0008n });
    hart.setCsr('hgatp', 0n);
    expect(system.run(['ld t2, 8(t0)'])).toMatchObject({ cause: 5, address: 0n, guestAddress: true });
    expect(hart.x(6)).toBe(77n);
  });

  it('a page of 2 MiB in either stage serves each part of it', () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    machine.write64(DATA + 0x18, 5n);
    system.mapGuest(0x6000_0000n, RAM_BASE, ALL_RIGHTS, 1);
    hart.setX(5, 0x6000_0000n + BigInt(DATA - RAM_BASE));
    expect(system.run(['ld t1, 24(t0)', 'ecall']).cause).toBe(ECALL);
    system.mapStage(0x1_0000_0000n, RAM_BASE, STAGE_RIGHTS, 1);
    system.mapGuest(0x7000_0000n, 2 ** 32 + DATA - RAM_BASE);
    hart.setX(5, 0x7000_0000n);
    expect(system.run(['ld t2, 24(t0)', 'ecall']).cause).toBe(ECALL);
    expect([hart.x(6), hart.x(7)]).toEqual([5n, 5n]);
  });

  it("SUM and MXR are the guest's, and in the second stage the hypervisor's", () => {
    const system = new GuestMachine();
    const { hart } = system;
    const attempt = (line: string) => system.run([line, 'ecall']).cause;
    hart.setX(5, VIRTUAL_DATA);
    system.mapGuest(VIRTUAL_DATA, DATA, STAGE_RIGHTS);
    expect(attempt('ld t1, 0(t0)')).toBe(13);
    hart.setCsr('mstatus', 1n << 18n);
    expect(attempt('ld t1, 0(t0)'), 'SUM of mstatus').toBe(13);
    hart.setCsr('vsstatus', 1n << 18n);
    expect(attempt('ld t1, 0(t0)')).toBe(ECALL);
    system.mapGuest(VIRTUAL_DATA, DATA, PTE.V | PTE.X | PTE.A);
    expect(attempt('ld t1, 0(t0)')).toBe(13);
    hart.setCsr('vsstatus', 1n << 19n);
    expect(attempt('ld t1, 0(t0)')).toBe(ECALL);
    system.mapStage(BigInt(DATA), DATA, PTE.V | PTE.X | PTE.U | PTE.A);
    expect(attempt('ld t1, 0(t0)')).toBe(LOAD_FAULT);
    hart.setCsr('mstatus', 1n << 19n);
    expect(attempt('ld t1, 0(t0)')).toBe(ECALL);
  });

  it("keeps the translations of host and guest apart, and fences drop a guest's", () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    machine.write64(DATA, 1n);
    machine.write64(DATA + 0x1000, 2n);
    const load = (virtual: boolean) => {
      system.run(['ld t1, 0(t0)', 'ecall'], 1, virtual);
      return hart.x(6);
    };
    hart.setX(5, BigInt(DATA));
    system.mapGuest(BigInt(DATA), DATA + 0x1000);
    expect([load(true), load(false), load(true), load(false)]).toEqual([2n, 1n, 2n, 1n]);
    // the tables change behind the hart's back
    const entries = machine.memory.bytes;
    const old = entries.slice();
    system.mapStage(BigInt(DATA + 0x1000), DATA);
    const after = entries.slice();
    entries.set(old);
    load(true);
    const changed = after.findIndex((byte, at) => byte !== old[at] && at >= machine.ram);
    const entry = changed - (changed % 8);
    entries.set(after.subarray(entry, entry + 8), entry);
    expect(load(true), 'still what was cached').toBe(2n);
    for (const fence of ['hfence.vvma zero, zero', 'hfence.gvma zero, zero']) {
      entries.set(old.subarray(entry, entry + 8), entry);
      system.run([fence, 'ecall'], 1, false);
      expect(load(true)).toBe(2n);
      entries.set(after.subarray(entry, entry + 8), entry);
      system.run([fence, 'ecall'], 1, false);
      expect(load(true), fence).toBe(1n);
    }
    entries.set(old.subarray(entry, entry + 8), entry);
    system.run(['sfence.vma zero, zero', 'ecall'], 1, false);
    expect(load(true), "the host's own fence").toBe(1n);
    system.run(['sfence.vma t0, zero', 'ecall']);
    expect(load(true), "a guest's fence of one page").toBe(2n);
  });

  it('shows a debugger what the guest sees', () => {
    const system = new GuestMachine();
    const { hart } = system;
    system.mapStage(BigInt(DATA), DATA + 0x1000);
    hart.privilege = 1;
    hart.virtual = true;
    expect([hart.translate(VIRTUAL_DATA + 5n), hart.translate(VIRTUAL_DATA + 0x1000n)]).toEqual([
      DATA + 0x1005,
      undefined,
    ]);
    hart.virtual = false;
    expect(hart.translate(BigInt(DATA))).toBe(DATA);
  });

  it('MPRV with MPV loads as the guest would', () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    machine.write64(DATA, 9n);
    hart.setX(5, VIRTUAL_DATA);
    const [MPRV, MPV, S] = [1n << 17n, 1n << 39n, 1n << 11n];
    hart.setCsr('mstatus', MPRV | MPV | S);
    hart.privilege = 3;
    machine.execute(['ld t1, 0(t0)']);
    expect(hart.x(6)).toBe(9n);
    hart.setX(5, VIRTUAL_DATA + 0x1000n);
    system.mapGuest(VIRTUAL_DATA + 0x1000n, 0x1234_5000);
    hart.setCsr('mstatus', MPRV | MPV | S);
    machine.execute(['ld t1, 0(t0)']);
    expect([hart.csr('mcause'), hart.csr('mtval2')]).toEqual([21n, 0x1234_5000n >> 2n]);
    expect((hart.csr('mstatus') >> 38n) & 3n, 'GVA, and no MPV').toBe(1n);
  });
});
