import { describe, expect, it } from 'vitest';
import { encode, INSTRUCTIONS, MSTATUS } from '../isa/index.ts';
import { RAM_BASE, TestMachine } from './testing/machine.ts';

const machine = new TestMachine();
const { hart } = machine;
const HANDLER = RAM_BASE + 0x1000;

machine.place(HANDLER, ['wfi']);
hart.setCsr('mtvec', BigInt(HANDLER));
hart.setCsr('mstatus', MSTATUS.FS);

describe('floating-point state', () => {
  const FS_INITIAL = 1n << 13n;
  const isDirty = () => (hart.csr('mstatus') & MSTATUS.FS) === MSTATUS.FS;

  /** Runs lines; returns cause and value of the trap that ended them. */
  function trap(lines: Parameters<typeof machine.place>[1]): [bigint, bigint] {
    machine.place(RAM_BASE, lines);
    hart.setCsr('mcause', 0n);
    hart.pc = BigInt(RAM_BASE);
    machine.run();
    const result: [bigint, bigint] = [hart.csr('mcause'), hart.csr('mtval')];
    hart.setCsr('mstatus', MSTATUS.FS);
    return result;
  }

  it('traps every instruction and csr while FS is off', () => {
    const rows = INSTRUCTIONS.filter(row => row.extension === 'F' || row.extension === 'D');
    for (const { name } of rows) {
      const instruction = encode(name, {});
      hart.setCsr('mstatus', 0n);
      expect(trap([instruction]), name).toEqual([2n, BigInt(instruction.bits)]);
    }
    for (const name of ['fflags', 'frm', 'fcsr']) {
      hart.setCsr('mstatus', 0n);
      expect(trap([`csrrs a0, ${name}, zero`])[0], name).toBe(2n);
    }
  });

  it('traps reserved rounding modes, static and dynamic', () => {
    for (const mode of [5, 6]) {
      const instruction = encode('fadd.d', { imm: mode });
      expect(trap([instruction])).toEqual([2n, BigInt(instruction.bits)]);
    }
    for (const mode of [5, 6, 7]) {
      hart.setCsr('frm', BigInt(mode));
      expect(trap(['fcvt.d.w dyn, fa0, a0'])[0]).toBe(2n);
      expect(trap(['fcvt.d.w rne, fa0, a0', 'wfi'])[0]).toBe(0n);
    }
    hart.setCsr('frm', 0n);
  });

  it('becomes dirty by writes to f registers, flags and fcsr alone', () => {
    const dirties = (line: string) => {
      hart.setCsr('mstatus', FS_INITIAL);
      machine.execute([line]);
      return isDirty();
    };
    hart.setF(10, 1n); // a subnormal
    expect(dirties('fmv.x.d a0, fa0')).toBe(false);
    expect(dirties('csrrs a0, fcsr, zero')).toBe(false);
    expect(dirties('feq.d a0, fa0, fa0')).toBe(false);
    expect(dirties('fmv.d.x fa1, a0')).toBe(true);
    expect(dirties('fcvt.w.d rne, a0, fa0'), 'raises inexact').toBe(true);
    expect(dirties('csrrwi zero, frm, 0')).toBe(true);
    hart.setCsr('mstatus', FS_INITIAL);
    expect(hart.csr('mstatus') >> 63n).toBe(0n);
    hart.setCsr('mstatus', MSTATUS.FS);
    expect([hart.csr('mstatus') >> 63n, hart.csr('sstatus') >> 63n]).toEqual([1n, 1n]);
    expect(hart.csr('sstatus') & MSTATUS.FS).toBe(MSTATUS.FS);
  });

  it('fcsr is frm and fflags', () => {
    machine.execute([
      'csrrwi zero, fcsr, 0',
      'csrrwi a0, frm, 3',
      'csrrsi a1, fflags, 21',
      'csrrs a2, fcsr, zero',
    ]);
    expect([hart.x(10), hart.x(11), hart.x(12)]).toEqual([0n, 0n, 0x75n]);
    machine.execute([
      'addi a3, zero, -1',
      'csrrw a0, fcsr, a3',
      'csrrs a1, fcsr, zero',
      'csrrs a2, frm, zero',
    ]);
    expect([hart.x(10), hart.x(11), hart.x(12)]).toEqual([0x75n, 0xffn, 7n]);
    hart.setCsr('fcsr', 0n);
  });

  it('is missing from harts that do without', () => {
    const plain = new TestMachine({ without: ['F', 'D'] });
    plain.place(HANDLER, ['wfi']);
    plain.hart.setCsr('mtvec', BigInt(HANDLER));
    plain.hart.setCsr('mstatus', MSTATUS.FS);
    expect(plain.hart.csr('mstatus') & MSTATUS.FS).toBe(0n);
    expect(plain.hart.csr('misa')).toBe(0x8000_0000_0014_1185n);
    plain.execute(['fadd.d dyn, fa0, fa0, fa0']);
    expect(plain.hart.csr('mcause')).toBe(2n);
    const single = new TestMachine({ without: ['D'] });
    single.place(HANDLER, ['wfi']);
    single.hart.setCsr('mtvec', BigInt(HANDLER));
    single.hart.setCsr('mstatus', MSTATUS.FS);
    single.execute(['fmv.s.x fa0, zero', 'fmv.d.x fa0, zero']);
    expect([single.hart.csr('mcause'), single.hart.csr('mepc')]).toEqual([2n, BigInt(RAM_BASE + 4)]);
  });
});
