import { QmpError } from '../../../qapi/errors.ts';
import type { TypeTable } from '../../qom/types.ts';
import { type ScsiAdapter, ScsiBus } from '../scsi/bus.ts';
import { cdbLength, OP, type ScsiCommand, type ScsiResult, STATUS_CHECK_CONDITION } from '../scsi/command.ts';
import type { ScsiDisk } from '../scsi/disk.ts';
import { SENSE, type Sense, senseData } from '../scsi/sense.ts';
import { executeOnTarget } from '../scsi/target.ts';
import { bit, QUEUE_MAX_SIZE } from './constants.ts';
import { RingError } from './descriptors.ts';
import { VirtioDevice } from './device.ts';
import type { VirtioEnvironment } from './environment.ts';
import type { Element, Virtqueue } from './queue.ts';
import * as S from './scsi-format.ts';
import { ScsiTasks } from './scsi-tasks.ts';
import { gather, scatter, slice, totalLength } from './segments.ts';
import { SCSI_TRACE } from './trace.ts';

const AUTOMATIC = 0xffff_ffff;
const MOST_QUEUES = 1021; // with the two that are always there, and within what transports can name
const DEFAULT_SENSE_SIZE = 96;
const DEFAULT_CDB_SIZE = 32;

/** SCSI host (virtio 1.2, 5.6). */
export class VirtioScsi extends VirtioDevice implements ScsiAdapter {
  readonly virtioName = 'virtio-scsi';
  readonly deviceId = 8;
  #bus!: ScsiBus;
  #senseSize = DEFAULT_SENSE_SIZE;
  #cdbSize = DEFAULT_CDB_SIZE;
  #missedEvents = false;
  readonly #tasks = new ScsiTasks();

  constructor(types: TypeTable, env: VirtioEnvironment) {
    super('virtio-scsi-device', types, env);
  }

  protected setUp(): void {
    if (Number(this.value('num_queues')) === AUTOMATIC) this.setValue('num_queues', 1);
    const queues = Number(this.value('num_queues'));
    const size = Number(this.value('virtqueue_size'));
    if (queues === 0 || queues > MOST_QUEUES) {
      throw new QmpError(
        `Invalid number of queues (= ${queues}), must be a positive integer less than ${MOST_QUEUES + 1}.`,
      );
    }
    if (size <= 2 || size > QUEUE_MAX_SIZE || (size & (size - 1)) !== 0) {
      throw new QmpError(
        `invalid virtqueue_size property (= ${size}), must be a power of 2 and 2 < n <= 1024.`,
      );
    }
    for (let n = 0; n < S.FIRST_REQUEST_QUEUE + queues; n++) this.addQueue(size);
    this.#bus = this.addBus(`${this.front.id === '' ? 'scsi' : this.front.id}.0`, new ScsiBus(this));
    this.config.layout = {
      length: 36,
      fill: view => this.#fillConfig(view),
      written: view => this.#configWritten(view),
    };
  }

  #fillConfig(view: DataView): void {
    const number = (name: string) => Number(this.value(name));
    view.setUint32(0, number('num_queues'), true);
    view.setUint32(4, this.value('seg_max_adjust') === true ? number('virtqueue_size') - 2 : 126, true);
    view.setUint32(8, number('max_sectors'), true);
    view.setUint32(12, number('cmd_per_lun'), true);
    view.setUint32(16, S.EVENT_SIZE, true);
    view.setUint32(20, this.#senseSize, true);
    view.setUint32(24, this.#cdbSize, true);
    view.setUint16(28, 0, true); // channels beyond the first
    view.setUint16(30, 255, true);
    view.setUint32(32, 16383, true);
  }

  #configWritten(view: DataView): void {
    const [senseSize, cdbSize] = [view.getUint32(20, true), view.getUint32(24, true)];
    if (senseSize >= 65536 || cdbSize >= 256) {
      this.fail('bad data written to virtio-scsi configuration space');
      return;
    }
    this.#senseSize = senseSize;
    this.#cdbSize = cdbSize;
  }

  protected override offer(features: bigint): bigint {
    let offered = features;
    if (this.value('hotplug') === true) offered |= bit(S.SCSI_F.hotplug);
    if (this.value('param_change') === true) offered |= bit(S.SCSI_F.change);
    return offered;
  }

  protected override resetDevice(): void {
    this.#senseSize = DEFAULT_SENSE_SIZE;
    this.#cdbSize = DEFAULT_CDB_SIZE;
    this.#missedEvents = false;
    this.#tasks.clear();
    for (const unit of this.#bus.units) unit.reset();
  }

  protected handleQueue(queue: Virtqueue): void {
    if (queue.index === S.CONTROL_QUEUE) this.drain(queue, element => this.#control(queue, element));
    else if (queue.index >= S.FIRST_REQUEST_QUEUE)
      this.drain(queue, element => this.#request(queue, element));
    else if (this.#missedEvents) this.#event({ event: S.EVENT.none, reason: 0 });
  }

  #request(queue: Virtqueue, element: Element): boolean {
    const header = S.parseRequestHeader(this.memory, element, this.#cdbSize);
    const responseSize = S.responseSize(this.#senseSize);
    if (totalLength(element.in) < responseSize) throw new RingError('virtio-scsi response too short');
    const { address, tag } = header;
    const units = address ? this.#bus.unitsOf(address.target) : [];
    this.trace.emit(SCSI_TRACE.request, address?.lun ?? 0, tag, header.cdb[0] ?? 0);
    const finish = (response: S.Response, moved = 0) => {
      const status = response.status ?? 0;
      this.trace.emit(SCSI_TRACE.response, address?.lun ?? 0, tag, response.response, status);
      this.#finish(queue, element, response, moved);
    };
    if (!address || units.length === 0) {
      finish({ response: S.RESPONSE.badTarget });
      return true;
    }
    const unit = units.find(({ lun }) => lun === address.lun);
    const task = this.#tasks.add({ target: address.target, lun: address.lun, tag }, response =>
      finish({ response }),
    );
    const command = this.#command(queue, element, header, responseSize, task);
    const done = this.#execute(units, unit, command).then(
      result => {
        if (!this.#tasks.remove(task)) return; // aborted, and answered so
        this.whenRunning(() => this.#finishResult(command, result, finish));
      },
      (error: unknown) => {
        this.#tasks.remove(task);
        this.run(() => {
          throw error;
        });
      },
    );
    task.done = done;
    void this.env.inFlight.track(done);
    return true;
  }

  #command(
    queue: Virtqueue,
    element: Element,
    { cdb, size }: S.RequestHeader,
    responseSize: number,
    task: { readonly aborted: boolean },
  ): ScsiCommand {
    const out = slice(element.out, size);
    const into = slice(element.in, responseSize);
    const alive = () => !task.aborted && queue.alive(element);
    return {
      cdb: Uint8Array.from({ length: Math.max(cdb.length, 16) }, (_, n) => cdb[n] ?? 0),
      outLength: totalLength(out),
      inLength: totalLength(into),
      send: (offset, length) => gather(this.memory, out, offset, length),
      receive: (offset, bytes) => {
        if (alive()) scatter(this.memory, into, bytes, offset);
      },
      get alive() {
        return alive();
      },
      running: () => this.running(),
      resumed: () => this.resumed(),
    };
  }

  async #execute(
    units: readonly ScsiDisk[],
    unit: ScsiDisk | undefined,
    command: ScsiCommand,
  ): Promise<ScsiResult> {
    const code = command.cdb[0]!;
    if (cdbLength(code) === 0) {
      return { status: STATUS_CHECK_CONDITION, sense: SENSE.invalidOpcode, moved: 0 };
    }
    if (!unit || code === OP.reportLuns) return executeOnTarget(units, command);
    return unit.execute(command);
  }

  #finishResult(
    command: ScsiCommand,
    { status, sense, moved, overrun }: ScsiResult,
    finish: (response: S.Response, moved: number) => void,
  ): void {
    if (overrun) {
      finish({ response: S.RESPONSE.overrun }, 0);
      return;
    }
    const residual = Math.max(command.inLength, command.outLength) - moved;
    const data = sense ? senseData(sense) : new Uint8Array(0);
    finish({ response: S.RESPONSE.ok, status, residual, sense: data }, command.inLength > 0 ? moved : 0);
  }

  #finish(queue: Virtqueue, element: Element, response: S.Response, moved: number): void {
    if (!queue.alive(element)) return;
    const bytes = S.formatResponse(this.#senseSize, response);
    scatter(this.memory, element.in, bytes);
    this.complete(queue, element, bytes.length + moved);
  }

  #control(queue: Virtqueue, element: Element): boolean {
    const message = gather(this.memory, element.out, 0, 24);
    if (message.length < 4) throw new RingError('virtio-scsi wrong size for control message');
    const view = new DataView(message.buffer);
    const type = view.getUint32(0, true);
    const wanted = type === S.CONTROL.taskManagement ? 24 : 16;
    const answerSize = type === S.CONTROL.taskManagement ? 1 : 5;
    if (message.length < wanted || totalLength(element.in) < answerSize) {
      throw new RingError('virtio-scsi wrong size for control message');
    }
    if (type !== S.CONTROL.taskManagement) {
      // notifications of other kinds than the event queue's do not exist
      const known = type === S.CONTROL.queryNotification || type === S.CONTROL.subscribeNotification;
      this.#answer(queue, element, Uint8Array.of(0, 0, 0, 0, known ? S.RESPONSE.ok : S.RESPONSE.failure));
      return true;
    }
    const done = this.#manage(view).then(response =>
      this.whenRunning(() => this.#answer(queue, element, Uint8Array.of(response))),
    );
    void this.env.inFlight.track(done);
    return true;
  }

  #answer(queue: Virtqueue, element: Element, bytes: Uint8Array): void {
    if (queue.alive(element)) this.complete(queue, element, scatter(this.memory, element.in, bytes));
  }

  async #manage(view: DataView): Promise<number> {
    const address = S.parseAddress(new Uint8Array(view.buffer, 8, 8));
    const subtype = view.getUint32(4, true);
    if (!address) return S.RESPONSE.badTarget;
    const units = this.#bus.unitsOf(address.target);
    if (units.length === 0) return S.RESPONSE.badTarget;
    if (subtype === S.TASK.nexusReset) {
      await this.#tasks.abort({ target: address.target }, S.RESPONSE.reset);
      for (const unit of units) unit.reset();
      return S.RESPONSE.ok;
    }
    const unit = units.find(({ lun }) => lun === address.lun);
    if (!unit) return S.RESPONSE.incorrectLun;
    return this.#manageUnit(unit, subtype, view.getBigUint64(16, true));
  }

  async #manageUnit(unit: ScsiDisk, subtype: number, tag: bigint): Promise<number> {
    const { target, lun } = unit;
    switch (subtype) {
      case S.TASK.abortTask:
        await this.#tasks.abort({ target, lun, tag }, S.RESPONSE.aborted);
        return S.RESPONSE.ok;
      case S.TASK.abortTaskSet:
      case S.TASK.clearTaskSet:
        await this.#tasks.abort({ target, lun }, S.RESPONSE.aborted);
        return S.RESPONSE.ok;
      case S.TASK.unitReset:
        await this.#tasks.abort({ target, lun }, S.RESPONSE.reset);
        unit.reset();
        return S.RESPONSE.ok;
      case S.TASK.queryTask:
        return this.#tasks.has({ target, lun, tag }) ? S.RESPONSE.succeeded : S.RESPONSE.ok;
      case S.TASK.queryTaskSet:
        return this.#tasks.has({ target, lun }) ? S.RESPONSE.succeeded : S.RESPONSE.ok;
      default:
        return S.RESPONSE.rejected;
    }
  }

  plugged(unit: ScsiDisk): void {
    if (this.has(S.SCSI_F.hotplug)) {
      this.#event({ event: S.EVENT.transportReset, reason: S.REASON.rescan, unit });
    }
  }

  unplugged(unit: ScsiDisk): void {
    if (this.has(S.SCSI_F.hotplug)) {
      this.#event({ event: S.EVENT.transportReset, reason: S.REASON.removed, unit });
    }
  }

  changed(unit: ScsiDisk, { asc, ascq }: Sense): void {
    if (this.has(S.SCSI_F.change)) {
      this.#event({ event: S.EVENT.parameterChange, reason: asc | (ascq << 8), unit });
    }
  }

  /** Tells the driver, if it has left a buffer for that; otherwise that it missed something, later. */
  #event({ event, reason, unit }: { event: number; reason: number; unit?: ScsiDisk }): void {
    const queue = this.queues[S.EVENT_QUEUE]!;
    if (!this.driverOk) return;
    this.run(() => {
      const element = this.take(queue);
      if (!element) {
        this.#missedEvents = true;
        return;
      }
      const bytes = new Uint8Array(S.EVENT_SIZE);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, (event | (this.#missedEvents ? S.EVENT.missed : 0)) >>> 0, true);
      if (unit) bytes.set(S.formatAddress(unit), 4);
      view.setUint32(12, reason, true);
      this.#missedEvents = false;
      this.complete(queue, element, scatter(this.memory, element.in, bytes));
    });
  }
}
