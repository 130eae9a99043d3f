import { QmpError } from '../../../qapi/errors.ts';
import { BlockIoError, type Drive, SECTOR_SIZE } from '../../block/drive.ts';
import type { DriveTable } from '../../block/drive-table.ts';
import { frontEndOf } from '../../block/front-end.ts';
import { handleIoError, settleErrorPolicies } from '../../block/io-error.ts';
import type { Operation } from '../../block/stats.ts';
import type { TypeTable } from '../../qom/types.ts';
import { blkConfig, settleBlkProperties } from './blk-config.ts';
import {
  BLK_F,
  BLK_S,
  BLK_T,
  type BlkStatus,
  baseType,
  ID_SIZE,
  RANGE_SIZE,
  RANGE_UNMAP,
  T_OUT,
} from './blk-format.ts';
import { type BlkRequest, inRange, parseRange, parseRequest } from './blk-request.ts';
import { bit, F_ANY_LAYOUT, F_VERSION_1, hasBit, STATUS_DRIVER_OK } from './constants.ts';
import { VirtioDevice } from './device.ts';
import type { VirtioEnvironment } from './environment.ts';
import type { Virtqueue } from './queue.ts';
import { gather, scatter, totalLength } from './segments.ts';
import { BLK_TRACE } from './trace.ts';

/** Bytes moved between guest and back end at a time. */
const CHUNK = 1 << 20;
/** Linux's number of an I/O error, as traces name results. */
const EIO = 5;

/** Block device (virtio 1.2, 5.2). Requests overlap; they are done when the back end is. */
export class VirtioBlk extends VirtioDevice {
  readonly virtioName = 'virtio-blk';
  readonly deviceId = 2;
  readonly #drives: DriveTable;
  #drive: Drive | undefined;
  #initialWriteCache = true;

  constructor(types: TypeTable, env: VirtioEnvironment, drives: DriveTable) {
    super('virtio-blk-device', types, env);
    this.#drives = drives;
  }

  get drive(): Drive {
    return this.#drive!;
  }

  protected setUp(): void {
    const drive = this.#drives.take(String(this.value('drive')), this.typeName, false);
    if (!drive.node) throw new QmpError('Device needs media, but drive is empty');
    this.#drive = drive;
    settleErrorPolicies(this, drive);
    settleBlkProperties(this, drive);
    const cache = this.value('write-cache');
    if (cache !== 'auto') drive.writeCache = cache === 'on';
    this.#initialWriteCache = drive.writeCache;
    if (!this.transport?.modern) this.setValue('any_layout', false);
    this.config.layout = blkConfig(this, drive);
    for (let n = Number(this.value('num-queues')); n > 0; n--)
      this.addQueue(Number(this.value('queue-size')));
    drive.attach(frontEndOf(this, { resized: () => this.configChanged() }));
  }

  override unrealize(): void {
    super.unrealize();
    this.#drives.detach(this.drive);
  }

  protected override offer(features: bigint): bigint {
    let offered =
      features | bit(BLK_F.segMax) | bit(BLK_F.geometry) | bit(BLK_F.topology) | bit(BLK_F.blockSize);
    if (this.value('config-wce') === true) offered |= bit(BLK_F.configWce);
    if (this.value('discard') === true) offered |= bit(BLK_F.discard);
    if (this.value('write-zeroes') === true) offered |= bit(BLK_F.writeZeroes);
    if (Number(this.value('num-queues')) > 1) offered |= bit(BLK_F.multiQueue);
    if (this.drive.readOnly) offered |= bit(BLK_F.readOnly);
    const flushable = hasBit(offered, BLK_F.configWce) && this.value('x-enable-wce-if-config-wce') === true;
    if (this.drive.writeCache || flushable) offered |= bit(BLK_F.flush);
    // SCSI commands exist for old drivers only, and each is answered: not supported.
    return hasBit(offered, F_VERSION_1) ? offered : (offered & ~bit(F_ANY_LAYOUT)) | bit(BLK_F.scsi);
  }

  protected override statusChanging(status: number): void {
    if ((status & STATUS_DRIVER_OK) === 0 || this.has(BLK_F.configWce)) return;
    this.drive.writeCache = this.has(BLK_F.flush); // a driver that never flushes gets no cache (5.2.5.1)
  }

  protected override resetDevice(): void {
    this.drive.writeCache = this.#initialWriteCache;
  }

  protected handleQueue(queue: Virtqueue): void {
    this.drain(queue, element => {
      const request = parseRequest(this.memory, queue, element);
      const status = this.#check(request);
      const operation = operationOf(request);
      this.#traceStart(request);
      if (status === undefined) this.#start(request);
      else {
        if (operation && status === BLK_S.ioError) this.drive.stats.invalid(operation);
        this.#finish(request, status);
      }
      return true;
    });
  }

  #traceStart(request: BlkRequest): void {
    if (!this.trace.any || baseType(request.type) !== BLK_T.in) return;
    const reads = (request.type & T_OUT) === 0;
    const count = totalLength(reads ? request.in : request.out) / SECTOR_SIZE;
    const event = reads ? BLK_TRACE.handleRead : BLK_TRACE.handleWrite;
    this.trace.emit(event, this, request.element, request.sector, Math.floor(count));
  }

  get #disk() {
    return { sectors: this.drive.sectors, blockSize: Number(this.value('logical_block_size')) };
  }

  /** Answers what needs no back end; undefined if the request must be carried out. */
  #check(request: BlkRequest): BlkStatus | undefined {
    switch (baseType(request.type)) {
      case BLK_T.in: {
        const length = totalLength((request.type & T_OUT) === 0 ? request.in : request.out);
        return inRange(request.sector, length, this.#disk) ? undefined : BLK_S.ioError;
      }
      case BLK_T.flush:
        return undefined;
      case BLK_T.getId:
        return this.#getId(request);
      case BLK_T.discard:
      case BLK_T.writeZeroes:
        return this.#checkRange(request);
      default:
        return BLK_S.unsupported;
    }
  }

  #getId(request: BlkRequest): BlkStatus {
    const serial = new TextEncoder().encode(String(this.value('serial')));
    const text = new Uint8Array(Math.min(serial.length + 1, ID_SIZE));
    text.set(serial.subarray(0, text.length));
    scatter(this.memory, request.in, text);
    return BLK_S.ok;
  }

  #checkRange(request: BlkRequest): BlkStatus | undefined {
    if ((request.type & T_OUT) === 0 || totalLength(request.out) > RANGE_SIZE) return BLK_S.unsupported;
    const range = parseRange(this.memory, request);
    const zeroes = baseType(request.type) === BLK_T.writeZeroes;
    const most = Number(this.value(zeroes ? 'max-write-zeroes-sectors' : 'max-discard-sectors'));
    if (range.count > most) return BLK_S.ioError;
    if (!inRange(range.sector, range.count * SECTOR_SIZE, this.#disk)) return BLK_S.ioError;
    const allowed = zeroes ? RANGE_UNMAP : 0;
    return (range.flags & ~allowed) === 0 ? undefined : BLK_S.unsupported;
  }

  /** Carries a request out in the background. */
  #start(request: BlkRequest): void {
    const operation = operationOf(request);
    const action = () => this.#carryOut(request);
    const counted = operation && this.drive.stats.count(operation, this.#bytes(request), action);
    const done = (counted ?? action()).then(
      () => {
        this.#traceDone(request, 0);
        this.whenRunning(() => this.#finish(request, BLK_S.ok));
      },
      (error: unknown) => {
        this.#traceDone(request, -EIO);
        this.#failed(request, error);
      },
    );
    void this.env.inFlight.track(done);
  }

  #traceDone(request: BlkRequest, result: number): void {
    if (baseType(request.type) === BLK_T.in)
      this.trace.emit(BLK_TRACE.rwComplete, this, request.element, result);
  }

  #bytes(request: BlkRequest): number {
    const type = baseType(request.type);
    if (type === BLK_T.flush) return 0;
    if (type === BLK_T.in) return totalLength((request.type & T_OUT) === 0 ? request.in : request.out);
    return parseRange(this.memory, request).count * SECTOR_SIZE;
  }

  async #carryOut(request: BlkRequest): Promise<void> {
    const { drive } = this;
    const start = request.sector * SECTOR_SIZE;
    switch (baseType(request.type)) {
      case BLK_T.in:
        if ((request.type & T_OUT) === 0) return this.#read(request, start);
        await this.#write(request, start);
        break;
      case BLK_T.writeZeroes: {
        const range = parseRange(this.memory, request);
        await drive.writeZeroes(range.sector * SECTOR_SIZE, range.count * SECTOR_SIZE);
        break;
      }
      case BLK_T.flush:
        return drive.flush();
      default: // discard: what is read there afterwards is undefined, so keeping it is right
        return;
    }
    if (!drive.writeCache) await drive.flush();
  }

  async #read(request: BlkRequest, start: number): Promise<void> {
    const length = totalLength(request.in);
    for (let done = 0; done < length; done += CHUNK) {
      const bytes = await this.drive.read(start + done, Math.min(CHUNK, length - done));
      await this.running();
      if (!request.queue.alive(request.element)) return;
      scatter(this.memory, request.in, bytes, done);
    }
  }

  async #write(request: BlkRequest, start: number): Promise<void> {
    const length = totalLength(request.out);
    for (let done = 0; done < length && request.queue.alive(request.element); done += CHUNK) {
      await this.drive.write(start + done, gather(this.memory, request.out, done, CHUNK));
    }
  }

  #failed(request: BlkRequest, error: unknown): void {
    if (!(error instanceof BlockIoError)) {
      this.run(() => {
        throw error;
      });
      return;
    }
    const operation = (request.type & T_OUT) === 0 && baseType(request.type) === BLK_T.in ? 'read' : 'write';
    const action = handleIoError(this.env, this.drive, this.path, operation, error);
    if (action === 'stop')
      this.onResume(() => this.#start(request)); // tried again after `cont`
    else {
      const status = action === 'ignore' ? BLK_S.ok : BLK_S.ioError;
      this.whenRunning(() => this.#finish(request, status));
    }
  }

  #finish(request: BlkRequest, status: BlkStatus): void {
    if (!request.queue.alive(request.element)) return;
    this.trace.emit(BLK_TRACE.reqComplete, this, request.element, status);
    this.memory.write(request.statusAddress, Uint8Array.of(status));
    this.complete(request.queue, request.element, totalLength(request.element.in));
  }
}

/** Where the statistics count a request. */
function operationOf({ type }: BlkRequest): Operation | undefined {
  switch (baseType(type)) {
    case BLK_T.in:
      return (type & T_OUT) === 0 ? 'rd' : 'wr';
    case BLK_T.flush:
      return 'flush';
    case BLK_T.discard:
      return 'unmap';
    case BLK_T.writeZeroes:
      return 'wr';
    default:
      return undefined;
  }
}
