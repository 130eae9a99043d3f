import { QmpError } from '../../qapi/errors.ts';
import type { Commands, DumpQueryResult } from '../../qapi/generated/types.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import { physicalPieces } from '../memory/save.ts';
import {
  type DumpFilter,
  type DumpRange,
  dumpRanges,
  dumpTotal,
  elfCore,
  type HartRegisters,
} from './elf-core.ts';

type Request = Commands['dump-guest-memory']['args'];

export interface DumpParts {
  readonly memory: AddressSpace;
  readonly harts: readonly HartRegisters[];
  /** Stops the guest if it runs; the function that is returned lets it go on. */
  hold(): () => void;
  saveFile(path: string, chunks: Iterable<Uint8Array>): Promise<void>;
  completed(result: DumpQueryResult, error?: string): void;
}

const FILE = 'file:';
const DESCRIPTOR = 'fd:';

/** Core dumps of the guest, one at a time. */
export class GuestDump {
  readonly #parts: DumpParts;
  #status: DumpQueryResult = { status: 'none', completed: 0n, total: 0n };

  constructor(parts: DumpParts) {
    this.#parts = parts;
  }

  get status(): DumpQueryResult {
    return this.#status;
  }

  /** Writes a dump, and answers when it is written unless it is to be detached. @throws QmpError */
  async start(request: Request): Promise<void> {
    const filter = checkFilter(request);
    checkFormat(request, filter);
    const path = filePath(request.protocol);
    if (this.#status.status === 'active') throw new QmpError('There is a dump in process, please wait.');
    if (filter?.length === 0n) throw new QmpError("Invalid parameter 'length'");
    const ranges = dumpRanges(this.#parts.memory.flatView, filter);
    if (ranges.length === 0) throw new QmpError('dump: no guest memory to dump');
    const written = this.#write(path, ranges);
    if (request.detach !== true) await written;
    else written.catch(() => {}); // the event and query-dump tell
  }

  async #write(path: string, ranges: readonly DumpRange[]): Promise<void> {
    const { memory, harts, hold, saveFile, completed } = this.#parts;
    const total = dumpTotal(ranges);
    this.#status = { status: 'active', completed: 0n, total };
    const release = hold();
    let failure: string | undefined;
    try {
      await saveFile(
        path,
        elfCore(harts, ranges, range => this.#counted(physicalPieces(memory, range.start, range.size))),
      );
    } catch (error) {
      failure = (error as Error).message;
    }
    const status = failure === undefined ? 'completed' : 'failed';
    this.#status = { ...this.#status, status };
    release();
    completed(this.#status, failure);
    if (failure !== undefined) throw new QmpError(failure);
  }

  *#counted(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
    for (const piece of pieces) {
      yield piece;
      this.#status = { ...this.#status, completed: this.#status.completed + BigInt(piece.length) };
    }
  }
}

function checkFilter({ begin, length }: Request): DumpFilter | null {
  if (begin !== undefined && length === undefined) throw new QmpError("Parameter 'length' is missing");
  if (begin === undefined && length !== undefined) throw new QmpError("Parameter 'begin' is missing");
  return begin === undefined || length === undefined ? null : { begin, length };
}

/** Makedumpfile's forms want what only x86, arm and s390 guests have told QEMU about: here there is ELF. */
function checkFormat({ format = 'elf', paging }: Request, filter: DumpFilter | null): void {
  if (format === 'elf') return;
  if (format === 'win-dmp') throw new QmpError('Windows dump is only available for x86-64');
  if (paging || filter) throw new QmpError("kdump-compressed format doesn't support paging or filter");
  throw new QmpError(`${format.replace('-raw', '')} is not available now`);
}

function filePath(protocol: string): string {
  if (protocol.startsWith(FILE)) return protocol.slice(FILE.length);
  if (!protocol.startsWith(DESCRIPTOR)) throw new QmpError("Invalid parameter 'protocol'");
  const name = protocol.slice(DESCRIPTOR.length);
  throw new QmpError(`File descriptor named '${name}' has not been found`);
}
