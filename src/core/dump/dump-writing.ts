import { QmpError } from '../../qapi/errors.ts';
import type { DumpGuestMemoryFormat, DumpQueryResult } from '../../qapi/generated/types.ts';
import { physicalPieces } from '../memory/save.ts';
import type { DumpParts } from './dump.ts';
import { type DumpPart, type DumpPiece, type DumpRange, dumpTotal, elfCore } from './elf-core.ts';
import { flattened } from './flattened.ts';
import { kdump } from './kdump.ts';
import { BLOCK } from './kdump-headers.ts';

/** What a file without places says to one. */
const NO_SEEK = 'Illegal seek';

/** One dump on its way into a file. */
export class DumpWriting {
  readonly #parts: DumpParts;
  readonly #path: string;
  readonly #format: DumpGuestMemoryFormat;
  readonly #ranges: readonly DumpRange[];
  readonly #total: bigint;
  #completed = 0n;
  /** What is being written; null: there is no file yet. */
  #part: DumpPart | null = null;
  #release: () => void = () => {};
  #began: () => void = () => {};
  /** Resolves once there is a file to write to. */
  readonly begun = new Promise<void>(resolve => {
    this.#began = resolve;
  });
  onProgress: (status: DumpQueryResult) => void = () => {};

  constructor(parts: DumpParts, path: string, format: DumpGuestMemoryFormat, ranges: readonly DumpRange[]) {
    this.#parts = parts;
    this.#path = path;
    this.#format = format;
    this.#ranges = ranges;
    this.#total = dumpTotal(ranges);
  }

  /** Writes all of it and tells the end. @throws QmpError; where no file could be made nothing has happened */
  async run(): Promise<void> {
    let failure: string | undefined;
    try {
      await this.#parts.saveFile(this.#path, this.#pieces());
    } catch (error) {
      if (this.#part === null) throw new QmpError(`Could not create '${this.#path}': ${reasonOf(error)}`);
      failure = this.#failure(error);
    }
    this.#release();
    const result = this.#tell(failure === undefined ? 'completed' : 'failed');
    this.#parts.completed(result, failure);
    if (failure !== undefined) throw new QmpError(failure);
  }

  /** QEMU's words for a dump that broke off; for those of kdump it gives no reason. */
  #failure(error: unknown): string {
    const reason = reasonOf(error);
    if (this.#format === 'elf') return `dump: failed to ${this.#part}: ${reason}`;
    return reason === NO_SEEK ? 'kdump-raw formats require a seekable file' : `dump: failed to ${this.#part}`;
  }

  async *#pieces(): AsyncGenerator<DumpPiece> {
    this.#part = 'write elf header';
    this.#release = this.#parts.hold();
    this.#tell('active');
    this.#began();
    for await (const piece of this.#formatted()) {
      this.#part = piece.part;
      yield piece;
    }
  }

  #formatted(): AsyncIterable<DumpPiece> | Iterable<DumpPiece> {
    const { memory, harts, deflate } = this.#parts;
    if (this.#format === 'elf') {
      return elfCore(harts, this.#ranges, range =>
        this.#counted(physicalPieces(memory, range.start, range.size)),
      );
    }
    const pieces = kdump({ harts, ranges: this.#ranges, deflate, page: address => this.#page(address) });
    return this.#format === 'kdump-zlib' ? flattened(pieces) : pieces;
  }

  *#counted(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
    for (const piece of pieces) {
      yield piece;
      this.#count(piece.length);
    }
  }

  #page(address: bigint): Uint8Array {
    const page = new Uint8Array(BLOCK);
    let at = 0;
    for (const piece of physicalPieces(this.#parts.memory, address, BigInt(BLOCK))) {
      page.set(piece, at);
      at += piece.length;
    }
    this.#count(BLOCK);
    return page;
  }

  #count(bytes: number): void {
    this.#completed += BigInt(bytes);
    this.#tell('active');
  }

  #tell(status: DumpQueryResult['status']): DumpQueryResult {
    const result = { status, completed: this.#completed, total: this.#total };
    this.onProgress(result);
    return result;
  }
}

/** Why a file could not be had, as the host says. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return typeof cause === 'string' ? cause : message;
}
