import type { MachineConfig } from '../core/config.ts';
import type { ShutdownCause } from '../qapi/generated/types.ts';
import type { PortLike } from '../qmp/port-messages.ts';

/** What the machine's worker is started with. */
export interface WorkerStart {
  readonly config: MachineConfig;
  /** QMP goes over this port. */
  readonly qmpPort: import('node:worker_threads').MessagePort;
}

/** From the machine. */
export type FromMachine =
  | { readonly kind: 'ready' }
  /** The command line cannot be honoured; the machine was not built. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Output of a console pane. */
  | { readonly kind: 'stream'; readonly label: string; readonly bytes: Uint8Array }
  /** Log text for the error output. */
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'ended'; readonly cause: ShutdownCause; readonly status: number };

/** To the machine: input for a console pane, or a break on its line. */
export type ToMachine =
  | { readonly kind: 'stream'; readonly label: string; readonly bytes: Uint8Array }
  | { readonly kind: 'break'; readonly label: string };

/** What the machine's side has of whoever started it. */
export interface MachineParent {
  /** QMP goes over this port. */
  readonly qmpPort: PortLike;
  post(message: FromMachine): void;
  onMessage(listener: (message: ToMachine) => void): void;
  /** Nothing more will be said. */
  close(): void;
}
