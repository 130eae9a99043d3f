import type { EventBus } from '../../events.ts';

/** What a SCSI unit sees of its machine. */
export interface ScsiEnvironment {
  readonly events: EventBus;
  /** Stops the machine in the run state `io-error`. */
  stopOnError?(): void;
}
