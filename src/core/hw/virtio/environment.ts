import type { Host } from '../../../host/types.ts';
import type { VirtualClock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { InFlight } from '../../in-flight.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import type { Tracer } from '../../trace.ts';

/** What a virtio device sees of its machine. */
export interface VirtioEnvironment {
  readonly memory: AddressSpace;
  readonly events: EventBus;
  readonly clock: VirtualClock;
  readonly host: Host;
  readonly trace: Tracer;
  vmRunning(): boolean;
  /** Requests that back ends work on; a machine that stops waits for them. */
  readonly inFlight: InFlight;
  /** Stops the machine in the run state `io-error`. */
  stopOnError?(): void;
  /** A line for whoever runs the machine: what a guest or a back end did wrong. */
  warn?(message: string): void;
}
