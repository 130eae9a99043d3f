import { describe, expect, it } from 'vitest';
import { RAM_BASE } from './testing/machine.ts';
import { CODE, newMachine } from './testing/traps.ts';

describe('code in memory', () => {
  it('that changes itself is seen at once', () => {
    const machine = newMachine();
    const [patch] = new Uint32Array(new Uint8Array([0x93, 0x02, 0x70, 0x00]).buffer); // addi t0, zero, 7
    machine.hart.setX(7, BigInt(patch!));
    machine.hart.setX(28, BigInt(CODE));
    // second round: the first instruction was replaced after it had run
    machine.execute(
      [
        'addi t0, zero, 1',
        'add t1, t1, t0',
        'sw t2, 0(t3)',
        'addi t4, t4, 1',
        'addi t5, zero, 2',
        'bne t4, t5, -20',
      ],
      CODE,
    );
    expect(machine.hart.x(6)).toBe(8n);
  });

  it('may be stored right in front of the pc', () => {
    const machine = newMachine();
    machine.hart.setX(7, 0x0070_0293n);
    machine.hart.setX(28, BigInt(CODE));
    machine.execute(['nop', 'sw t2, 8(t3)', 'addi t0, zero, 1'], CODE);
    expect(machine.hart.x(5)).toBe(7n);
  });

  it('may be replaced by the loader, and by another hart', () => {
    const machine = newMachine({ harts: 2 });
    machine.execute(['addi t0, zero, 1'], CODE);
    machine.execute(['addi t0, zero, 2'], CODE);
    expect(machine.hart.x(5)).toBe(2n);
    const other = machine.engine.harts[1]!;
    other.reset(RAM_BASE + 0x6000);
    other.setX(28, BigInt(CODE));
    other.setX(7, 0x0070_0293n);
    machine.place(RAM_BASE + 0x6000, ['sw t2, 0(t3)', 'wfi']);
    expect(other.run(100)).toBe('wfi');
    machine.hart.pc = BigInt(CODE);
    machine.run();
    expect(machine.hart.x(5)).toBe(7n);
  });

  it('may come where data was written for long, and the other way round', () => {
    const machine = newMachine();
    const { hart } = machine;
    const data = CODE + 0x2000;
    for (const value of [3, 4]) {
      machine.place(data, [`addi t0, zero, ${value}`, 'wfi']);
      hart.pc = BigInt(data);
      machine.run();
      expect(hart.x(5)).toBe(BigInt(value));
      // a loop on another page fills the rest of that one
      hart.setX(28, BigInt(data + 8));
      hart.setX(29, BigInt(data + 0x800));
      machine.execute(['sd t3, 0(t3)', 'addi t3, t3, 8', 'bltu t3, t4, -8'], CODE);
      hart.pc = BigInt(data);
      machine.run();
      expect([hart.x(5), machine.read64(data + 0x7f8)]).toEqual([BigInt(value), BigInt(data + 0x7f8)]);
    }
  });

  it('crosses pages in one instruction, and is not cached there', () => {
    const machine = newMachine();
    const last = CODE + 0xffe;
    for (const value of [5, 9]) {
      machine.execute([`addi t0, zero, ${value}`], last);
      expect([machine.hart.x(5), machine.hart.pc]).toEqual([BigInt(value), BigInt(last + 8)]);
    }
    machine.place(CODE + 0xffc, [{ bits: 0x0001, size: 2 }, 'j 16']);
    machine.place(last + 16, ['wfi']);
    machine.hart.pc = BigInt(CODE + 0xffc);
    machine.run();
    expect(machine.hart.pc).toBe(BigInt(last + 20));
  });

  it('is evicted and decoded again when the pool is full', () => {
    const machine = newMachine({ codePages: 4 });
    for (let round = 0; round < 2; round++) {
      for (let page = 0; page < 12; page++) {
        machine.place(CODE + page * 0x1000, [`addi t0, t0, ${page}`, page === 11 ? 'wfi' : 'jal zero, 4092']);
      }
      machine.hart.setX(5, 0n);
      machine.hart.pc = BigInt(CODE);
      machine.run();
      expect(machine.hart.x(5)).toBe(66n);
    }
  });
});
