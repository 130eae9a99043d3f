import type { Terminal } from '../terminal.ts';
import type { TuiSerial } from '../types.ts';
import { ReplayBuffer } from './replay-buffer.ts';
import { SERIAL_HELP, SerialKeys } from './serial-keys.ts';

/** Undoes what a guest's program may have left: colours, character set, modes, scroll region, mouse reports. */
const RESET =
  '\x1b[0m\x0f\x1b(B\x1b[?1l\x1b>\x1b[4l\x1b[?7h\x1b[?1000;1002;1003;1006l\x1b7\x1b[r\x1b8\x1b[?25h';
const LEAVE_ALTERNATE = '\x1b[?1049l';
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ALTERNATE = /\x1b\[\?(?:47|1047|1049)([hl])/g;

export interface SerialHooks {
  /** the user goes back to the monitor */
  leave(): void;
  quit(): void;
  /** output arrived that the view does not show */
  unread(): void;
}

/** The guest's serial console on the whole terminal: its bytes go through as they are. */
export class SerialView {
  readonly label: string;
  private readonly serial: TuiSerial;
  private readonly terminal: Terminal;
  private readonly hooks: SerialHooks;
  private readonly buffer = new ReplayBuffer();
  private readonly keys = new SerialKeys();
  private readonly stopListening: (() => void) | undefined;
  private shown = false;
  private alternate = false;

  constructor(serial: TuiSerial, terminal: Terminal, hooks: SerialHooks) {
    this.serial = serial;
    this.label = serial.label;
    this.terminal = terminal;
    this.hooks = hooks;
    this.stopListening = serial.onData(bytes => this.output(bytes));
  }

  /** Shows the console: a reminder of the way back, then what the guest wrote meanwhile. */
  enter(): void {
    this.shown = true;
    this.terminal.setBracketedPaste(false);
    this.note([`-- ${this.label}: Ctrl-O returns to the monitor --`]);
    this.show(this.buffer.takeReplay());
  }

  /** Leaves the terminal as the monitor needs it, the cursor on a fresh line. */
  leave(): void {
    if (!this.shown) return;
    this.shown = false;
    this.terminal.write(`${this.alternate ? LEAVE_ALTERNATE : ''}${RESET}\r\n`);
    this.alternate = false;
    this.note([`-- monitor: Ctrl-O shows ${this.label} --`]);
    this.terminal.setBracketedPaste(true);
  }

  /** Input while the view is shown; returns what was typed after leaving it. */
  input(bytes: Uint8Array): Uint8Array {
    const { actions, rest } = this.keys.take(bytes);
    for (const action of actions) {
      if (action.kind === 'send') this.serial.write(action.bytes);
      else if (action.kind === 'help') this.note(['', ...SERIAL_HELP]);
      else this.hooks[action.kind]();
    }
    return rest;
  }

  /** Ends the view; where it was shown the terminal is left ready for others. */
  close(): void {
    this.leave();
    this.stopListening?.();
  }

  private output(bytes: Uint8Array): void {
    this.buffer.add(bytes, this.shown);
    if (this.shown) this.show(bytes);
    else this.hooks.unread();
  }

  private show(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    for (const match of Buffer.from(bytes).toString('latin1').matchAll(ALTERNATE)) {
      this.alternate = match[1] === 'h';
    }
    this.terminal.write(bytes);
  }

  private note(lines: readonly string[]): void {
    this.terminal.write(lines.map(line => `\x1b[2m${line}\x1b[22m\r\n`).join(''));
  }
}
