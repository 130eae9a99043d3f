import type { ConnectionChange } from '../qmp/attached-client.ts';
import { CommandRunner } from './command-runner.ts';
import { Completer } from './completer.ts';
import { eventLine } from './event-line.ts';
import { realDelay, TimedDecoder } from './keys/timed-decoder.ts';
import { MonitorView } from './monitor-view.ts';
import type { Outbox } from './outbox.ts';
import { PromptKeys } from './prompt-keys.ts';
import type { Screen } from './screen.ts';
import { SerialView } from './serial/serial-view.ts';
import { handleSignals, suspendGroup } from './signals.ts';
import { StatusPoller } from './status-poller.ts';
import type { Store } from './store.ts';
import type { Terminal } from './terminal.ts';
import type { RunResult, TuiDeps } from './types.ts';

/** Exit code when the machine or the connection to it is lost. */
export const EXIT_LOST = 3;
/** Exit code when the terminal went away: 128 + SIGHUP. */
const EXIT_HANGUP = 129;

/** The two views on one terminal, and everything that happens to them until the monitor ends. */
export class TerminalUi {
  private readonly deps: TuiDeps;
  private readonly store: Store;
  private readonly outbox: Outbox;
  private readonly terminal: Terminal;
  private readonly screen: Screen;
  private readonly runner: CommandRunner;
  private readonly keys: PromptKeys;
  private readonly view: MonitorView;
  private readonly decoder: TimedDecoder;
  private readonly poller: StatusPoller;
  private readonly serial: SerialView | null;
  private inSerial = false;
  private ended = false;
  private end: (exitCode: number) => void = () => {};

  constructor(deps: TuiDeps, store: Store, outbox: Outbox, terminal: Terminal, screen: Screen) {
    this.deps = deps;
    this.store = store;
    this.outbox = outbox;
    this.terminal = terminal;
    this.screen = screen;
    const { session, qmp } = deps;
    this.view = new MonitorView({
      session,
      store,
      outbox,
      screen,
      runner: () => this.runner,
      keys: () => this.keys,
      endOfInput: deps.endOfInput,
    });
    this.runner = this.makeRunner();
    this.keys = this.makeKeys();
    this.decoder = new TimedDecoder(key => this.keys.key(key));
    this.poller = new StatusPoller({
      qmp,
      delay: realDelay,
      now: () => performance.now(),
      currentCpu: () => session.currentCpu ?? 0,
      changed: status => store.updateStatus(status),
    });
    this.serial = this.makeSerial();
  }

  /** Runs until the monitor ends; resolves with the exit code, the terminal given back. */
  async run(): Promise<number> {
    const finished = new Promise<number>(resolve => {
      this.end = resolve;
    });
    const stopParts = this.connect();
    this.terminal.take();
    this.terminal.write(`hmp ${this.deps.version} monitor - type 'help' for more information\n`);
    this.screen.mount();
    void this.poller.refresh();
    const exitCode = await finished;
    for (const stop of stopParts) stop();
    this.decoder.close();
    this.poller.stop();
    this.serial?.close();
    this.outbox.flush();
    this.screen.unmount();
    this.terminal.release();
    return exitCode;
  }

  private connect(): (() => void)[] {
    const { qmp } = this.deps;
    this.deps.onLog?.(text => this.view.notice(text.trimEnd()));
    return [
      qmp.onEvent(event => {
        this.view.notice(eventLine(event));
        void this.poller.refresh();
      }),
      qmp.onClose(error => this.closed(error)),
      this.deps.onConnection?.(change => this.connection(change)) ?? (() => {}),
      this.terminal.listen({
        data: bytes => this.input(bytes),
        resize: () => this.screen.resized(),
        lost: () => this.finish(EXIT_HANGUP),
      }),
      handleSignals({
        interrupt: () => this.view.interrupt(),
        terminate: exitCode => this.finish(exitCode),
        continued: () => this.resume(),
      }),
    ];
  }

  private makeRunner(): CommandRunner {
    return new CommandRunner(this.deps.session, {
      started: line => this.view.started(line),
      output: text => this.view.output(text),
      finished: result => this.result(result),
      failed: error => this.failed(error),
      activity: activity => this.store.updateStatus({ activity: activity ?? undefined }),
    });
  }

  private makeKeys(): PromptKeys {
    return new PromptKeys(this.store, new Completer(this.deps.session, this.store, realDelay), {
      submit: line => this.view.submit(line),
      interrupt: () => this.view.interrupt(),
      endOfInput: () => this.view.endOfInput(),
      clearScreen: () => this.view.clearScreen(),
      suspend: () => this.suspend(),
      switchView: () => this.enterSerial(),
    });
  }

  private makeSerial(): SerialView | null {
    const { serial } = this.deps;
    if (!serial) return null;
    const { label } = serial;
    this.store.updateStatus({ serial: { label, unread: false } });
    return new SerialView(serial, this.terminal, {
      leave: () => this.leaveSerial(),
      quit: () => {
        this.leaveSerial();
        this.view.submit('quit');
      },
      unread: () => this.store.updateStatus({ serial: { label, unread: true } }),
    });
  }

  /** Each byte belongs to the view that is shown when its turn comes. */
  private input(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && !this.ended) {
      rest =
        this.inSerial && this.serial
          ? this.serial.input(rest)
          : this.decoder.push(rest, () => this.inSerial || this.ended);
    }
  }

  private enterSerial(): void {
    if (!this.serial) {
      this.view.notice('this machine has no serial console');
      return;
    }
    this.outbox.flush();
    this.screen.unmount();
    this.inSerial = true;
    this.serial.enter();
    this.store.updateStatus({ serial: { label: this.serial.label, unread: false } });
  }

  private leaveSerial(): void {
    if (!this.inSerial) return;
    this.inSerial = false;
    this.serial?.leave();
    this.screen.mount();
  }

  private result(result: RunResult): void {
    if (this.ended) return;
    this.view.result(result);
    if (result.quit) this.finish(this.deps.session.exitCode ?? 0);
    else void this.poller.refresh();
  }

  private failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    // A lost connection fails the command too: it is told once, by closed().
    setImmediate(() => {
      if (!this.ended) this.view.error(`Error: ${message}`);
    });
  }

  private closed(error: Error | null): void {
    if (this.ended) return;
    this.leaveSerial();
    if (error) this.view.error(`hmp: connection to the machine lost: ${error.message}`);
    const farewell = error ? null : this.deps.farewell?.();
    if (farewell) this.view.notice(farewell);
    this.finish(error ? EXIT_LOST : (this.deps.session.exitCode ?? 0));
  }

  private connection(change: ConnectionChange): void {
    this.store.updateStatus({ reconnecting: change.kind === 'lost' });
    if (change.kind === 'lost') this.view.error(`hmp: ${change.reason}; connecting again`);
    else this.view.notice('connected again');
    void this.poller.refresh();
  }

  private suspend(): void {
    this.outbox.flush();
    this.screen.unmount();
    this.terminal.release();
    suspendGroup(() => this.resume());
  }

  /** The process runs again after a stop, its own or one from outside. */
  private resume(): void {
    if (this.ended) return;
    this.terminal.take();
    if (this.inSerial) {
      this.terminal.setBracketedPaste(false);
      return;
    }
    this.screen.resized();
    this.screen.mount();
  }

  private finish(exitCode: number): void {
    if (this.ended) return;
    this.ended = true;
    this.end(exitCode);
  }
}
