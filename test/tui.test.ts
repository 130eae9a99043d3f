/** The built program in a real pseudo-terminal, with its machine and the bundled guest. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROGRAM } from './support/hmp.ts';
import { PtyScreen } from './support/pty.ts';

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_O = '\x0f';
const CTRL_U = '\x15';
const UP = '\x1b[A';

let state: string;
const open: PtyScreen[] = [];

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'hmp-tui-'));
});

afterEach(async () => {
  for (const screen of open.splice(0)) await screen.close();
  rmSync(state, { recursive: true, force: true });
});

/** The program at its prompt; history and the like go to a folder of the test's own. */
async function start(args: readonly string[] = [], env: Record<string, string> = {}): Promise<PtyScreen> {
  const options = { env: { XDG_STATE_HOME: state, ...env } };
  const screen = PtyScreen.start(process.execPath, [PROGRAM, ...args], options);
  open.push(screen);
  await screen.waitFor(text => /^\(hmp\)/m.test(text.text()), 'a prompt');
  return screen;
}

const inputIs = (line: string) => (screen: PtyScreen) => screen.cursorLine() === line;

/** Over to the serial pane, and a command to the guest's shell. */
async function guestShell(screen: PtyScreen, command: string): Promise<void> {
  screen.send(CTRL_O);
  await screen.waitFor('guest>');
  screen.send(`${command}\r`);
}

describe('the monitor in a terminal', () => {
  it('answers what is typed and ends with quit', async () => {
    const screen = await start(['-name', 'demo']);
    screen.send('info status\r');
    await screen.waitFor('(hmp) info status\nVM status: running\n(hmp)');
    await screen.waitFor(s => /^running {2}demo {2}/m.test(s.text()), 'a status line');
    screen.send('info virtio\r');
    await screen.waitFor('/machine/peripheral/blk0 [virtio-blk]\n');
    screen.send('nosuch\r');
    await screen.waitFor("unknown command: 'nosuch'\n(hmp)");
    screen.send('quit\r');
    expect(await screen.exitCode()).toBe(0);
    expect(screen.text()).not.toMatch(/^running/m);
  });

  it('completes commands and what only the machine knows', async () => {
    const screen = await start(['-S']);
    screen.send('info vir\t');
    await screen.waitFor(inputIs('(hmp) info virtio'));
    screen.send('\t');
    await screen.waitFor('virtio-queue-element');
    screen.send('-st\t');
    await screen.waitFor(inputIs('(hmp) info virtio-status path'));
    screen.send('/machine/peripheral/bl\t');
    await screen.waitFor(s => s.cursorLine().startsWith('(hmp) info virtio-status /machine/peripheral/blk0'));
    screen.send('\r');
    await screen.waitFor(
      s => s.history().includes('  device_name:             virtio-blk'),
      'the status of blk0',
    );
  });

  it('keeps the history across runs', async () => {
    const first = await start(['-S']);
    first.send('info version\rinfo name\r');
    await first.waitFor('10.2.2');
    first.send(`${UP}${UP}`);
    await first.waitFor(inputIs('(hmp) info version'));
    first.send(`${CTRL_U}quit\r`);
    expect(await first.exitCode()).toBe(0);
    expect(readFileSync(join(state, 'hmp', 'history'), 'utf8')).toBe('info version\ninfo name\nquit\n');
    const second = await start(['-S']);
    second.send(`${UP}${UP}${UP}\r`);
    await second.waitFor('(hmp) info version\n10.2.2\n');
  });

  it('cancels a line or a command with Ctrl-C and never ends the machine', async () => {
    const screen = await start();
    screen.send(`unwanted${CTRL_C}`);
    await screen.waitFor('(hmp) unwanted^C\n(hmp)');
    screen.send('wait WATCHDOG\r');
    await screen.waitFor('(hmp) wait WATCHDOG\n');
    screen.send(CTRL_C);
    await screen.waitFor('^C\n(hmp)');
    screen.send(CTRL_D);
    await screen.waitFor("type 'quit' to leave");
    screen.send('info status\r');
    await screen.waitFor('VM status: running\n(hmp)');
  });

  it('shows events and the run state as they change', async () => {
    const screen = await start();
    screen.send('stop\r');
    await screen.waitFor('[event] STOP');
    await screen.waitFor(s => /^paused/m.test(s.text()), 'the status line of a paused machine');
    screen.send('system_reset\r');
    await screen.waitFor('[event] RESET guest=false reason=host-qmp-system-reset');
    await screen.waitFor(s => /^(paused|prelaunch)/m.test(s.text()), 'the status line of a reset machine');
    screen.send('info status\r');
    await screen.waitFor('VM status: paused (prelaunch)');
  });
});

describe('the serial pane', () => {
  it("is the guest's console, one key away", async () => {
    const screen = await start();
    screen.send('half a line');
    await guestShell(screen, 'echo from the pane');
    await screen.waitFor('guest> echo from the pane\nfrom the pane\nguest>');
    screen.send(`loop${CTRL_C}`);
    await screen.waitFor('guest> loop^C\nguest>');
    screen.send(CTRL_O);
    await screen.waitFor(s => s.cursorLine().startsWith('(hmp) half a line'));
    screen.send(`${CTRL_U}info status\r`);
    await screen.waitFor('VM status: running');
  });

  it('leaves the prompt alive while the guest spins', async () => {
    const screen = await start();
    await guestShell(screen, 'spin');
    await screen.waitFor('spinning, any key stops');
    screen.send(`${CTRL_O}stop\r`);
    await screen.waitFor('[event] STOP');
    screen.send('info status\r');
    await screen.waitFor('VM status: paused\n(hmp)');
    screen.send('cont\r');
    await screen.waitFor('[event] RESUME');
    screen.send(`${CTRL_O} `);
    await screen.waitFor(s => /spun \d+ turns\nguest>/.test(s.text()), 'the end of the spin');
  });

  it.each([
    { command: 'poweroff', code: 0 },
    { command: 'poweroff fail', code: 1 },
  ])('ends with $code when the guest does $command', async ({ command, code }) => {
    const screen = await start();
    await guestShell(screen, command);
    expect(await screen.exitCode()).toBe(code);
    expect(screen.history().join('\n')).toContain(`guest> ${command}\npowering off`);
  });
});

describe('a terminal without abilities', () => {
  it('gets a plain prompt', async () => {
    const screen = await start(['-S'], { TERM: 'dumb' });
    screen.send('info status\r');
    await screen.waitFor('VM status: paused (prelaunch)\n(hmp)');
    screen.send('quit\r');
    expect(await screen.exitCode()).toBe(0);
    expect(screen.raw).not.toContain('\x1b');
  });
});

describe('signals', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends program and machine', async (signal, code) => {
    const screen = await start();
    screen.signal(signal);
    expect(await screen.exitCode()).toBe(code);
  });
});
