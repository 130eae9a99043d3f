import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, type PtyOptions, PtyScreen } from '../../test/support/pty.ts';

let program: Awaited<ReturnType<typeof buildProgram>>;
const open: PtyScreen[] = [];

/** The interface on a made-up session, its prompt drawn and the machine's state known. */
async function start(options: PtyOptions = {}, ready = 'running'): Promise<PtyScreen> {
  const screen = PtyScreen.start(process.execPath, [program.file], options);
  open.push(screen);
  await screen.waitFor(ready);
  return screen;
}

/** The input line as it stands at the cursor. */
const inputIs = (line: string) => (screen: PtyScreen) => screen.cursorLine() === line;

beforeAll(async () => {
  program = await buildProgram('test/support/pty-tui.ts');
});

afterAll(() => program.remove());

afterEach(async () => {
  for (const screen of open.splice(0)) await screen.close();
});

describe('prompt', () => {
  it('draws banner, prompt and a coloured status line, and hands back the terminal', async () => {
    const screen = await start({ env: { FAKE_EXIT_CODE: '7', CI: 'true' } });
    await screen.eventually(() => {
      const [banner, prompt, status = ''] = screen.lines();
      expect(banner).toBe("hmp 1.2.3 monitor - type 'help' for more information");
      expect(prompt).toBe('(hmp)');
      expect(status).toMatch(/^running {2}demo {2}\d+ MIPS {2}cpu 0 {2}Ctrl-O serial0/);
      expect(screen.cell(0, 1).bold).toBe(true);
      expect(screen.cell(0, 2)).toMatchObject({ text: 'r', color: 2 });
      expect(screen.cursor()).toEqual({ x: 6, y: 1 });
    });
    screen.send('quit\r');
    expect(await screen.exitCode()).toBe(7);
    expect(screen.text()).toContain('(hmp) quit\nexit 7 raw false');
    expect(screen.raw).toContain('\x1b[?2004l');
  });

  it('edits the line: motion, kill, yank, wide characters', async () => {
    const screen = await start();
    screen.send('echo two one\x17\x01\x06\x06\x06\x06\x06\x19');
    await screen.waitFor(inputIs('(hmp) echo onetwo'));
    screen.send('\x1b[D\x1b[D\x1b[D日本\x1b[F\x7f');
    await screen.waitFor(inputIs('(hmp) echo 日本onetwo'));
    screen.send('\x01');
    await screen.waitFor(s => s.cursor().x === 6);
    screen.send('\r');
    await screen.waitFor('\n日本onetwo\n(hmp)');
  });

  it('walks the history and keeps the draft', async () => {
    const screen = await start();
    screen.send('draft\x1b[A');
    await screen.waitFor(inputIs('(hmp) echo old'));
    screen.send('\x1bOA');
    await screen.waitFor(inputIs('(hmp) echo older'));
    screen.send('\x0e\x0e');
    await screen.waitFor(inputIs('(hmp) draft'));
    screen.send('\x12stat');
    await screen.waitFor(inputIs("(reverse-i-search)`stat': info status"));
    screen.send('\x07');
    await screen.waitFor(inputIs('(hmp) draft'));
  });

  it('completes with Tab, lists with help, shows the parameter hint', async () => {
    const screen = await start();
    screen.send('l\t\t');
    await screen.waitFor('print many lines');
    const list = screen.lines().find(line => line.startsWith('lines'));
    expect(list).toMatch(/^lines {2}print many lines {2,}lost {3}lose the connection$/);
    screen.send('\x15ec\t');
    await screen.waitFor(inputIs('(hmp) echo text'));
    await screen.eventually(() => {
      const { x, y } = screen.cursor();
      expect(x).toBe(11);
      expect(screen.cell(x, y)).toMatchObject({ text: 't', dim: true });
      expect(screen.text()).not.toContain('print many lines');
    });
  });

  it('cancels a line and a command with Ctrl-C, and stays', async () => {
    const screen = await start();
    screen.send('unwanted\x03');
    await screen.waitFor('(hmp) unwanted^C\n(hmp)\n');
    for (const command of ['wait', 'ignore']) {
      screen.send(`${command}\r`);
      await screen.waitFor(`${command}: Ctrl-C aborts`);
      screen.send('\x03');
      await screen.waitFor(`(hmp) ${command}\n^C\n(hmp)\n`);
    }
    screen.signal('SIGINT');
    await screen.waitFor('(hmp) ^C\n(hmp)\n');
    screen.send('\x04');
    await screen.waitFor("type 'quit' to leave\n(hmp)\n");
  });

  it('keeps the line while events come, one line each', async () => {
    const screen = await start();
    screen.send('event\rhalf');
    await screen.waitFor('(hmp) event\n[event] RESET guest=false reason=host-qmp-system-reset\n(hmp) half');
    screen.send('\x15stop\r');
    await screen.waitFor('\npaused  demo');
  });

  it('runs a paste line by line and leaves the rest in the prompt', async () => {
    const screen = await start();
    screen.send('\x1b[200~echo a\r\necho\tb\necho \x1bc\x1b[201~');
    await screen.waitFor('(hmp) echo a\na\n(hmp) echo b\nb\n(hmp) echo c\n');
  });
});

describe('output', () => {
  it('leaves long output to the scrollback, in order and complete', async () => {
    const screen = await start({ rows: 10 });
    screen.send('lines 3000\r');
    await screen.waitFor('line 3000\n(hmp)\n');
    const lines = screen.history().filter(line => /^line \d+$/.test(line));
    expect(lines).toEqual(Array.from({ length: 3000 }, (_, index) => `line ${index + 1}`));
    expect(screen.history()[0]).toContain('hmp 1.2.3');
    expect(screen.raw).not.toContain('\x1b[3J');
  });

  it('stays usable in a flood of events', async () => {
    const screen = await start();
    screen.send('flood\recho after\r');
    await screen.waitFor('offset=1999\n');
    await screen.waitFor('(hmp) echo after\nafter\n(hmp)\n');
  });

  it('clears the screen for a command and for Ctrl-L', async () => {
    const screen = await start();
    for (const input of ['fail\rclear\r', 'echo a\r\x0c']) {
      screen.send(input);
      await screen.eventually(() => {
        expect(screen.lines()[0]).toBe('(hmp)');
        expect(screen.cursor()).toEqual({ x: 6, y: 0 });
      });
    }
  });

  it('redraws after a resize without leaving pieces behind', async () => {
    // The emulator is the one of that editor, and moves the cursor in its own way.
    const screen = await start({ env: { TERM_PROGRAM: 'vscode' } });
    const line = `echo ${'x'.repeat(60)}`;
    // While the machine is stopped nothing is redrawn, for the old width, at the moment of the resize.
    screen.send(`stop\r${line}`);
    const isComplete = () => {
      const text = screen.lines().join('');
      expect(text).toMatch(/^hmp .*information\(hmp\) stop\[event\] STOP\(hmp\) echo x{60}paused[^)]*$/);
      expect(text.match(/paused/g)).toHaveLength(1);
      expect(screen.lines()[screen.cursor().y]).toMatch(/x$/);
    };
    await screen.eventually(isComplete);
    for (const [columns, rows] of [
      [40, 12],
      [32, 14],
      [100, 30],
    ] as const) {
      screen.resize(columns, rows);
      await screen.eventually(isComplete);
    }
  });

  it('works in a terminal of two rows', async () => {
    const screen = await start({ columns: 20, rows: 2 }, '(hmp)');
    screen.send('echo tiny\r');
    await screen.waitFor(s => s.history().includes('tiny'));
    screen.send('quit\r');
    expect(await screen.exitCode()).toBe(0);
  });
});

describe('serial view', () => {
  it('switches, passes keys and output through, and returns to the line', async () => {
    const screen = await start();
    await screen.waitFor('[new output]');
    screen.send('half\x0fhi\r');
    await screen.waitFor('-- serial0: Ctrl-O returns to the monitor --\nguest booted\nguest> hi\nok\nguest>');
    expect(screen.text()).not.toContain('half');
    screen.send('\x01\x01\x01\x0f\x03');
    await screen.waitFor('guest> <1><15><3>');
    screen.send('\x01h');
    await screen.waitFor('Ctrl-A x       quit');
    screen.send('\x01c more');
    await screen.waitFor(inputIs('(hmp) half more'));
    expect(screen.text()).toContain('Ctrl-O serial0');
    expect(screen.text()).not.toContain('[new output]');
  });

  it('keeps what comes meanwhile and undoes what the guest left', async () => {
    const screen = await start();
    screen.send('\x0f');
    await screen.waitFor(inputIs('guest>'));
    screen.send('\x0fguest one\\ntwo \\e[31mred\\e[?25l\r');
    await screen.waitFor('[new output]');
    screen.send('\x0f');
    await screen.waitFor(inputIs('two red'));
    expect(screen.cell(4, screen.cursor().y).color).toBe(1);
    screen.send('\x0fecho plain');
    await screen.waitFor(inputIs('(hmp) echo plain'));
    await screen.eventually(() => {
      expect(screen.cell(8, screen.cursor().y)).toMatchObject({ text: 'h', color: -1 });
    });
    expect(screen.raw.lastIndexOf('\x1b[?25h')).toBeGreaterThan(screen.raw.lastIndexOf('\x1b[?25l'));
  });

  it('quits with Ctrl-A x', async () => {
    const screen = await start();
    screen.send('\x0f\x01x');
    expect(await screen.exitCode()).toBe(0);
    expect(screen.text()).toContain('(hmp) quit');
  });
});

describe('the end', () => {
  it('tells a lost connection in one line and exits with 3', async () => {
    const screen = await start();
    screen.send('lost\r');
    expect(await screen.exitCode()).toBe(3);
    expect(screen.text()).toContain(
      'hmp: connection to the machine lost: the machine thread ended\nexit 3 raw false',
    );
  });

  it('ends with 0 when the machine closes in order', async () => {
    const screen = await start();
    screen.send('end\r');
    expect(await screen.exitCode()).toBe(0);
  });

  it('restores the terminal on SIGTERM and SIGHUP', async () => {
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      const screen = await start();
      screen.signal(signal);
      expect(await screen.exitCode()).toBe(code);
      expect(screen.raw).toContain('\x1b[?2004l\x1b[?25h');
    }
  });

  it('goes on when a stop is not possible', async () => {
    const screen = await start();
    screen.send('ab\x1a');
    await screen.waitFor(s => s.raw.split('\x1b[?2004h').length === 3, 'the terminal taken again');
    screen.send('c');
    await screen.waitFor(inputIs('(hmp) abc'));
  });
});

describe('modest terminals', () => {
  it('honours NO_COLOR', async () => {
    const screen = await start({ env: { NO_COLOR: '1' } });
    await screen.eventually(() => expect(screen.cell(0, 2)).toMatchObject({ text: 'r', color: -1 }));
  });

  it('writes no escape sequence where TERM=dumb', async () => {
    const screen = await start({ env: { TERM: 'dumb' } }, '(hmp)');
    screen.send('echo plain\r');
    await screen.waitFor('(hmp) echo plain\nplain\n(hmp)');
    screen.send('quit\r');
    expect(await screen.exitCode()).toBe(0);
    expect(screen.raw).not.toContain('\x1b');
  });
});
