import { describe, expect, it } from 'vitest';
import { HSTATUS, MSTATUS } from '../isa/index.ts';
import {
  ALL_RIGHTS,
  DATA,
  GUEST_HANDLER,
  GuestMachine,
  HYPERVISOR_HANDLER,
  VIRTUAL_DATA,
} from './testing/guest.ts';
import { CODE } from './testing/traps.ts';

const ILLEGAL = 2;
const GUEST_ECALL = 10;

describe('traps of guests', () => {
  it('go to M-, HS- or VS-mode by delegation', () => {
    const system = new GuestMachine();
    const { hart } = system;
    expect(system.run(['ecall'])).toMatchObject({ cause: GUEST_ECALL, virtual: true, from: 1 });
    expect(system.run(['ecall'], 0)).toMatchObject({ cause: 8, virtual: true, from: 0 });
    hart.setCsr('medeleg', (1n << 8n) | (1n << 10n) | (1n << 2n));
    // the hypervisor's handler is an ecall itself
    expect(system.run(['ecall'])).toMatchObject({ cause: 9, virtual: false, from: 1 });
    expect([hart.csr('scause'), hart.csr('sepc')]).toEqual([10n, BigInt(CODE)]);
    expect(hart.csr('hstatus') & (HSTATUS.SPV | HSTATUS.SPVP)).toBe(HSTATUS.SPV | HSTATUS.SPVP);
    system.run(['ecall'], 0);
    expect(hart.csr('hstatus') & (HSTATUS.SPV | HSTATUS.SPVP)).toBe(HSTATUS.SPV);
    hart.setCsr('hedeleg', (1n << 8n) | (1n << 2n));
    hart.setCsr('medeleg', (1n << 8n) | (1n << 2n));
    hart.setCsr('scause', 0n);
    expect(system.run([{ bits: 0, size: 2 }])).toMatchObject({ cause: GUEST_ECALL, virtual: true, from: 1 });
    expect([hart.csr('vscause'), hart.csr('vsepc'), hart.csr('scause')]).toEqual([2n, BigInt(CODE), 0n]);
    expect(hart.csr('vsstatus') & MSTATUS.SPP).toBe(MSTATUS.SPP);
    expect(hart.csr('mepc')).toBe(BigInt(GUEST_HANDLER));
  });

  it('of the host leave V alone', () => {
    const system = new GuestMachine();
    const { hart } = system;
    hart.setCsr('medeleg', 1n << 2n);
    hart.setCsr('hedeleg', 1n << 2n);
    hart.setCsr('hstatus', HSTATUS.SPV | HSTATUS.SPVP);
    hart.setCsr('htval', 5n);
    system.run([{ bits: 0, size: 2 }], 1, false);
    expect(hart.csr('mepc')).toBe(BigInt(HYPERVISOR_HANDLER));
    expect([hart.csr('hstatus') & 0x180n, hart.csr('htval')]).toEqual([HSTATUS.SPVP, 0n]);
  });

  it('come with a guest-physical address where there is one', () => {
    const system = new GuestMachine();
    const { hart } = system;
    hart.setCsr('medeleg', 0xf0_b1ffn);
    system.mapGuest(VIRTUAL_DATA, 0x1234_5000);
    hart.setX(5, VIRTUAL_DATA);
    system.run(['ld t1, 8(t0)']);
    expect([hart.csr('scause'), hart.csr('stval'), hart.csr('htval')]).toEqual([
      21n,
      VIRTUAL_DATA + 8n,
      0x1234_5008n >> 2n,
    ]);
    expect(hart.csr('htinst')).toBe(0x0000_3303n);
    expect(hart.csr('hstatus') & HSTATUS.GVA).toBe(HSTATUS.GVA);
    system.run(['ebreak']);
    expect([hart.csr('scause'), hart.csr('stval'), hart.csr('htval'), hart.csr('htinst')]).toEqual([
      3n,
      BigInt(CODE),
      0n,
      0n,
    ]);
    expect(hart.csr('hstatus') & HSTATUS.GVA).toBe(HSTATUS.GVA);
  });

  it('are returned from, by mret and sret', () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    machine.place(CODE, ['ecall']);
    const MPP_S = 1n << 11n;
    hart.setCsr('mstatus', MSTATUS.MPV | MPP_S);
    hart.setCsr('mepc', BigInt(CODE));
    hart.privilege = 3;
    machine.place(DATA, ['mret']);
    hart.pc = BigInt(DATA);
    machine.run();
    expect([hart.csr('mcause'), hart.csr('mstatus') & MSTATUS.MPV]).toEqual([10n, MSTATUS.MPV]);
    hart.setCsr('hstatus', HSTATUS.SPV);
    hart.setCsr('mstatus', MSTATUS.SPP);
    hart.setCsr('sepc', BigInt(CODE));
    hart.privilege = 1;
    machine.place(DATA, ['sret']);
    hart.pc = BigInt(DATA);
    machine.run();
    expect([hart.csr('mcause'), hart.csr('hstatus') & HSTATUS.SPV]).toEqual([10n, 0n]);
    // MPV does not count for M itself
    machine.place(CODE, ['wfi']);
    hart.setCsr('mstatus', MSTATUS.MPV | MSTATUS.MPP);
    hart.setCsr('mepc', BigInt(CODE));
    hart.privilege = 3;
    machine.place(DATA, ['mret']);
    hart.pc = BigInt(DATA);
    machine.run();
    expect([hart.virtual, hart.privilege]).toEqual([false, 3]);
  });
});

describe('interrupts of guests', () => {
  const INTERRUPT = 1n << 63n;

  it('go to the guest where hideleg says so, and to the hypervisor elsewhere', () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    machine.place(GUEST_HANDLER + 4 * 9, ['ecall']);
    hart.setCsr('vstvec', BigInt(GUEST_HANDLER) | 1n);
    hart.setCsr('hie', 0x444n);
    hart.setCsr('hvip', 0x440n);
    system.run(['j 0']);
    expect([hart.csr('scause'), hart.csr('hstatus') & HSTATUS.SPV]).toEqual([INTERRUPT | 10n, HSTATUS.SPV]);
    hart.setCsr('hideleg', 0x444n);
    hart.setCsr('vsstatus', MSTATUS.SIE);
    expect(system.run(['j 0'])).toMatchObject({ cause: GUEST_ECALL });
    expect([hart.csr('vscause'), hart.csr('mepc')]).toEqual([INTERRUPT | 9n, BigInt(GUEST_HANDLER + 36)]);
    expect(hart.csr('vsstatus') & (MSTATUS.SIE | MSTATUS.SPIE)).toBe(MSTATUS.SPIE);
    // neither a guest that has them off nor the host takes them
    expect(system.run(['nop', 'csrrs zero, mip, zero']).cause).toBe(ILLEGAL);
    hart.setCsr('mstatus', MSTATUS.SIE);
    expect(system.run(['nop', 'ecall'], 1, false)).toMatchObject({ cause: 9 });
    // in VU-mode they are on
    system.run(['j 0'], 0);
    expect(hart.csr('vscause')).toBe(INTERRUPT | 9n);
  });

  it("the hypervisor's own come in a guest whatever SIE says", () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    machine.place(HYPERVISOR_HANDLER, ['csrrwi zero, sie, 0', 'ecall']);
    hart.setCsr('mideleg', 0x222n);
    hart.setCsr('mie', 0x222n);
    hart.setInterrupt(5, true);
    system.run(['j 0']);
    expect(hart.csr('scause')).toBe(INTERRUPT | 5n);
    hart.setInterrupt(5, false);
  });

  it('wake a guest that waits', () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    hart.setCsr('hideleg', 0x444n);
    hart.setCsr('hie', 0x444n);
    hart.setCsr('vsstatus', MSTATUS.SIE);
    machine.place(CODE, ['wfi', 'j 0']);
    hart.privilege = 1;
    hart.virtual = true;
    hart.pc = BigInt(CODE);
    expect(hart.run(100)).toBe('wfi');
    hart.setInterrupt(6, true);
    system.finish();
    expect([hart.csr('vscause'), hart.csr('mcause')]).toEqual([INTERRUPT | 5n, 10n]);
  });
});

describe('floating point of guests', () => {
  const { FS } = MSTATUS;
  const INITIAL = 1n << 13n;

  it('needs both fields and makes both dirty', () => {
    const system = new GuestMachine();
    const { hart } = system;
    const run = (host: bigint, guest: bigint, line = 'fmv.d.x fa0, zero') => {
      hart.setCsr('mstatus', host);
      hart.setCsr('vsstatus', guest);
      const { cause } = system.run([line, 'csrrs t1, sstatus, zero', 'ecall']);
      return [cause, hart.csr('mstatus') & FS, hart.csr('vsstatus') & FS, hart.x(6) & FS];
    };
    hart.setX(6, 0n);
    expect(run(0n, INITIAL).slice(0, 3)).toEqual([ILLEGAL, 0n, INITIAL]);
    expect(run(INITIAL, 0n).slice(0, 3)).toEqual([ILLEGAL, INITIAL, 0n]);
    expect(run(0n, FS, 'csrrs zero, fcsr, zero').slice(0, 3)).toEqual([ILLEGAL, 0n, FS]);
    expect(run(INITIAL, INITIAL)).toEqual([GUEST_ECALL, FS, FS, FS]);
    expect(run(INITIAL, FS, 'nop')).toEqual([GUEST_ECALL, INITIAL, FS, FS]);
    expect(run(FS, INITIAL, 'nop')).toEqual([GUEST_ECALL, FS, INITIAL, INITIAL]);
    expect(run(INITIAL, INITIAL, 'csrrwi zero, fflags, 1')).toEqual([GUEST_ECALL, FS, FS, FS]);
    hart.setX(5, FS);
    expect(run(INITIAL, FS, 'csrrc zero, sstatus, t0')).toEqual([GUEST_ECALL, INITIAL, 0n, 0n]);
  });

  it('shows each field where it belongs while the guest runs', () => {
    const { hart } = new GuestMachine();
    hart.setCsr('mstatus', INITIAL);
    hart.setCsr('vsstatus', FS);
    hart.privilege = 1;
    hart.virtual = true;
    expect([hart.csr('mstatus') & FS, hart.csr('vsstatus') & FS]).toEqual([INITIAL, FS]);
    expect(hart.formatRegisters()).toMatch(/^ V {6}= {3}1$/m);
    hart.setCsr('mstatus', 0n);
    expect([hart.csr('mstatus') & FS, hart.csr('vsstatus') & FS]).toEqual([0n, FS]);
  });
});

describe('translated code of guests', () => {
  it('is that of the page that the guest sees', () => {
    const system = new GuestMachine();
    const { hart, machine } = system;
    const loop = (step: number) => [`addi t1, t1, ${step}`, 'addi t0, t0, -1', 'bnez t0, -8', 'ecall'];
    machine.place(CODE + 0x100, loop(1));
    machine.place(DATA + 0x100, loop(3));
    const result = (virtual: boolean) => {
      hart.setX(5, 5000n);
      hart.setX(6, 0n);
      hart.privilege = 1;
      hart.virtual = virtual;
      hart.pc = BigInt(CODE + 0x100);
      machine.run();
      return hart.x(6);
    };
    system.mapGuest(BigInt(CODE), DATA, ALL_RIGHTS);
    expect([result(true), result(false), result(true), result(false)]).toEqual([
      15_000n,
      5000n,
      15_000n,
      5000n,
    ]);
  });
});
