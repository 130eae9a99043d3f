import { fromBase64, toBase64 } from '../base64.ts';
import type { Board } from '../board/board.ts';
import { GuestMemory } from './guest-memory.ts';
import type { Interrupts } from './interrupts.ts';
import { readS64, readU64, readUpTo } from './numbers.ts';
import { Refusal } from './refusal.ts';

/** Takes the words behind the command; returns what follows OK. @throws Refusal */
export type Command = (words: readonly string[]) => string | number | bigint | undefined;

const SIZES = { b: 1, w: 2, l: 4, q: 8 } as const;
const LAST_PORT = 0xffff;
/** Bytes that one command may move: each is two characters of a line. */
const MOST_BYTES = 2 ** 27;
const LATEST = Number.MAX_SAFE_INTEGER;

const hex = (value: bigint, digits: number) => `0x${value.toString(16).padStart(digits, '0')}`;

/** What a client may do with a machine; the clock is its own only if nobody executes the guest. */
export function qtestCommands(
  board: Board,
  interrupts: Interrupts,
  hasClock: boolean,
): ReadonlyMap<string, Command> {
  return new Map<string, Command>([
    ...interruptCommands(interrupts),
    ...portCommands(board),
    ...registerCommands(new GuestMemory(board.memory)),
    ...memoryCommands(new GuestMemory(board.memory)),
    ...(hasClock ? clockCommands(board) : []),
    ['csr', words => accessCsr(board, words)],
    ['endianness', () => 'little'],
    [
      'module_load',
      () => {
        throw new Refusal(''); // nothing is in modules
      },
    ],
  ]);
}

type Rows = readonly (readonly [string, Command])[];

function interruptCommands(interrupts: Interrupts): Rows {
  return [
    ['irq_intercept_in', ([path, name]) => interrupts.intercept(path, 'in', name)],
    ['irq_intercept_out', ([path, name]) => interrupts.intercept(path, 'out', name)],
    ['set_irq_in', words => interrupts.drive(words)],
  ] as Rows;
}

/** Ports, where nothing is: reads give ones. */
function portCommands({ io }: Board): Rows {
  return (['b', 'w', 'l'] as const).flatMap(letter => {
    const size = SIZES[letter];
    const read: Command = ([port]) => {
      const found = io.load(readUpTo(port, LAST_PORT), size);
      return hex(found ? BigInt(io.readLow) : 2n ** BigInt(8 * size) - 1n, 4);
    };
    const write: Command = ([port, value]) => {
      io.store(readUpTo(port, LAST_PORT), size, Number(BigInt.asUintN(32, readU64(value))), 0);
      return undefined;
    };
    return [[`in${letter}`, read] as const, [`out${letter}`, write] as const];
  });
}

/** One value at a time: `readl ADDRESS`, `writel ADDRESS VALUE`. */
function registerCommands(memory: GuestMemory): Rows {
  return (['b', 'w', 'l', 'q'] as const).flatMap(letter => {
    const size = SIZES[letter];
    const read: Command = ([address]) => {
      const bytes = new Uint8Array(8);
      bytes.set(memory.read(readU64(address), size));
      return hex(new DataView(bytes.buffer).getBigUint64(0, true), 16);
    };
    const write: Command = ([address, value]) => {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, readU64(value), true);
      memory.write(readU64(address), bytes.subarray(0, size));
      return undefined;
    };
    return [[`read${letter}`, read] as const, [`write${letter}`, write] as const];
  });
}

function memoryCommands(memory: GuestMemory): Rows {
  const read = ([address, length]: readonly string[]) => memory.read(readU64(address), readLength(length));
  return [
    [
      'read',
      words => {
        const bytes = read(words);
        if (bytes.length === 0) throw new Refusal('Nothing to read');
        return `0x${toHex(bytes)}`;
      },
    ],
    ['b64read', words => toBase64(read(words))],
    ['write', ([address, length, data]) => put(memory, address, fromHex(readLength(length), data))],
    ['b64write', ([address, length, data]) => put(memory, address, fromText(readLength(length), data))],
    [
      'memset',
      ([address, length, value]) => {
        const bytes = new Uint8Array(readLength(length)).fill(Number(readU64(value) & 0xffn));
        return put(memory, address, bytes);
      },
    ],
  ];
}

function put(memory: GuestMemory, address: string | undefined, bytes: Uint8Array): undefined {
  memory.write(readU64(address), bytes);
}

function readLength(word: string | undefined): number {
  return readUpTo(word, MOST_BYTES);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

/** Bytes of `0x...`; those that are missing at the end are 0. @throws Refusal */
function fromHex(length: number, data: string | undefined): Uint8Array {
  const digits = dataOf(data).slice(2);
  const used = digits.slice(0, 2 * length);
  if (!data?.startsWith('0x') || /[^0-9a-f]/i.test(used)) throw new Refusal('Invalid data');
  const bytes = new Uint8Array(length);
  for (let at = 0; 2 * at + 1 < used.length; at++) {
    bytes[at] = Number.parseInt(used.slice(2 * at, 2 * at + 2), 16);
  }
  return bytes;
}

/** Bytes of base64; what there is too much or too little of is cut, or 0. @throws Refusal */
function fromText(length: number, data: string | undefined): Uint8Array {
  const decoded = fromBase64(dataOf(data));
  if (!decoded) throw new Refusal('Invalid data');
  const bytes = new Uint8Array(length);
  bytes.set(decoded.subarray(0, length));
  return bytes;
}

function dataOf(data: string | undefined): string {
  if (data === undefined) throw new Refusal('Missing argument');
  if (data.length < 3) throw new Refusal('Invalid argument size');
  return data;
}

/** The client's clock; all answer with the time afterwards, in nanoseconds. */
function clockCommands({ clock }: Board): Rows {
  const warp = (time: number) => {
    clock.warpTo(Math.min(time, LATEST));
    return BigInt(Math.round(clock.now()));
  };
  const toNext = () => (clock.running && clock.nextDeadline < LATEST ? clock.nextDeadline : clock.now());
  return [
    ['clock_step', ([ns]) => warp(ns === undefined ? toNext() : clock.now() + Number(readS64(ns)))],
    ['clock_set', ([ns]) => warp(Number(readS64(ns)))],
  ];
}

/** `csr get_csr HART NUMBER VALUE`, `csr set_csr ...`, as an instruction in M mode. @throws Refusal */
function accessCsr({ engine }: Board, [operation, id, number, value]: readonly string[]): string {
  const hart = engine.harts[readUpTo(id, LATEST)];
  if (!hart) throw new Refusal(`Unknown hart '${id}'`);
  const isWrite = operation === 'set_csr';
  const name = hart.csrOf(readUpTo(number, LATEST), isWrite);
  const given = readU64(value);
  if (!isWrite && operation !== 'get_csr') throw new Refusal(`Unknown operation '${operation}'`);
  if (name === undefined) throw new Refusal(`Illegal csr '${number}'`);
  if (isWrite) hart.setCsr(name, given);
  return `0 ${(isWrite ? given : hart.csr(name)).toString(16).padStart(16, '0')}`;
}
