import { describe, expect, it } from 'vitest';
import { HSTATUS, MSTATUS } from '../isa/index.ts';
import { GuestMachine, VIRTUAL_DATA } from './testing/guest.ts';
import { TestMachine } from './testing/machine.ts';
import { CODE } from './testing/traps.ts';

const ILLEGAL = 2;
const VIRTUAL = 22;
const GUEST_ECALL = 10;

describe('csrs of the hypervisor extension', () => {
  it('are there with it alone', () => {
    const { hart } = new TestMachine({ without: ['H', 'Svade', 'Sscofpmf'] });
    expect(hart.registerNames()).not.toContain('hstatus');
    expect(() => hart.csr('vsatp')).toThrow("no csr 'vsatp'");
    expect(hart.csr('misa') & 0x80n).toBe(0n);
    hart.setCsr('mideleg', -1n);
    hart.setCsr('mie', -1n);
    hart.setCsr('medeleg', -1n);
    hart.setCsr('mstatus', MSTATUS.MPV | MSTATUS.GVA);
    expect([
      hart.csr('mideleg'),
      hart.csr('mie'),
      hart.csr('medeleg'),
      hart.csr('mstatus') & (3n << 38n),
    ]).toEqual([0x222n, 0xaaan, 0x4_b3ffn, 0n]);
    expect(hart.formatRegisters()).not.toMatch(/^ (V|hstatus|htval|mtval2) /m);
  });

  it('keep WARL fields legal', () => {
    const { hart } = new TestMachine({ satpMode: 'sv48' });
    const written = (name: string, value = -1n) => {
      hart.setCsr(name, value);
      return hart.csr(name);
    };
    expect(written('hstatus')).toBe(0x2_0070_03c0n);
    expect(written('hedeleg')).toBe(0xb1ffn);
    expect(written('hideleg')).toBe(0x444n);
    expect(written('hie')).toBe(0x1444n);
    expect(written('hvip')).toBe(0x444n);
    expect(written('hip', 0n)).toBe(0x440n);
    expect(written('mip', 4n) & 0x444n).toBe(0x444n);
    expect(written('hgeie')).toBe(0n);
    expect(written('vsstatus')).toBe(0x8000_0002_000c_6122n);
    expect(written('vsepc')).toBe(-1n & 0xffff_ffff_ffff_fffen);
    expect(written('vstvec', 6n)).toBe(0n);
    expect(written('hgatp')).toBe(0n);
    expect(written('hgatp', (9n << 60n) | (1n << 58n) | 0xfn)).toBe((9n << 60n) | 0xcn);
    expect(written('hgatp', 10n << 60n), 'deeper than the hart goes').toBe((9n << 60n) | 0xcn);
    expect(written('vsatp', 8n << 60n)).toBe(8n << 60n);
    hart.setCsr('menvcfg', 0n);
    expect(written('henvcfg') >> 61n).toBe(0n);
    hart.setCsr('menvcfg', 1n << 63n);
    expect(written('henvcfg') >> 61n).toBe(4n);
  });

  it('take the place of supervisor csrs in VS-mode', () => {
    const system = new GuestMachine();
    const { hart } = system;
    const pairs = ['sscratch', 'sepc', 'scause', 'stval', 'stvec'];
    pairs.forEach((name, index) => {
      hart.setCsr(name, 0x100n);
      hart.setCsr(`v${name}`, BigInt(0x200 + 16 * index));
    });
    for (const name of pairs) {
      const guest = hart.csr(`v${name}`);
      expect(system.run([`csrrs t1, ${name}, zero`, `csrrsi zero, ${name}, 4`, 'ecall']).cause).toBe(
        GUEST_ECALL,
      );
      expect([hart.x(6), hart.csr(name), hart.csr(`v${name}`)], name).toEqual([guest, 0x100n, guest | 4n]);
    }
    hart.setCsr('vsstatus', 1n << 18n);
    system.run(['csrrs t1, sstatus, zero', 'csrrci zero, sstatus, 2', 'ecall']);
    expect(hart.x(6)).toBe(0x2_0004_0000n);
    const vsatp = hart.csr('vsatp');
    system.run(['csrrs t1, satp, zero', 'ecall']);
    expect([hart.x(6), hart.csr('satp')]).toEqual([vsatp, 0n]);
  });

  it('show a guest its interrupts one bit below', () => {
    const system = new GuestMachine();
    const { hart } = system;
    hart.setCsr('hideleg', 0x404n);
    hart.setCsr('hvip', 0x440n);
    hart.setX(5, -1n);
    system.run(['csrrs t1, sip, t0', 'csrrs zero, sie, t0', 'csrrs t2, sie, zero', 'ecall']);
    expect([hart.x(6), hart.x(7)]).toEqual([0x200n, 0x202n]);
    expect([hart.csr('hip'), hart.csr('mie'), hart.csr('vsip'), hart.csr('sip')]).toEqual([
      0x444n,
      0x404n,
      0x202n,
      0n,
    ]);
  });

  it('refuse whom they must', () => {
    const system = new GuestMachine();
    const { hart } = system;
    const cause = (csr: string, privilege: 0 | 1, virtual: boolean) =>
      system.run([`csrrs t1, ${csr}, zero`, 'ecall'], privilege, virtual).cause;
    const all = (csr: string) => [
      cause(csr, 1, true),
      cause(csr, 0, true),
      cause(csr, 1, false),
      cause(csr, 0, false),
    ];
    for (const csr of ['hstatus', 'vsstatus', 'hgatp', 'htimedelta', 'hgeip', 'vsatp'])
      expect(all(csr), csr).toEqual([VIRTUAL, VIRTUAL, 9, ILLEGAL]);
    for (const csr of ['mstatus', 'mtval2'])
      expect(all(csr), csr).toEqual([ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL]);
    for (const csr of ['sscratch', 'satp']) expect(all(csr), csr).toEqual([GUEST_ECALL, VIRTUAL, 9, ILLEGAL]);
    expect(system.run(['csrrw zero, hgeip, zero']).cause, 'read-only').toBe(ILLEGAL);
    hart.setCsr('mstatus', MSTATUS.TVM);
    hart.setCsr('hstatus', HSTATUS.VTVM);
    expect(all('satp')).toEqual([VIRTUAL, VIRTUAL, ILLEGAL, ILLEGAL]);
    expect(cause('hgatp', 1, false)).toBe(ILLEGAL);
  });

  it('say which counters a guest has', () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    const cause = (privilege: 0 | 1, csr = 'time') =>
      system.run([`csrrs t1, ${csr}, zero`, 'ecall'], privilege).cause;
    const set = (machineBits: bigint, hypervisorBits: bigint, supervisorBits: bigint) => {
      hart.setCsr('mcounteren', machineBits);
      hart.setCsr('hcounteren', hypervisorBits);
      hart.setCsr('scounteren', supervisorBits);
      return [cause(1), cause(0)];
    };
    expect(set(0n, 2n, 2n)).toEqual([ILLEGAL, ILLEGAL]);
    expect(set(2n, 0n, 2n)).toEqual([VIRTUAL, VIRTUAL]);
    expect(set(2n, 2n, 0n)).toEqual([GUEST_ECALL, VIRTUAL]);
    expect(set(2n, 2n, 2n)).toEqual([GUEST_ECALL, 8]);
    machine.ticks = 100n;
    hart.setCsr('htimedelta', -30n);
    cause(1);
    expect(hart.x(6)).toBe(70n);
    expect(hart.csr('time')).toBe(100n);
  });

  it("compare a guest's time", () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    const NEVER = 2n ** 64n - 1n;
    const [STCE, TM] = [1n << 63n, 2n];
    const write = () => system.run(['csrrwi zero, stimecmp, 9', 'ecall']).cause;
    expect(write()).toBe(ILLEGAL);
    hart.setCsr('menvcfg', STCE);
    hart.setCsr('mcounteren', TM);
    expect(write()).toBe(VIRTUAL);
    hart.setCsr('henvcfg', STCE);
    expect(write()).toBe(VIRTUAL);
    hart.setCsr('hcounteren', TM);
    machine.guestCompares.length = 0;
    expect(write()).toBe(GUEST_ECALL);
    hart.setCsr('htimedelta', 7n);
    hart.setCsr('henvcfg', 0n);
    expect(machine.guestCompares).toEqual([
      [9n, 0n],
      [9n, 7n],
      [NEVER, 7n],
    ]);
    expect([hart.csr('vstimecmp'), hart.csr('stimecmp')]).toEqual([9n, 0n]);
  });
});

describe('instructions that a mode may not execute', () => {
  const cause = (system: GuestMachine, line: string, privilege: 0 | 1, virtual: boolean) =>
    system.run([line, 'ecall'], privilege, virtual).cause;

  it.each<[string, number[]]>([
    ['hfence.vvma zero, zero', [VIRTUAL, VIRTUAL, 9, ILLEGAL]],
    ['hfence.gvma zero, zero', [VIRTUAL, VIRTUAL, 9, ILLEGAL]],
    ['hlv.w t1, (t0)', [VIRTUAL, VIRTUAL, 9, ILLEGAL]],
    ['hsv.w t1, (t0)', [VIRTUAL, VIRTUAL, 9, ILLEGAL]],
    ['sfence.vma zero, zero', [GUEST_ECALL, VIRTUAL, 9, ILLEGAL]],
    ['mret', [ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL]],
  ])('%s', (line, expected) => {
    const system = new GuestMachine();
    system.hart.setX(5, VIRTUAL_DATA);
    system.hart.setCsr('hstatus', HSTATUS.SPVP);
    const modes = [[1, true], [0, true], [1, false], [0, false]] as const; // biome-ignore format: a list
    expect(modes.map(([privilege, virtual]) => cause(system, line, privilege, virtual))).toEqual(expected);
  });

  it('are more with the bits of hstatus; those of mstatus leave guests alone, but for TW', () => {
    const system = new GuestMachine();
    const { hart } = system;
    hart.setCsr('mstatus', MSTATUS.TVM | MSTATUS.TSR);
    expect(cause(system, 'sfence.vma zero, zero', 1, true)).toBe(GUEST_ECALL);
    expect(cause(system, 'hfence.vvma zero, zero', 1, false)).toBe(9);
    expect(cause(system, 'hfence.gvma zero, zero', 1, false)).toBe(ILLEGAL);
    hart.setCsr('vsepc', BigInt(CODE + 4));
    hart.setCsr('vsstatus', MSTATUS.SPP);
    expect(cause(system, 'sret', 1, true)).toBe(GUEST_ECALL);
    expect(cause(system, 'wfi', 0, true)).toBe(VIRTUAL);
    hart.setCsr('hstatus', HSTATUS.VTVM | HSTATUS.VTSR | HSTATUS.VTW);
    for (const line of ['sfence.vma zero, zero', 'sret', 'wfi'])
      expect(cause(system, line, 1, true), line).toBe(VIRTUAL);
    hart.setCsr('mstatus', MSTATUS.TW);
    expect(cause(system, 'wfi', 1, true)).toBe(ILLEGAL);
    expect(cause(system, 'sret', 0, true)).toBe(VIRTUAL);
  });

  it('hinval goes with Svinval', () => {
    const system = new GuestMachine({}, { without: [] });
    expect(cause(system, 'hinval.vvma zero, zero', 1, false)).toBe(9);
    expect(cause(system, 'hinval.gvma t0, t1', 1, false)).toBe(9);
    expect(cause(system, 'hinval.gvma t0, t1', 1, true)).toBe(VIRTUAL);
    for (const line of ['sinval.vma t0, t1', 'sfence.w.inval'])
      expect(cause(system, line, 0, true)).toBe(VIRTUAL);
    const plain = new GuestMachine({}, { without: ['Svinval'] });
    expect(cause(plain, 'hinval.vvma zero, zero', 1, false)).toBe(ILLEGAL);
  });

  it('give their bits', () => {
    expect(new GuestMachine().run(['hfence.gvma zero, zero'])).toMatchObject({
      cause: VIRTUAL,
      value: 0x6200_0073n,
      guestAddress: false,
      instruction: 0,
    });
  });

  it('cache blocks ask every mode above', () => {
    const system = new GuestMachine();
    const { hart } = system;
    hart.setX(5, VIRTUAL_DATA);
    const zero = (privilege: 0 | 1) => cause(system, 'cbo.zero (t0)'.replace('(t0)', 't0'), privilege, true);
    expect(zero(1)).toBe(ILLEGAL);
    hart.setCsr('menvcfg', (1n << 61n) | 0x80n);
    expect(zero(1)).toBe(VIRTUAL);
    hart.setCsr('henvcfg', 0x80n);
    expect(zero(1)).toBe(GUEST_ECALL);
    expect(zero(0)).toBe(VIRTUAL);
  });
});
