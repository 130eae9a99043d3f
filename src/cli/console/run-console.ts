import type { Readable, Writable } from 'node:stream';
import type { MachineHandle } from '../../host/machine-handle.ts';
import type { Session } from '../../monitor/index.ts';
import { exitStatus } from '../process/exit-status.ts';
import { onEndingSignal, signalStatus } from '../process/signals.ts';
import type { ConsolePlan } from './console-options.ts';
import { type MuxCommand, MuxKeys, muxHelp } from './mux-keys.ts';
import { PlainMonitor } from './plain-monitor.ts';
import { holdTerminal } from './raw-terminal.ts';
import { Timestamps } from './timestamps.ts';

const CONTROL_C = 3;

export interface ConsoleStreams {
  readonly stdin: Readable & Partial<Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode'>>;
  readonly stdout: Writable;
}

/**
 * The serial port and the monitor on the program's own input and output, without an interface around them, until the
 * machine is gone or somebody ends it. Resolves with the exit code: of the guest, or 128 plus the signal's number.
 */
export async function runConsole(
  session: Session,
  machine: MachineHandle,
  plan: ConsolePlan,
  options: ConsoleStreams & { readonly json: boolean },
): Promise<number> {
  return new Console(session, machine, plan, options).run();
}

class Console {
  readonly #machine: MachineHandle;
  readonly #plan: ConsolePlan;
  readonly #streams: ConsoleStreams;
  readonly #stamps = new Timestamps(() => performance.now());
  readonly #keys: MuxKeys;
  readonly #monitor: PlainMonitor | null;
  #focus: 'serial' | 'monitor';
  #signalled: number | null = null;

  constructor(
    session: Session,
    machine: MachineHandle,
    plan: ConsolePlan,
    { json, ...streams }: ConsoleStreams & { readonly json: boolean },
  ) {
    this.#machine = machine;
    this.#plan = plan;
    this.#streams = streams;
    this.#focus = plan.serial === null ? 'monitor' : 'serial';
    this.#keys = new MuxKeys(plan.escape, {
      data: bytes => this.#pass(bytes),
      command: command => this.#command(command),
    });
    this.#monitor = plan.monitor
      ? new PlainMonitor(session, {
          editing: streams.stdin.isTTY === true,
          json,
          write: text => this.#print(text),
          ended: () => this.#end(),
        })
      : null;
  }

  async run(): Promise<number> {
    const { stdin } = this.#streams;
    const release = holdTerminal(stdin);
    const stopListening = this.#listen();
    if (this.#focus === 'monitor') this.#monitor?.enter();
    const end = await this.#machine.ended;
    stopListening();
    release();
    stdin.destroy();
    const status = exitStatus(end);
    return this.#signalled ?? status;
  }

  #listen(): () => void {
    const { stdin } = this.#streams;
    const shared = this.#plan.serial !== null && this.#plan.monitor;
    const stopSerial = this.#machine.onStream((label, bytes) => {
      if (label === this.#plan.serial) this.#write(bytes);
    });
    stdin.on('data', (bytes: Buffer) => (shared ? this.#keys.feed(bytes) : this.#pass(bytes)));
    stdin.on('end', () => this.#inputEnded());
    stdin.on('error', () => this.#end());
    const stopSignals = onEndingSignal(signal => this.#end(signalStatus(signal)));
    return () => {
      stopSerial();
      stopSignals();
    };
  }

  /** Bytes for whoever has the focus. Where no monitor can end the program Ctrl-C does, as a signal would. */
  #pass(bytes: Uint8Array): void {
    const { serial, monitor } = this.#plan;
    if (!monitor && this.#streams.stdin.isTTY && bytes.includes(CONTROL_C)) {
      this.#end(signalStatus('SIGINT'));
    } else if (this.#focus === 'monitor') {
      this.#monitor?.feed(bytes);
    } else if (serial !== null) {
      this.#machine.writeStream(serial, bytes);
    }
  }

  /** A pipe ran dry: the guest goes on; a terminal that is gone takes the program along. */
  #inputEnded(): void {
    if (this.#streams.stdin.isTTY) this.#end(signalStatus('SIGHUP'));
    else if (this.#focus === 'monitor') this.#monitor?.endInput();
  }

  #command(command: MuxCommand): void {
    switch (command) {
      case 'help':
        this.#print(muxHelp(this.#plan.escape));
        break;
      case 'exit':
        this.#print('hmp: Terminated\r\n');
        this.#end();
        break;
      case 'save':
        this.#print('\r\nno disk keeps its changes apart: there is nothing to write back\r\n');
        break;
      case 'timestamps':
        this.#stamps.toggle();
        break;
      case 'break':
        if (this.#focus === 'serial') this.#machine.sendBreak(this.#plan.serial!);
        break;
      case 'switch':
        this.#focus = this.#focus === 'serial' ? 'monitor' : 'serial';
        if (this.#focus === 'monitor') this.#monitor?.enter();
    }
  }

  #print(text: string): void {
    this.#write(Buffer.from(text));
  }

  #write(bytes: Uint8Array): void {
    this.#streams.stdout.write(this.#stamps.apply(bytes));
  }

  #end(exitCode?: number): void {
    this.#signalled ??= exitCode ?? null;
    this.#machine.qmp.execute('quit').catch(() => {}); // it may be gone already
  }
}
