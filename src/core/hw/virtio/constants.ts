/** Numbers of virtio 1.2 that several files share (sections 2.1, 2.7, 4.2.2 and 6). */

/** Device status bits (2.1). */
export const STATUS_DRIVER_OK = 4;
export const STATUS_FEATURES_OK = 8;
export const STATUS_NEEDS_RESET = 64;

/** Transport feature bits (6; the first two are legacy, 6.3). */
export const F_NOTIFY_ON_EMPTY = 24;
export const F_ANY_LAYOUT = 27;
export const F_INDIRECT_DESC = 28;
export const F_EVENT_IDX = 29;
export const F_BAD_FEATURE = 30;
export const F_VERSION_1 = 32;
export const F_ACCESS_PLATFORM = 33;
export const F_RING_PACKED = 34;
export const F_IN_ORDER = 35;
export const F_RING_RESET = 40;

/** Interrupt status bits (4.2.2). */
export const ISR_QUEUE = 1;
export const ISR_CONFIG = 2;

/** Most descriptors a queue or a chain may have. */
export const QUEUE_MAX_SIZE = 1024;
/** Most queues a device may have. */
export const QUEUE_MAX_COUNT = 1024;
/** Alignment of the used ring in the legacy layout until the driver chooses another. */
export const DEFAULT_ALIGN = 4096;

export function bit(number: number): bigint {
  return 1n << BigInt(number);
}

export function hasBit(features: bigint, number: number): boolean {
  return ((features >> BigInt(number)) & 1n) === 1n;
}
