/** The serial port and the monitor on the terminal, without an interface around them. */
import { afterEach, describe, expect, it } from 'vitest';
import { hmp, PROGRAM } from './support/hmp.ts';
import { RunningHmp } from './support/programs.ts';
import { PtyScreen } from './support/pty.ts';

const READY = 'hmp guest ready';

describe('-nographic in a terminal', () => {
  let screen: PtyScreen;
  afterEach(() => screen.close());

  const start = (...args: string[]) => {
    screen = PtyScreen.start('sh', [
      '-c',
      `"$0" "$@"; echo "code $?"; stty -a`,
      process.execPath,
      PROGRAM,
      ...args,
    ]);
  };

  /** The terminal is as a shell wants it again. */
  const restored = () =>
    screen.waitFor(s =>
      / icanon.* echo /s.test(
        s
          .history()
          .join(' ')
          .replace(/-(\w+)/g, '!$1'),
      ),
    );

  it('shows the guest, switches to the monitor and back, and ends with Ctrl-A x', async () => {
    start('-nographic');
    await screen.waitFor(READY);
    screen.send('echo first\r');
    await screen.waitFor('\nfirst');
    screen.send('\x01c');
    await screen.waitFor("type 'help' for more information");
    screen.send('info statu\t');
    await screen.waitFor('(hmp) info status');
    screen.send('\r');
    await screen.waitFor('VM status: running');
    screen.send('\x01cecho second\r');
    await screen.waitFor('\nsecond');
    screen.send('\x01x');
    await screen.waitFor('hmp: Terminated');
    await screen.waitFor('code 0');
    await restored();
  });

  it('passes Ctrl-C to the guest, and Ctrl-A typed twice', async () => {
    start('-nographic');
    await screen.waitFor(READY);
    screen.send('\x03\x01\x01\x01h');
    await screen.waitFor('C-a x ');
    screen.send('\x01x');
    await screen.waitFor('code 0');
  });

  it('quits from the monitor', async () => {
    start('-nographic');
    await screen.waitFor(READY);
    screen.send('\x01c');
    await screen.waitFor('\n(hmp)');
    screen.send('quit\r');
    await screen.waitFor('code 0');
    await restored();
  });

  it('gives the terminal back when a signal ends it', async () => {
    screen = PtyScreen.start('sh', [
      '-c',
      `"$0" "$@" & wait_for=$!; trap 'kill -TERM $wait_for' USR1; fg 2>/dev/null; wait $wait_for; wait $wait_for; echo "code $?"; stty -a`,
      process.execPath,
      PROGRAM,
      '-serial',
      'mon:stdio',
    ]);
    await screen.waitFor(READY);
    screen.signal('SIGUSR1');
    await screen.waitFor('code 143');
    await restored();
  });

  it('ends at Ctrl-C where there is no monitor', async () => {
    start('-serial', 'stdio');
    await screen.waitFor(READY);
    screen.send('\x03');
    await screen.waitFor('code 130');
    await restored();
  });
});

describe('-nographic in a script', () => {
  it('passes a pipe to the guest and shows all that it prints, and exits with its status', async () => {
    const program = new RunningHmp(['-nographic']);
    await program.until(READY);
    program.type('echo one\rpoweroff fail\r');
    program.endInput();
    const { stdout: output, code } = await program.finished;
    expect(output).toContain('\r\none\r\n');
    expect(output).toMatch(/guest> poweroff fail\r\n/);
    expect(code).toBe(1);
  });

  it('reads monitor commands behind Ctrl-A c', async () => {
    const { stdout, code } = await hmp(['-nographic', '-S'], { input: '\x01cinfo status\nquit\n' });
    expect(stdout).toMatch(/\(hmp\) VM status: paused \(prelaunch\)\n$/);
    expect(code).toBe(0);
  });

  it('is the monitor alone when the serial port is elsewhere', async () => {
    const { stdout, code } = await hmp(['-nographic', '-serial', 'null', '-S'], { input: 'info chardev\n' });
    expect(stdout).toContain('serial0: filename=null\n');
    expect(code).toBe(0);
  });

  it('prints the serial port between the answers to -c', async () => {
    const program = new RunningHmp(['-serial', 'stdio', '-c', 'info status', '-c', 'wait SHUTDOWN']);
    await program.until('VM status: running\n');
    await program.until(READY);
    program.signal('SIGTERM');
    const { stdout, stderr } = await program.finished;
    expect(stdout).toContain(READY);
    expect(stderr).not.toContain('rror');
  });
});
