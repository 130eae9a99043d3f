import type { Host } from '../../../host/types.ts';
import type { VirtualClock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { AddressSpace } from '../../memory/address-space.ts';

/** Told what virtio devices do, for logs. */
export interface VirtioObserver {
  statusSet(device: object, status: number): void;
  queueNotified(device: object, index: number, queue: object): void;
  /** The driver is told that a queue has news. */
  interrupted(device: object, queue: object): void;
}

/** What a virtio device sees of its machine. */
export interface VirtioEnvironment {
  readonly memory: AddressSpace;
  readonly events: EventBus;
  readonly clock: VirtualClock;
  readonly host: Host;
  /** Null or absent: nobody wants to know. */
  observer?: VirtioObserver | null;
  vmRunning(): boolean;
  /** Stops the machine in the run state `io-error`. */
  stopOnError?(): void;
  /** A line for whoever runs the machine: what a guest or a back end did wrong. */
  warn?(message: string): void;
}
