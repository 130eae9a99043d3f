import { blockRange, OP, type ScsiCommand, type ScsiResult, STATUS_GOOD, viewOf } from './command.ts';
import type { ScsiDisk } from './disk.ts';
import { SENSE, SenseError } from './sense.ts';

/** Bytes moved between guest and back end at a time. */
const CHUNK = 1 << 20;
const FORCED = 8;
const RANGE_SIZE = 16;
const DONE: ScsiResult = { status: STATUS_GOOD, moved: 0 };

/** Commands that reach the medium, and those that have nothing to do. */
export class Transfers {
  readonly #unit: ScsiDisk;

  constructor(unit: ScsiDisk) {
    this.#unit = unit;
  }

  /** @throws SenseError */
  async execute(command: ScsiCommand): Promise<ScsiResult> {
    switch (command.cdb[0]) {
      case OP.read6:
      case OP.read10:
      case OP.read12:
      case OP.read16:
        return this.#read(command);
      case OP.write6:
      case OP.write10:
      case OP.write12:
      case OP.write16:
        return this.#write(command);
      case OP.synchronize10:
      case OP.synchronize16:
        await this.#unit.drive.stats.count('flush', 0, () =>
          this.#trying('write', command, () => this.#unit.drive.flush()),
        );
        return DONE;
      case OP.writeSame10:
      case OP.writeSame16:
        return this.#writeSame(command);
      case OP.unmap:
        return this.#unmap(command);
      case OP.verify10:
      case OP.verify16:
        return this.#verify(command);
      case OP.testUnitReady:
      case OP.startStop:
      case OP.preventAllow:
      case OP.seek10:
      case OP.reserve6:
      case OP.reserve10:
      case OP.release6:
      case OP.release10:
        return DONE;
      default:
        throw new SenseError(SENSE.invalidOpcode);
    }
  }

  /** Byte offset and length of the blocks. @throws SenseError when they are not all there */
  #bytes(first: bigint, count: number): { start: number; length: number } {
    const { blocks, blockSize } = this.#unit;
    if (first > BigInt(blocks) || count > blocks - Number(first)) throw new SenseError(SENSE.outOfRange);
    return { start: Number(first) * blockSize, length: count * blockSize };
  }

  #requireWritable(): void {
    if (this.#unit.readOnly) throw new SenseError(SENSE.writeProtected);
  }

  async #read(command: ScsiCommand): Promise<ScsiResult> {
    const { first, count } = blockRange(command.cdb);
    const { start, length } = this.#range('rd', first, count);
    if (length > command.inLength) return { status: STATUS_GOOD, moved: 0, overrun: true };
    await this.#unit.drive.stats.count('rd', length, () =>
      this.#trying('read', command, async () => {
        for (let done = 0; done < length && command.alive; done += CHUNK) {
          const bytes = await this.#unit.drive.read(start + done, Math.min(CHUNK, length - done));
          await command.running();
          command.receive(done, bytes);
        }
      }),
    );
    return { status: STATUS_GOOD, moved: length };
  }

  #range(operation: 'rd' | 'wr', first: bigint, count: number): { start: number; length: number } {
    try {
      return this.#bytes(first, count);
    } catch (error) {
      this.#unit.drive.stats.invalid(operation);
      throw error;
    }
  }

  async #write(command: ScsiCommand): Promise<ScsiResult> {
    const { cdb } = command;
    const { first, count } = blockRange(cdb);
    this.#requireWritable();
    const { start, length } = this.#range('wr', first, count);
    if (length > command.outLength) return { status: STATUS_GOOD, moved: 0, overrun: true };
    const forced = cdb[0] !== OP.write6 && (cdb[1]! & FORCED) !== 0;
    await this.#unit.drive.stats.count('wr', length, () =>
      this.#trying('write', command, async () => {
        for (let done = 0; done < length && command.alive; done += CHUNK) {
          await this.#unit.drive.write(start + done, command.send(done, Math.min(CHUNK, length - done)));
        }
        if (forced || !this.#unit.drive.writeCache) await this.#unit.drive.flush();
      }),
    );
    return { status: STATUS_GOOD, moved: length };
  }

  /** One block many times; zeroes where none is sent or it is to be given back. */
  async #writeSame(command: ScsiCommand): Promise<ScsiResult> {
    const { cdb } = command;
    const { first, count } = blockRange(cdb);
    const ODD_BITS = 0x16; // an anchor, or block numbers written into the blocks
    if (count === 0 || (cdb[1]! & ODD_BITS) !== 0) throw new SenseError(SENSE.invalidField);
    this.#requireWritable();
    const { start, length } = this.#bytes(first, count);
    const noData = (cdb[1]! & 1) !== 0;
    const { blockSize, drive } = this.#unit;
    if (!noData && command.outLength < blockSize) return { status: STATUS_GOOD, moved: 0, overrun: true };
    const block = noData ? new Uint8Array(blockSize) : command.send(0, blockSize);
    const piece = repeated(block, Math.max(blockSize, Math.min(CHUNK, length)));
    await this.#unit.drive.stats.count('wr', length, () =>
      this.#trying('write', command, async () => {
        for (let done = 0; done < length && command.alive; done += piece.length) {
          await drive.write(start + done, piece.subarray(0, Math.min(piece.length, length - done)));
        }
        if (!drive.writeCache) await drive.flush();
      }),
    );
    return { status: STATUS_GOOD, moved: noData ? 0 : blockSize };
  }

  /** What is read afterwards is not promised, so keeping the blocks is right. */
  async #unmap(command: ScsiCommand): Promise<ScsiResult> {
    const { cdb, outLength } = command;
    if ((cdb[1]! & 1) !== 0) throw new SenseError(SENSE.invalidField);
    const length = Math.min(viewOf(cdb).getUint16(7), outLength);
    const list = command.send(0, length);
    if (list.length < 8) throw new SenseError(SENSE.invalidLength);
    const view = viewOf(list);
    const ranges = view.getUint16(2);
    if (list.length < view.getUint16(0) + 2 || list.length < ranges + 8 || ranges % RANGE_SIZE !== 0) {
      throw new SenseError(SENSE.invalidLength);
    }
    this.#requireWritable();
    for (let at = 8; at < 8 + ranges; at += RANGE_SIZE) {
      const bytes = this.#bytes(view.getBigUint64(at), view.getUint32(at + 8)).length;
      this.#unit.drive.stats.start('unmap', bytes)(true);
    }
    return { status: STATUS_GOOD, moved: length };
  }

  /** Without data to compare with, that the blocks are there is all that can be said. */
  async #verify({ cdb }: ScsiCommand): Promise<ScsiResult> {
    const BYTE_CHECK = 6;
    if ((cdb[1]! & BYTE_CHECK) !== 0) throw new SenseError(SENSE.invalidField);
    const { first, count } = blockRange(cdb);
    this.#bytes(first, count);
    return DONE;
  }

  /** Runs an action until it goes well, or what the drive's policy makes of its failure is known. */
  async #trying(
    operation: 'read' | 'write',
    command: ScsiCommand,
    action: () => Promise<void>,
  ): Promise<void> {
    while (command.alive) {
      try {
        await action();
        return;
      } catch (error) {
        if ((await this.#unit.ioFailed(operation, error)) === 'ignore') return;
        await command.resumed();
      }
    }
  }
}

function repeated(block: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length - (length % block.length));
  for (let at = 0; at < bytes.length; at += block.length) bytes.set(block, at);
  return bytes;
}
