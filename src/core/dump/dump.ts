import { QmpError } from '../../qapi/errors.ts';
import type { Commands, DumpGuestMemoryFormat, DumpQueryResult } from '../../qapi/generated/types.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import { DumpWriting } from './dump-writing.ts';
import { type DumpPiece, type DumpRange, dumpRanges, type HartRegisters } from './elf-core.ts';

type Request = Commands['dump-guest-memory']['args'];

export interface DumpParts {
  readonly memory: AddressSpace;
  readonly harts: readonly HartRegisters[];
  /** Stops the guest if it runs; the function that is returned lets it go on. */
  hold(): () => void;
  saveFile(path: string, chunks: AsyncIterable<DumpPiece>): Promise<void>;
  deflate(bytes: Uint8Array): Promise<Uint8Array>;
  completed(result: DumpQueryResult, error?: string): void;
}

/** The formats that can be written. */
export const DUMP_FORMATS: readonly DumpGuestMemoryFormat[] = ['elf', 'kdump-zlib', 'kdump-raw-zlib'];

const FILE = 'file:';
const DESCRIPTOR = 'fd:';

/** Core dumps of the guest, one at a time. */
export class GuestDump {
  readonly #parts: DumpParts;
  #status: DumpQueryResult = { status: 'none', completed: 0n, total: 0n };
  #busy = false;

  constructor(parts: DumpParts) {
    this.#parts = parts;
  }

  get status(): DumpQueryResult {
    return this.#status;
  }

  /** Writes a dump, and answers when it is written, or begun if it is to be detached. @throws QmpError */
  async start(request: Request): Promise<void> {
    if (this.#busy) throw new QmpError('There is a dump in process, please wait.');
    checkRequest(request);
    const path = filePath(request.protocol);
    const ranges = this.#rangesOf(request);
    this.#busy = true;
    const writing = new DumpWriting(this.#parts, path, request.format ?? 'elf', ranges);
    writing.onProgress = status => {
      this.#status = status;
    };
    const written = writing.run().finally(() => {
      this.#busy = false;
    });
    await Promise.race([written, writing.begun]);
    if (request.detach !== true) await written;
    else written.catch(() => {}); // the event and query-dump tell
  }

  #rangesOf({ begin, length }: Request): DumpRange[] {
    const filter = begin === undefined || length === undefined ? null : { begin, length };
    const refuse = (reason: string): never => {
      this.#status = { status: 'failed', completed: 0n, total: 0n };
      throw new QmpError(reason);
    };
    if (length === 0n) refuse("parameter 'length' expects a non-zero size");
    const ranges = dumpRanges(this.#parts.memory.flatView, filter);
    return ranges.length > 0 ? ranges : refuse('dump: no guest memory to dump');
  }
}

function checkRequest({ format = 'elf', paging, begin, length }: Request): void {
  const filtered = paging || begin !== undefined || length !== undefined;
  if (format !== 'elf' && filtered) {
    throw new QmpError("kdump-compressed format doesn't support paging or filter");
  }
  if (begin !== undefined && length === undefined) throw new QmpError("Parameter 'length' is missing");
  if (begin === undefined && length !== undefined) throw new QmpError("Parameter 'begin' is missing");
  if (format === 'win-dmp') throw new QmpError('Windows dump is only available for x86-64');
  if (!DUMP_FORMATS.includes(format))
    throw new QmpError(`${format.replace('-raw', '')} is not available now`);
}

function filePath(protocol: string): string {
  if (protocol.startsWith(FILE)) return protocol.slice(FILE.length);
  if (!protocol.startsWith(DESCRIPTOR)) {
    throw new QmpError("parameter 'protocol' must start with 'file:' or 'fd:'");
  }
  const name = protocol.slice(DESCRIPTOR.length);
  throw new QmpError(`File descriptor named '${name}' has not been found`);
}
