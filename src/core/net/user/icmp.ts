import { finishSum, sumWords } from '../checksum.ts';
import type { Ipv4Fragment } from './ipv4.ts';

/** Control messages (RFC 792). */
const HEADER = 8;
const ECHO_REPLY = 0;
const UNREACHABLE = 3;
const ECHO_REQUEST = 8;
/** Payload bytes of the packet in question that an error quotes. */
const QUOTED = 8;

/** Codes of "destination unreachable". */
export const UNREACHABLE_CODE = { net: 0, host: 1, port: 3 } as const;

export function isEchoRequest(message: Uint8Array): boolean {
  return message.length >= HEADER && message[0] === ECHO_REQUEST && finishSum(sumWords(message)) === 0;
}

/** Whether an error may be told about it: never about an error (RFC 1122, 3.2.2). */
export function mayBeQuoted(packet: Ipv4Fragment): boolean {
  const type = packet.payload[0];
  const isError = packet.protocol === 1 && type !== ECHO_REQUEST && type !== ECHO_REPLY;
  return packet.offset === 0 && !isError;
}

/** The answer to an echo request. */
export function echoReply(request: Uint8Array): Uint8Array {
  const reply = request.slice();
  reply[0] = ECHO_REPLY;
  return withChecksum(reply);
}

export function unreachable(packet: Ipv4Fragment, code: number): Uint8Array {
  const { header, payload } = packet;
  const quoted = payload.subarray(0, QUOTED);
  const message = new Uint8Array(HEADER + header.length + quoted.length);
  message[0] = UNREACHABLE;
  message[1] = code;
  message.set(header, HEADER);
  message.set(quoted, HEADER + header.length);
  return withChecksum(message);
}

function withChecksum(message: Uint8Array): Uint8Array {
  message[2] = 0;
  message[3] = 0;
  const sum = finishSum(sumWords(message));
  message[2] = sum >>> 8;
  message[3] = sum & 0xff;
  return message;
}
