import { describe, expect, it } from 'vitest';
import { TestHost, testBoard } from '../board/testing/test-board.ts';
import { RunStateMachine } from '../run-state.ts';
import { parseLogItems } from './items.ts';
import { MachineLog } from './log.ts';
import { MachineLogging } from './machine-logging.ts';

describe('log items', () => {
  it('are separated by commas', () => {
    expect(parseLogItems('int,trace:virtio_*,cpu_reset')).toEqual({
      items: new Set(['int', 'cpu_reset']),
      patterns: ['virtio_*'],
    });
    expect(parseLogItems('none')).toEqual({ items: new Set(), patterns: [] });
    expect(parseLogItems('all')?.items.size).toBe(9);
  });

  it.each(['', 'help', 'int,', 'int,none', 'trace:'])('%o is none', text => {
    expect(parseLogItems(text)).toBeNull();
  });
});

describe('the log', () => {
  it('writes what one turn brought at once, to the file once there is one', () => {
    const host = new TestHost();
    const log = new MachineLog(host);
    log.write('one\n');
    log.write('two\n');
    expect(host.logged).toEqual([]);
    host.flush();
    log.write('three\n');
    log.setFile('log.%d');
    log.write('four\n');
    host.flush();
    expect(host.logged).toEqual(['stderr: one\ntwo\n', 'stderr: three\n', 'log.1234: four\n']);
  });

  it.each(['a%', 'a%s', '%d%d', '%%d'])('refuses the file name %s', name => {
    expect(() => new MachineLog(new TestHost()).setFile(name)).toThrow(`Bad logfile template: ${name}`);
  });

  it('drops what a turn brings too much, and says how much', () => {
    const host = new TestHost();
    const log = new MachineLog(host);
    for (let count = 0; count < 3; count++) log.write(`${'x'.repeat(1 << 19)}\n`);
    host.flush();
    expect(host.logged.length).toBe(1);
    expect(host.logged[0]).toMatch(/x\n2 more log messages dropped\n$/);
  });
});

/** lw of nothing at 0, then of the serial port's line status; then ecall. */
const PROGRAM = {
  name: 'k',
  data: new Uint8Array(Uint32Array.of(0x00002083, 0x100002b7, 0x0052c303, 0x00000073).buffer),
};

describe('what a hart does', () => {
  it('is logged and traced', () => {
    const { board, host, run } = testBoard({ kernel: PROGRAM });
    const logging = new MachineLogging(host, board, new RunStateMachine());
    logging.setItems('int,invalid_mem,trace:serial_*');
    board.engine.harts[0]!.setCsr('mtvec', 0x8000_0004n);
    board.engine.harts[0]!.pc = 0x8000_0000n;
    run(10);
    logging.log.flush();
    const text = host.logged.join('').replaceAll('stderr: ', '');
    expect(text).toContain("Invalid read at addr 0x0, size 4, region '(null)', reason: rejected\n");
    expect(text).toContain(
      'riscv_cpu_do_interrupt: hart:0, async:0, cause:0000000000000005, ' +
        'epc:0x0000000080000000, tval:0x0000000000000000, desc=fault_load\n',
    );
    expect(text).toContain('serial_read read addr 0x05 val 0x60\n');
    expect(text).toMatch(/cause:000000000000000b, epc:0x000000008000000c, .* desc=machine_ecall\n/);
  });

  it('is logged where it breaks the rules of a device', () => {
    // lw of the interrupt controller's 97th priority
    const words = Uint32Array.of(0x0c0002b7, 0x1802a303);
    const { board, host, run } = testBoard({ kernel: { name: 'k', data: new Uint8Array(words.buffer) } });
    const logging = new MachineLogging(host, board, new RunStateMachine());
    logging.setItems('guest_errors');
    board.engine.harts[0]!.pc = 0x8000_0000n;
    run(2);
    logging.log.flush();
    expect(host.logged).toEqual(['stderr: sifive_plic_read: Invalid register read 0x180\n']);
  });

  it('is not looked at when nothing is on', () => {
    const { board, host, run } = testBoard({ kernel: PROGRAM });
    const logging = new MachineLogging(host, board, new RunStateMachine());
    logging.setItems('all');
    logging.setItems('none');
    run(10);
    logging.log.flush();
    expect(host.logged).toEqual([]);
  });

  it('is shown before a reset', () => {
    const { board, host } = testBoard({ kernel: PROGRAM, harts: 2 });
    const logging = new MachineLogging(host, board, new RunStateMachine());
    logging.configure({ items: 'cpu_reset', file: 'f', patterns: ['nosuch'] });
    logging.beforeReset();
    logging.log.flush();
    const text = host.logged.join('');
    expect(text).toContain(
      "f: warning: trace event 'nosuch' does not exist\nCPU Reset (CPU 0)\n V      =   0\n pc       0",
    );
    expect(text).toContain('\nCPU Reset (CPU 1)\n V ');
    expect(() => logging.configure({ items: 'x', file: null, patterns: [] })).toThrow(
      '-d x: no such log item',
    );
  });

  it('changes of the run state are traced', () => {
    const { board, host } = testBoard();
    const state = new RunStateMachine();
    const logging = new MachineLogging(host, board, state);
    logging.setEvents('*state*', true);
    state.set('running');
    logging.log.flush();
    expect(host.logged).toEqual([
      'stderr: runstate_set current_run_state 6 (prelaunch) new_state 9 (running)\n' +
        'vm_state_notify running 1 reason 9 (running)\n',
    ]);
  });
});
