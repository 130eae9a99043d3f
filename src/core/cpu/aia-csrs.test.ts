import { describe, expect, it } from 'vitest';
import { InterruptFile } from '../hw/intc/imsic-file.ts';
import { csrNumber } from '../isa/index.ts';
import { RAM_BASE, type TestMachine } from './testing/machine.ts';
import { CODE, HANDLER, newMachine, trapFrom } from './testing/traps.ts';

const [ILLEGAL, S_ECALL, VIRTUAL] = [2n, 9n, 22n];
const top = (interrupt: bigint, priority: bigint) => (interrupt << 16n) | priority;

function withFiles(options: { without?: [] | ['Smaia', 'Ssaia'] } = {}) {
  const files = { machine: new InterruptFile(), supervisor: new InterruptFile() };
  const machine = newMachine({ files, ...options });
  const { hart } = machine;
  files.machine.connect({ set: level => hart.setInterrupt(11, level) });
  files.supervisor.connect({ set: level => hart.setInterrupt(9, level) });
  machine.place(HANDLER, ['csrrwi zero, mie, 0', 'wfi']);
  return { machine, hart, files };
}

describe('csrs of interrupt files', () => {
  it('reach the file of their mode, and claim from it', () => {
    const { machine, hart, files } = withFiles();
    const trap = trapFrom(machine, 1, [
      'addi t0, zero, 0x70',
      'csrrw zero, siselect, t0',
      'csrrwi zero, sireg, 1',
      'addi t0, zero, 0xc0',
      'csrrw zero, siselect, t0',
      'csrrwi zero, sireg, 0x10',
      'ecall',
    ]);
    expect(trap.cause).toBe(S_ECALL);
    files.supervisor.receive(4);
    expect(hart.csr('mip')).toBe(0x200n);
    expect(hart.csr('mtopei')).toBe(0n);
    trapFrom(machine, 1, ['csrrw t1, stopei, zero', 'csrrs t2, stopei, zero', 'ecall']);
    expect([hart.x(6), hart.x(7), hart.csr('mip')]).toEqual([top(4n, 4n), 0n, 0n]);
  });

  it('are illegal where nothing is selected that exists', () => {
    const { machine } = withFiles();
    for (const select of [0, 0x2f, 0x31, 0x40, 0x71, 0x81]) {
      const code = [`addi t0, zero, ${select}`, 'csrrw zero, siselect, t0', 'csrrs t1, sireg, zero', 'ecall'];
      expect(trapFrom(machine, 1, code).cause).toBe(ILLEGAL);
    }
  });

  it('are virtual instructions to guests, which have no files', () => {
    const { machine, hart } = withFiles();
    for (const code of ['csrrs t1, stopei, zero', 'csrrs t1, hvictl, zero']) {
      hart.virtual = true;
      expect(trapFrom(machine, 1, [code, 'ecall']).cause).toBe(VIRTUAL);
    }
    hart.virtual = false;
    expect(trapFrom(machine, 1, ['csrrs t1, vstopei, zero', 'ecall']).cause).toBe(ILLEGAL);
  });

  it('are not there without the extensions', () => {
    const { hart } = withFiles({ without: ['Smaia', 'Ssaia'] });
    for (const name of ['miselect', 'mireg', 'mtopei', 'mtopi', 'mvien', 'siselect', 'stopi', 'hvictl']) {
      expect(hart.csrOf(csrNumber(name)!, false), name).toBeUndefined();
    }
    expect(withFiles().hart.csrOf(csrNumber('mtopei')!, true)).toBe('mtopei');
  });
});

describe('priorities', () => {
  const IPRIO = (interrupt: number) => 0x30 + (interrupt >> 3) * 2;
  const setPriority = (hart: TestMachine['hart'], interrupt: number, priority: bigint) => {
    hart.setCsr('miselect', BigInt(IPRIO(interrupt)));
    hart.setCsr('mireg', priority << BigInt(8 * (interrupt & 7)));
  };

  it('come before the order that there is without them', () => {
    const { hart } = withFiles();
    hart.setCsr('mie', 0x888n);
    hart.setInterrupt(3, true);
    hart.setInterrupt(7, true);
    expect(hart.csr('mtopi')).toBe(top(3n, 255n));
    setPriority(hart, 7, 9n);
    expect(hart.csr('mtopi')).toBe(top(7n, 9n));
    hart.setInterrupt(11, true);
    expect(hart.csr('mtopi')).toBe(top(7n, 9n));
    setPriority(hart, 7, 0n);
    expect(hart.csr('mtopi')).toBe(top(11n, 0n));
    setPriority(hart, 11, 9n); // that of the external interrupt is its own
    expect(hart.csr('mireg')).toBe(0n);
  });

  it('say which interrupt is taken', () => {
    const { machine, hart } = withFiles();
    setPriority(hart, 7, 1n);
    hart.setCsr('mie', 0x88n);
    hart.setInterrupt(3, true);
    hart.setInterrupt(7, true);
    hart.setCsr('mstatus', 8n);
    machine.place(CODE, ['j 0']);
    hart.pc = BigInt(CODE);
    hart.run(10);
    expect(hart.csr('mcause')).toBe((1n << 63n) | 7n);
    hart.reset(RAM_BASE);
    hart.setCsr('mie', 0x88n);
    expect(hart.csr('mtopi')).toBe(top(3n, 255n));
  });

  it('of what is delegated are told to the supervisor', () => {
    const { hart } = withFiles();
    hart.setCsr('mideleg', 0x222n);
    hart.setCsr('mie', 0x222n);
    hart.setInterrupt(5, true);
    expect([hart.csr('stopi'), hart.csr('mtopi')]).toEqual([top(5n, 255n), 0n]);
  });
});
