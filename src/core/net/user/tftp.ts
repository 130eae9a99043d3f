import type { FolderFile, HostFolder } from '../../../host/types.ts';
import type { UserNetContext } from './context.ts';
import { type Address, keyOf } from './endpoint.ts';
import { sendToGuest } from './udp-forward.ts';

/** The trivial file transfer protocol (RFC 1350) with options (RFC 2347 to 2349), for reading only. */
export const TFTP_PORT = 69;
const OP = { read: 1, write: 2, data: 3, acknowledge: 4, error: 5, options: 6 } as const;
const ERROR = {
  notFound: [1, 'File not found'],
  access: [2, 'Access violation'],
  illegal: [4, 'Unsupported transfer mode'],
} as const;
const DEFAULT_BLOCK = 512;
const LARGEST_BLOCK = 1428; // fits a frame of Ethernet
const SMALLEST_BLOCK = 8;
/** Transfers at a time; the oldest makes room. */
const MOST_TRANSFERS = 20;

interface Transfer {
  readonly file: FolderFile;
  readonly blockSize: number;
  /** Highest block that was sent. */
  block: number;
  last: boolean;
}

interface ReadRequest {
  readonly name: string;
  readonly mode: string;
  readonly options: ReadonlyMap<string, string>;
}

/** Serves the files of a folder of the host. What is outside of it cannot be reached. */
export class TftpServer {
  readonly #context: UserNetContext;
  readonly #folder: HostFolder;
  readonly #transfers = new Map<string, Transfer>();

  constructor(context: UserNetContext, folder: HostFolder) {
    this.#context = context;
    this.#folder = folder;
  }

  /** A datagram of the guest. */
  async handle(from: Address, data: Uint8Array): Promise<void> {
    if (data.length < 4) return;
    const operation = (data[0]! << 8) | data[1]!;
    try {
      await this.#carryOut(operation, from, data);
    } catch {
      await this.#end(keyOf(from)); // the host cannot read the file, or it is a folder
      this.#refuse(from, ERROR.access);
    }
  }

  async #carryOut(operation: number, from: Address, data: Uint8Array): Promise<void> {
    if (operation === OP.read) await this.#open(from, parseRequest(data.subarray(2)));
    else if (operation === OP.write) this.#refuse(from, ERROR.access);
    else if (operation === OP.acknowledge) await this.#acknowledged(from, (data[2]! << 8) | data[3]!);
    else if (operation === OP.error) await this.#end(keyOf(from));
  }

  async #open(from: Address, request: ReadRequest | null): Promise<void> {
    if (request === null) return;
    if (request.mode.toLowerCase() !== 'octet') return this.#refuse(from, ERROR.illegal);
    const path = request.name.split('/').filter(part => part !== '' && part !== '.');
    if (path.length === 0 || path.includes('..')) return this.#refuse(from, ERROR.access);
    const key = keyOf(from);
    await this.#end(key);
    const file = await this.#folder.open(path, { access: 'r' }).catch(() => null);
    if (!file) return this.#refuse(from, ERROR.notFound);
    const { options } = request;
    const wanted = Number(options.get('blksize'));
    const sized = wanted >= SMALLEST_BLOCK;
    const blockSize = sized ? Math.min(wanted, LARGEST_BLOCK) : DEFAULT_BLOCK;
    const transfer: Transfer = { file, blockSize, block: 0, last: false };
    await this.#makeRoom();
    this.#transfers.set(key, transfer);
    const answers: string[] = [];
    if (options.has('tsize')) answers.push('tsize', String((await file.status()).size));
    if (sized) answers.push('blksize', String(blockSize));
    if (answers.length === 0) await this.#sendBlock(from, transfer, 1);
    else
      this.#send(from, OP.options, new TextEncoder().encode(answers.map(answer => `${answer}\0`).join('')));
  }

  async #makeRoom(): Promise<void> {
    const oldest = this.#transfers.keys().next();
    if (this.#transfers.size >= MOST_TRANSFERS && !oldest.done) await this.#end(oldest.value);
  }

  async #acknowledged(from: Address, block: number): Promise<void> {
    const transfer = this.#transfers.get(keyOf(from));
    if (!transfer) return;
    // numbers of blocks wrap around in large files
    const behind = (transfer.block - block) & 0xffff;
    if (behind > 1) return;
    if (behind === 0 && transfer.last) await this.#end(keyOf(from));
    else await this.#sendBlock(from, transfer, behind === 0 ? transfer.block + 1 : transfer.block);
  }

  async #sendBlock(from: Address, transfer: Transfer, block: number): Promise<void> {
    if (block === 0) return;
    transfer.block = block;
    const { file, blockSize } = transfer;
    const data = await file.read((block - 1) * blockSize, blockSize);
    transfer.last = data.length < blockSize;
    const message = new Uint8Array(2 + data.length);
    new DataView(message.buffer).setUint16(0, block & 0xffff);
    message.set(data, 2);
    this.#send(from, OP.data, message);
  }

  #refuse(to: Address, [code, text]: readonly [number, string]): void {
    this.#send(to, OP.error, Uint8Array.of(0, code, ...new TextEncoder().encode(text), 0));
  }

  #send(to: Address, operation: number, rest: Uint8Array): void {
    const message = new Uint8Array(2 + rest.length);
    message[1] = operation;
    message.set(rest, 2);
    sendToGuest(this.#context, { address: this.#context.config.host, port: TFTP_PORT }, to, message);
  }

  async #end(key: string): Promise<void> {
    const transfer = this.#transfers.get(key);
    this.#transfers.delete(key);
    await transfer?.file.close().catch(() => {});
  }

  close(): void {
    for (const key of [...this.#transfers.keys()]) void this.#end(key);
    void this.#folder.close().catch(() => {});
  }
}

/** Null unless it is a name, a mode, and options with values, each ended by a zero byte. */
function parseRequest(bytes: Uint8Array): ReadRequest | null {
  const fields = new TextDecoder('latin1').decode(bytes).split('\0');
  const [name, mode, ...rest] = fields;
  if (fields.pop() !== '' || name === undefined || mode === undefined) return null;
  const options = new Map<string, string>();
  for (let at = 0; at + 1 < rest.length; at += 2) options.set(rest[at]!.toLowerCase(), rest[at + 1]!);
  return { name, mode, options };
}
