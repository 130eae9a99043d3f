/** Numbers of the console device (virtio 1.2, 5.3). */
export const F_MULTIPORT = 1;
export const F_EMERG_WRITE = 2;

/** Control messages: port, event, value. */
export const MESSAGE_SIZE = 8;
export const EVENT = {
  deviceReady: 0,
  portAdd: 1,
  portRemove: 2,
  portReady: 3,
  consolePort: 4,
  portOpen: 6,
  portName: 7,
} as const;

export interface ControlMessage {
  readonly port: number;
  readonly event: number;
  readonly value: number;
}

/** Undefined when the bytes are too few. */
export function parseMessage(bytes: Uint8Array): ControlMessage | undefined {
  if (bytes.length < MESSAGE_SIZE) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { port: view.getUint32(0, true), event: view.getUint16(4, true), value: view.getUint16(6, true) };
}

/** @param text goes behind the message, ended by a zero byte */
export function formatMessage(message: ControlMessage, text?: string): Uint8Array {
  const tail = text === undefined ? new Uint8Array(0) : new TextEncoder().encode(`${text}\0`);
  const bytes = new Uint8Array(MESSAGE_SIZE + tail.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, message.port, true);
  view.setUint16(4, message.event, true);
  view.setUint16(6, message.value, true);
  bytes.set(tail, MESSAGE_SIZE);
  return bytes;
}

export const CONTROL_IN = 2;
export const CONTROL_OUT = 3;

/** Queue of the data that a port's guest receives; the one it sends on follows (5.3.2). */
export function inputQueue(port: number): number {
  return port === 0 ? 0 : 2 + 2 * port;
}

/** The port of a data queue. */
export function portOfQueue(queue: number): number {
  return queue < CONTROL_IN ? 0 : (queue >> 1) - 1;
}
