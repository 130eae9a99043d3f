import { afterAll, describe, expect, it } from 'vitest';
import { encode, INSTRUCTIONS, type Operands } from '../isa/index.ts';
import {
  ATOMIC,
  BRANCH,
  IMMEDIATE,
  REGISTER,
  SHIFT,
  s32,
  UNARY,
  u32,
  u64,
} from './testing/integer-reference.ts';
import { DEVICE, EDGES, RAM_BASE, TestMachine } from './testing/machine.ts';

const machine = new TestMachine();
const { hart } = machine;
const executed = new Set<string>();
const DATA = RAM_BASE + 0x8000;

/** Runs one instruction at RAM_BASE; the result is the pc after it. */
function step(name: string, operands: Partial<Operands>, registers: Record<number, bigint> = {}): bigint {
  const { bits, size } = encode(name, operands);
  machine.place(RAM_BASE, [{ bits, size }]);
  // landing places of jumps hold wfi, whatever their distance
  for (const [index, value] of Object.entries(registers)) hart.setX(Number(index), value);
  hart.pc = BigInt(RAM_BASE);
  executed.add(name);
  return BigInt(size);
}

/** Executes exactly one instruction followed by wfi and returns rd (x7). */
function result(name: string, operands: Partial<Operands>, registers: Record<number, bigint> = {}): bigint {
  const size = step(name, operands, registers);
  machine.place(RAM_BASE + Number(size), ['wfi']);
  machine.run();
  expect(hart.pc).toBe(BigInt(RAM_BASE) + size + 4n);
  return hart.x(7);
}

const LOAD: Record<string, [number, boolean]> = {
  lb: [1, true],
  lh: [2, true],
  lw: [4, true],
  ld: [8, true],
  lbu: [1, false],
  lhu: [2, false],
  lwu: [4, false],
};
const STORE: Record<string, number> = { sb: 1, sh: 2, sw: 4, sd: 8 };

describe('integer arithmetic', () => {
  it.each(Object.entries(REGISTER))('%s', (name, reference) => {
    for (const a of EDGES) {
      for (const b of EDGES) {
        expect(result(name, { rd: 7, rs1: 5, rs2: 6 }, { 5: a, 6: b }), `${name} ${a} ${b}`).toBe(
          u64(reference(a, b)),
        );
      }
    }
    expect(result(name, { rd: 7, rs1: 7, rs2: 7 }, { 7: EDGES[10]! })).toBe(
      u64(reference(EDGES[10]!, EDGES[10]!)),
    );
  });

  it.each(Object.entries(IMMEDIATE))('%s', (name, reference) => {
    for (const a of EDGES) {
      for (const imm of [0, 1, -1, 2047, -2048]) {
        expect(result(name, { rd: 7, rs1: 5, imm }, { 5: a })).toBe(u64(reference(a, BigInt(imm))));
      }
    }
  });

  it.each(Object.entries(SHIFT))('%s', (name, [limit, reference]) => {
    for (const a of EDGES) {
      for (const imm of [0, 1, 17, limit]) {
        expect(result(name, { rd: 7, rs1: 5, imm }, { 5: a })).toBe(u64(reference(a, BigInt(imm))));
      }
    }
  });

  it.each(Object.entries(UNARY))('%s', (name, reference) => {
    for (const a of [...EDGES, 0x0012_0080_0000_ff01n]) {
      expect(result(name, { rd: 7, rs1: 5 }, { 5: a }), `${name} ${a}`).toBe(u64(reference(a)));
    }
  });

  it('lui and auipc', () => {
    for (const imm of [0, 0x1000, 0x7fff_f000, -0x8000_0000]) {
      expect(result('lui', { rd: 7, imm })).toBe(u64(BigInt(imm)));
      expect(result('auipc', { rd: 7, imm })).toBe(u64(BigInt(imm) + BigInt(RAM_BASE)));
    }
  });

  it('x0 stays zero', () => {
    result('addi', { rd: 0, rs1: 5, imm: 1 }, { 5: 41n });
    expect(hart.x(0)).toBe(0n);
    expect(result('add', { rd: 7, rs1: 0, rs2: 0 })).toBe(0n);
  });
});

describe('control flow', () => {
  const landing = RAM_BASE + 0x40;

  it.each(Object.entries(BRANCH))('%s', (name, taken) => {
    machine.place(landing, ['addi x7, zero, 1', 'wfi']);
    for (const a of EDGES) {
      for (const b of EDGES) {
        step(name, { rs1: 5, rs2: 6, imm: 0x40 }, { 5: a, 6: b, 7: 0n });
        machine.place(RAM_BASE + 4, ['wfi']);
        machine.run();
        expect(hart.x(7), `${name} ${a} ${b}`).toBe(taken(a, b) ? 1n : 0n);
      }
    }
  });

  it('jal and jalr link and land', () => {
    machine.place(landing, ['wfi']);
    step('jal', { rd: 7, imm: 0x40 });
    machine.run();
    expect([hart.x(7), hart.pc]).toEqual([BigInt(RAM_BASE + 4), BigInt(landing + 4)]);
    step('jalr', { rd: 5, rs1: 5, imm: 1 }, { 5: BigInt(landing) });
    machine.run();
    expect([hart.x(5), hart.pc]).toEqual([BigInt(RAM_BASE + 4), BigInt(landing + 4)]);
  });

  it('jumps far, forward and back', () => {
    const far = RAM_BASE + 0x7_f000;
    machine.place(far, ['jal t1, -520192']);
    machine.place(RAM_BASE, ['jal t0, 520192']);
    hart.pc = BigInt(RAM_BASE);
    hart.run(2);
    expect(hart.x(6)).toBe(BigInt(far + 4));
    expect(hart.x(5)).toBe(BigInt(RAM_BASE + 4));
    expect(hart.pc).toBe(BigInt(RAM_BASE));
  });

  it('fences do nothing that shows', () => {
    hart.setX(7, 9n);
    expect(result('fence', { imm: 0xff })).toBe(9n);
    expect(result('fence.i', {})).toBe(9n);
    for (const name of ['sfence.vma', 'sinval.vma', 'sfence.w.inval', 'sfence.inval.ir'])
      expect(result(name, {})).toBe(9n);
  });
});

describe('hints and cache blocks', () => {
  it('give the turn to another hart', () => {
    for (const name of ['pause', 'wrs.nto', 'wrs.sto']) {
      step(name, {});
      machine.place(RAM_BASE + 4, ['j 0']);
      expect(hart.run(1000), name).toBe('exit');
      expect(hart.pc).toBe(BigInt(RAM_BASE + 4));
      expect(hart.run(1000)).toBe('budget');
    }
  });

  it.each(['wrs.nto', 'wrs.sto'])('%s ends the reservation', name => {
    machine.write64(DATA, 1n);
    const at = { 5: BigInt(DATA), 6: 88n };
    result('lr.d', { rd: 7, rs1: 5 }, at);
    result(name, {});
    expect(result('sc.d', { rd: 7, rs1: 5, rs2: 6 }, at)).toBe(1n);
  });

  it.each(['cbo.inval', 'cbo.clean', 'cbo.flush', 'cbo.zero'])('%s', name => {
    for (const offset of [-8, 0, 56, 64]) machine.write64(DATA + offset, 5n);
    result(name, { rs1: 5 }, { 5: BigInt(DATA + 23) });
    const left = [-8, 0, 56, 64].map(offset => machine.read64(DATA + offset));
    expect(left).toEqual(name === 'cbo.zero' ? [5n, 0n, 0n, 5n] : [5n, 5n, 5n, 5n]);
  });
});

describe('memory', () => {
  const bytes = 0xf1e2_d3c4_b5a6_9788n;

  it.each(Object.entries(LOAD))('%s aligned, misaligned and across pages', (name, [size, signed]) => {
    for (const address of [DATA, DATA + 1, DATA + 3, DATA + 0xffd, DATA + 0xfff]) {
      machine.write64(address, bytes);
      const raw = BigInt.asUintN(size * 8, bytes);
      const expected = signed ? u64(BigInt.asIntN(size * 8, raw)) : raw;
      expect(result(name, { rd: 7, rs1: 5, imm: -5 }, { 5: BigInt(address + 5) })).toBe(expected);
    }
  });

  it.each(Object.entries(STORE))('%s aligned, misaligned and across pages', (name, size) => {
    for (const address of [DATA, DATA + 1, DATA + 3, DATA + 0xffd, DATA + 0xfff]) {
      machine.write64(address, 0n);
      result(name, { rs1: 5, rs2: 6, imm: 7 }, { 5: BigInt(address - 7), 6: bytes });
      expect(machine.read64(address)).toBe(BigInt.asUintN(size * 8, bytes));
    }
  });

  it('reaches devices with the access size', () => {
    machine.deviceValue = bytes;
    machine.accesses.length = 0;
    expect(result('lw', { rd: 7, rs1: 5, imm: 4 }, { 5: BigInt(DEVICE) })).toBe(
      u64(BigInt.asIntN(32, bytes)),
    );
    expect(result('ld', { rd: 7, rs1: 5 })).toBe(bytes);
    result('sh', { rs1: 5, rs2: 6, imm: 8 }, { 6: bytes });
    result('sd', { rs1: 5, rs2: 6, imm: 16 }, { 6: bytes });
    expect(machine.accesses).toEqual([
      { kind: 'load', address: DEVICE + 4, size: 4, value: bytes },
      { kind: 'load', address: DEVICE, size: 8, value: bytes },
      { kind: 'store', address: DEVICE + 8, size: 2, value: 0x9788n },
      { kind: 'store', address: DEVICE + 16, size: 8, value: bytes },
    ]);
  });

  it.each(Object.entries(ATOMIC))('%s', (name, reference) => {
    for (const a of EDGES) {
      for (const b of EDGES) {
        machine.write64(DATA, a);
        expect(result(`${name}.d`, { rd: 7, rs1: 5, rs2: 6 }, { 5: BigInt(DATA), 6: b })).toBe(a);
        expect(machine.read64(DATA), `${name}.d ${a} ${b}`).toBe(u64(reference(a, b)));
        machine.write64(DATA, a);
        expect(result(`${name}.w`, { rd: 7, rs1: 5, rs2: 6 })).toBe(u64(s32(a)));
        const word = u32(reference(s32(a), s32(b)));
        expect(machine.read64(DATA), `${name}.w ${a} ${b}`).toBe((a & ~0xffff_ffffn) | word);
      }
    }
    expect(result(`${name}.d`, { rd: 6, rs1: 5, rs2: 6 }, { 5: BigInt(DATA), 6: 3n, 7: 0n })).toBe(0n);
  });

  it.each(['w', 'd'])('lr.%s and sc', width => {
    machine.write64(DATA, 77n);
    const at = { 5: BigInt(DATA), 6: 88n };
    expect(result(`lr.${width}`, { rd: 7, rs1: 5 }, at)).toBe(77n);
    expect(result(`sc.${width}`, { rd: 7, rs1: 5, rs2: 6 }, at)).toBe(0n);
    expect(machine.read64(DATA)).toBe(88n);
    expect(result(`sc.${width}`, { rd: 7, rs1: 5, rs2: 6 }, at), 'no reservation left').toBe(1n);
    result(`lr.${width}`, { rd: 7, rs1: 5 }, at);
    machine.write64(DATA, 5n);
    expect(result(`sc.${width}`, { rd: 7, rs1: 5, rs2: 6 }, at), 'memory changed').toBe(1n);
    result(`lr.${width}`, { rd: 7, rs1: 5 }, at);
    expect(result(`sc.${width}`, { rd: 7, rs1: 5, rs2: 6 }, { 5: BigInt(DATA + 8) }), 'elsewhere').toBe(1n);
    expect(machine.read64(DATA)).toBe(5n);
  });
});

describe('csrs and system', () => {
  const scratch = 0x340;

  it('csrrw, csrrs, csrrc and their immediate forms', () => {
    hart.setCsr('mscratch', 0b1100n);
    expect(result('csrrw', { rd: 7, rs1: 5, imm: scratch }, { 5: 0b1010n })).toBe(0b1100n);
    expect(result('csrrs', { rd: 7, rs1: 5, imm: scratch }, { 5: 0b0101n })).toBe(0b1010n);
    expect(result('csrrc', { rd: 7, rs1: 5, imm: scratch }, { 5: 0b0110n })).toBe(0b1111n);
    expect(result('csrrwi', { rd: 7, rs1: 21, imm: scratch })).toBe(0b1001n);
    expect(result('csrrsi', { rd: 7, rs1: 2, imm: scratch })).toBe(21n);
    expect(result('csrrci', { rd: 7, rs1: 7, imm: scratch })).toBe(23n);
    expect(hart.csr('mscratch')).toBe(16n);
  });

  it.each([
    ['ecall', 11n, 0n],
    ['ebreak', 3n, BigInt(RAM_BASE)],
  ])('%s traps', (name, cause, value) => {
    hart.setCsr('mtvec', BigInt(RAM_BASE + 0x100));
    machine.place(RAM_BASE + 0x100, ['wfi']);
    step(name, {});
    machine.run();
    expect(hart.csr('mcause')).toBe(cause);
    expect(hart.csr('mtval')).toBe(value);
    expect(hart.csr('mepc')).toBe(BigInt(RAM_BASE));
  });

  it.each(['mret', 'sret'])('%s returns to its epc', name => {
    const target = RAM_BASE + 0x200;
    machine.place(target, ['wfi']);
    hart.setCsr('mstatus', 3n << 11n);
    hart.setCsr('pmpaddr0', (1n << 54n) - 1n);
    hart.setCsr('pmpcfg0', 0x1fn);
    hart.setCsr(name === 'mret' ? 'mepc' : 'sepc', BigInt(target));
    hart.setCsr('mtvec', BigInt(RAM_BASE + 0x100));
    machine.place(RAM_BASE + 0x100, ['wfi']);
    step(name, {});
    machine.run();
    expect(hart.pc).toBe(BigInt(name === 'mret' ? target + 4 : RAM_BASE + 0x104));
    // sret leaves for U mode, where wfi is illegal
    if (name === 'sret') expect([hart.csr('mcause'), hart.csr('mepc')]).toEqual([2n, BigInt(target)]);
  });

  it('wfi waits until an enabled interrupt is pending', () => {
    hart.setCsr('mie', 8n);
    hart.setCsr('mstatus', 0n);
    step('wfi', {});
    machine.place(RAM_BASE + 4, ['j 0']);
    expect(hart.run(10)).toBe('wfi');
    expect(hart.waiting).toBe(true);
    hart.setInterrupt(7, true);
    expect(hart.waiting).toBe(true);
    hart.setInterrupt(3, true);
    expect(hart.waiting).toBe(false);
    expect(hart.run(10)).toBe('budget');
    hart.setInterrupt(7, false);
    hart.setInterrupt(3, false);
    hart.setCsr('mie', 0n);
  });
});

afterAll(() => {
  // compressed, floating-point and the hypervisor's ones have files of their own
  const rows = INSTRUCTIONS.filter(
    row => !['F', 'D', 'Zfa', 'H'].includes(row.extension) && !row.name.startsWith('hinval'),
  );
  const missed = rows.map(row => row.name).filter(name => !executed.has(name));
  if (missed.length > 0) throw new Error(`instructions that no test executes: ${missed.join(', ')}`);
});
