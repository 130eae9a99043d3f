import { describe, expect, it } from 'vitest';
import { testBoard } from '../board/testing/test-board.ts';
import { assemble } from '../isa/index.ts';
import { RunStateMachine } from '../run-state.ts';
import { MachineLogging } from './machine-logging.ts';

const START = 0x8000_0000n;

/** Counts to three; then adds, traps by ecall to a jump to itself. */
const SOURCE = ['addi t0,zero,3', 'addi t0,t0,-1', 'bne t0,zero,-4', 'addi t1,zero,7', 'ecall', 'jal zero,0'];

function setUp(items: string) {
  const { board, host } = testBoard({ kernel: { name: 'k', data: assemble(SOURCE) } });
  const logging = new MachineLogging(host, board, new RunStateMachine());
  logging.setItems(items);
  const [hart] = board.engine.harts;
  hart!.setCsr('mtvec', START + 20n);
  hart!.pc = START;
  const runnable = logging.execution.watch(hart!);
  const run = (budget: number) => {
    host.logged.length = 0;
    runnable.run(budget);
    logging.log.flush();
    return host.logged.join('').replaceAll('stderr: ', '');
  };
  return { board, hart: hart!, host, logging, run };
}

const places = (text: string) =>
  [...text.matchAll(/^Trace 0: (0x\w+) \[0+\/0{8}(\w+)\/0+3\/0+\] $/gm)].map(m => m[2]);

describe('the log of execution', () => {
  it('tells of each piece of code that runs', () => {
    const { run } = setUp('exec,int');
    const text = run(9);
    expect(places(text)).toEqual(['80000000', '80000004', '80000004', '80000014']);
    const trap = text.indexOf(
      'riscv_cpu_do_interrupt: hart:0, async:0, cause:000000000000000b, epc:0x0000000080000010',
    );
    expect(trap).toBeGreaterThan(text.lastIndexOf('/0000000080000004/'));
    expect(trap).toBeLessThan(text.indexOf('/0000000080000014/'));
  });

  it('shows code when it runs for the first time, and again once it has changed', () => {
    const { run, board, hart, host, logging } = setUp('in_asm');
    const text = run(3);
    expect(text).toContain(
      'IN: \nPriv: 3; Virt: 0\n' +
        '0x0000000080000000:  00300293          addi                    t0,zero,3\n' +
        '0x0000000080000004:  fff28293          addi                    t0,t0,-1\n' +
        '0x0000000080000008:  fe029ee3          bnez                    t0,-4                   # 0x80000004\n' +
        '0x000000008000000c:  00700313          addi                    t1,zero,7\n' +
        '0x0000000080000010:  00000073          ecall\n\n',
    );
    hart.pc = START;
    expect(run(3)).toBe('');
    expect(host.logged).toEqual([]);
    board.memory.write(Number(START), Uint8Array.of(0x93, 0x02, 0x20, 0x00));
    hart.pc = START;
    expect(run(1)).toContain('00200293          addi                    t0,zero,2\n');
    logging.setItems('in_asm');
    hart.pc = START;
    expect(run(1)).toContain('IN: ');
  });

  it('shows registers as the code finds them, with those of floating point on request', () => {
    const { run, logging, hart } = setUp('cpu');
    const [first, second] = run(4).split(/(?=^ pc )/m);
    expect(first).toMatch(/^ pc {7}0000000080000000\n mhartid /);
    expect(second).toMatch(/^ pc {7}0000000080000004\n[\s\S]* x5\/t0 {4}0{15}2 /);
    expect(first).not.toMatch(/f0\/ft0|fcsr/);
    logging.setItems('cpu,fpu');
    hart.pc = START;
    expect(run(1)).toMatch(/ f0\/ft0 +0{16}/);
  });

  it('is exact about what was executed, and out of the way when it is off', () => {
    const { run, hart, logging } = setUp('exec');
    run(100);
    expect(hart.instructions).toBe(100n);
    logging.setItems('none');
    expect(run(100)).toBe('');
    expect(hart.instructions).toBeGreaterThanOrEqual(200n);
  });

  it('waits when the log is full, and loses nothing', () => {
    const { run, hart } = setUp('exec');
    const text = run(1_000_000);
    expect(text).not.toContain('dropped');
    expect(text.length).toBeGreaterThan(1 << 19);
    expect(hart.instructions).toBeLessThan(1_000_000n);
    expect(places(run(3))).toEqual(['80000014', '80000014', '80000014']);
  });
});
