import type { ConnectionChange } from '../qmp/attached-client.ts';
import type { QmpClient } from '../qmp/client.ts';

/** What one command line came to. */
export interface RunResult {
  /** output, printed as it is */
  text: string;
  ok: boolean;
  /** the command asks for a cleared screen */
  clear?: boolean;
  /** the command ends the monitor */
  quit?: boolean;
}

/** One completion: the text that replaces the word, and what it is. */
export interface TuiCandidate {
  text: string;
  help?: string;
}

/** Answer to a completion: candidates replace `line.slice(start, cursor)`. */
export interface TuiCompletion {
  /** index of the completed word in the line, UTF-16 units */
  start: number;
  candidates: readonly TuiCandidate[];
  /** the parameters still to come, shown after the cursor */
  hint?: string;
}

/** The monitor engine as the terminal sees it. */
export interface TuiSession {
  /** Runs one line; long output goes to `output` piece by piece. Rejects only when aborted or when the connection is gone. */
  run(line: string, signal: AbortSignal, output: (text: string) => Promise<void>): Promise<RunResult>;
  complete(line: string, cursor: number): Promise<TuiCompletion>;
  /** lines of earlier runs and of this one, oldest first */
  readonly history: readonly string[];
  addHistory(line: string): void;
  /** index of the monitor's current CPU */
  readonly currentCpu?: number;
  /** exit code after `quit`, 0 when absent */
  readonly exitCode?: number;
}

/** The guest's serial port. */
export interface TuiSerial {
  /** name of the character device, for example `serial0` */
  readonly label: string;
  /** Listens to what the guest sends; the returned function, if any, ends it. */
  onData(listener: (bytes: Uint8Array) => void): (() => void) | undefined;
  /** Sends bytes to the guest. */
  write(bytes: Uint8Array): void;
}

export interface TuiDeps {
  session: TuiSession;
  qmp: QmpClient;
  /** absent: the machine has no serial console to show */
  serial?: TuiSerial;
  /** Listens to what the machine logs, if it does. */
  onLog?(listener: (text: string) => void): void;
  /** The command that Ctrl-D on an empty line runs; absent: it only says how to leave. */
  endOfInput?: string;
  /** Listens to losses of a connection that is made again, and to new ones; the returned function ends it. */
  onConnection?(listener: (change: ConnectionChange) => void): () => void;
  /** What is said when the machine has ended by itself; null: nothing. */
  farewell?(): string | null;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  /** name of the virtual machine */
  name?: string;
  version: string;
}
