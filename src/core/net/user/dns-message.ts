/** Messages of the domain name system (RFC 1035, 4). */
const HEADER = 12;
const QR = 0x8000;
const OPCODE_AND_QR = 0xf800;
const RD = 0x0100;
const RA = 0x0080;
const LONGEST_NAME = 255;
/** Most bytes of a message without extensions (4.2.1). */
const LONGEST_MESSAGE = 512;
const TRUNCATED = 0x0200;
const TTL_SECONDS = 60;
const NAME_OF_QUESTION = 0xc000 | HEADER;

export const DNS_TYPE = { a: 1, ptr: 12, aaaa: 28 } as const;
export const DNS_CLASS_IN = 1;
export const RCODE = { none: 0, format: 1, server: 2, noName: 3, notImplemented: 4 } as const;

export interface DnsQuery {
  readonly id: number;
  readonly flags: number;
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** The question as it stands in the message. */
  readonly question: Uint8Array;
}

/** Null unless it is a standard query with one question. */
export function parseQuery(bytes: Uint8Array): DnsQuery | null {
  if (bytes.length < HEADER) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint16(2);
  if ((flags & OPCODE_AND_QR) !== 0 || view.getUint16(4) !== 1) return null;
  const labels: string[] = [];
  let at = HEADER;
  for (let length = bytes[at]; length !== 0; length = bytes[at]) {
    if (length === undefined || length > 63 || at + 1 + length - HEADER > LONGEST_NAME) return null;
    labels.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  if (at + 5 > bytes.length) return null;
  return {
    id: view.getUint16(0),
    flags,
    name: labels.join('.'),
    type: view.getUint16(at + 1),
    class: view.getUint16(at + 3),
    question: bytes.slice(HEADER, at + 5),
  };
}

/** A reply with the data of the answers, all of the type that was asked for; as many as fit. */
export function buildReply(query: DnsQuery, rcode: number, answers: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(LONGEST_MESSAGE);
  const view = new DataView(bytes.buffer);
  bytes.set(query.question, HEADER);
  let at = HEADER + query.question.length;
  let count = 0;
  for (const answer of answers) {
    if (at + 12 + answer.length > LONGEST_MESSAGE) break;
    view.setUint16(at, NAME_OF_QUESTION);
    view.setUint16(at + 2, query.type);
    view.setUint16(at + 4, query.class);
    view.setUint32(at + 6, TTL_SECONDS);
    view.setUint16(at + 10, answer.length);
    bytes.set(answer, at + 12);
    at += 12 + answer.length;
    count++;
  }
  const truncated = count === 0 && answers.length > 0 ? TRUNCATED : 0;
  view.setUint16(0, query.id);
  view.setUint16(2, QR | (query.flags & RD) | RA | truncated | rcode);
  view.setUint16(4, 1);
  view.setUint16(6, count);
  return bytes.slice(0, at);
}

/** A name as labels with their lengths; null if it cannot be written so. */
export function encodeName(name: string): Uint8Array | null {
  const labels = name.replace(/\.$/, '').split('.');
  const bytes = labels.flatMap(label => [label.length, ...new TextEncoder().encode(label)]);
  const sound = labels.every(label => /^[\x21-\x7e]{1,63}$/.test(label)) && bytes.length < LONGEST_NAME;
  return sound ? Uint8Array.from([...bytes, 0]) : null;
}

/** The address that a name under in-addr.arpa stands for, null if it is none (RFC 1035, 3.5). */
export function reverseName(name: string): string | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/i.exec(name);
  return match?.slice(1).every(part => Number(part) < 256) ? match.slice(1).reverse().join('.') : null;
}
