import { QmpError } from '../../../qapi/errors.ts';
import { BlockIoError, type Drive } from '../../block/drive.ts';
import type { DriveTable } from '../../block/drive-table.ts';
import { frontEndOf } from '../../block/front-end.ts';
import { handleIoError, settleErrorPolicies } from '../../block/io-error.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { ScsiBus } from './bus.ts';
import {
  allocationLength,
  OP,
  type ScsiCommand,
  type ScsiResult,
  STATUS_CHECK_CONDITION,
  STATUS_GOOD,
  viewOf,
} from './command.ts';
import type { ScsiEnvironment } from './environment.ts';
import { type Identity, inquiry } from './inquiry.ts';
import { modeSense } from './mode-sense.ts';
import { settleScsiProperties } from './properties.ts';
import { SENSE, type Sense, SenseError, senseData, UNIT_ATTENTION_KEY } from './sense.ts';
import { Transfers } from './transfers.ts';

/** Commands that do not report what happened to the unit in the meantime. */
const BEFORE_ATTENTION: readonly number[] = [
  OP.inquiry,
  OP.reportLuns,
  OP.getConfiguration,
  OP.getEventStatus,
  OP.requestSense,
];
/** Commands that make sense without a medium. */
const WITHOUT_MEDIUM: readonly number[] = [
  OP.inquiry,
  OP.modeSense6,
  OP.modeSense10,
  OP.reserve6,
  OP.reserve10,
  OP.release6,
  OP.release10,
  OP.startStop,
  OP.preventAllow,
  OP.getConfiguration,
  OP.getEventStatus,
  OP.mechanismStatus,
  OP.requestSense,
];

/** What a command answers at once: data, or nothing. Undefined: it is none of those. */
export type Answer = Uint8Array | null | undefined;

/** A SCSI unit with a drive behind it. */
export abstract class ScsiDisk extends Device {
  abstract readonly blockSize: number;
  abstract readonly deviceType: number;
  protected readonly env: ScsiEnvironment;
  readonly #drives: DriveTable;
  readonly #transfers: Transfers;
  #drive: Drive | undefined;
  /** What the next command is told in place of its answer. */
  #attention: Sense | null = SENSE.reset;

  constructor(typeName: string, types: TypeTable, env: ScsiEnvironment, drives: DriveTable) {
    super(typeName, types);
    this.env = env;
    this.#drives = drives;
    this.#transfers = new Transfers(this);
  }

  get drive(): Drive {
    return this.#drive!;
  }

  get target(): number {
    return Number(this.value('scsi-id'));
  }

  get lun(): number {
    return Number(this.value('lun'));
  }

  protected get scsiBus(): ScsiBus {
    return this.parentBus as ScsiBus;
  }

  /** Whether there is a medium that can be read. */
  get available(): boolean {
    return this.drive.node !== null;
  }

  get readOnly(): boolean {
    return this.drive.readOnly;
  }

  /** Blocks of the medium. */
  get blocks(): number {
    return Math.floor((this.drive.sectors * 512) / this.blockSize);
  }

  protected get mayBeEmpty(): boolean {
    return false;
  }

  override realize(): void {
    if (!(this.parentBus instanceof ScsiBus))
      throw new QmpError(`No 'SCSI' bus found for device '${this.typeName}'`);
    this.scsiBus.place(this);
    const drive = this.#drives.take(String(this.value('drive')), this.typeName, this.mayBeEmpty);
    try {
      if (!drive.node && !this.mayBeEmpty) throw new QmpError('Device needs media, but drive is empty');
      settleErrorPolicies(this, drive);
      settleScsiProperties(this, drive);
    } catch (error) {
      this.#drives.detach(drive);
      throw error;
    }
    this.#drive = drive;
    drive.attach(frontEndOf(this, { ...this.tray(), resized: () => this.#resized() }));
    super.realize();
    this.scsiBus.adapter.plugged(this);
  }

  /** The tray of a unit whose medium can be changed. */
  protected tray(): Pick<Parameters<typeof frontEndOf>[1], 'tray'> {
    return {};
  }

  override unrealize(): void {
    this.scsiBus.adapter.unplugged(this);
    super.unrealize();
    this.#drives.detach(this.drive);
  }

  override reset(): void {
    this.#attention = SENSE.reset;
  }

  attend(sense: Sense): void {
    this.#attention = sense;
  }

  #resized(): void {
    this.report(SENSE.capacityChanged);
  }

  /** Tells the guest of a change, at once and with the next command. */
  protected report(sense: Sense): void {
    this.attend(sense);
    this.scsiBus.adapter.changed(this, sense);
  }

  /** The guest was told of what is the matter. */
  protected attentionReported(): void {}

  /** Carries a command out. Never rejects: what goes wrong is the result. */
  async execute(command: ScsiCommand): Promise<ScsiResult> {
    try {
      const attention = this.#takeAttention(command.cdb);
      if (attention) throw new SenseError(attention);
      return await this.#dispatch(command);
    } catch (error) {
      if (error instanceof SenseError) {
        return { status: STATUS_CHECK_CONDITION, sense: error.sense, moved: 0 };
      }
      throw error;
    }
  }

  #takeAttention(cdb: Uint8Array): Sense | null {
    const attention = this.#attention;
    if (!attention || BEFORE_ATTENTION.includes(cdb[0]!)) return null;
    this.#attention = null;
    this.attentionReported();
    return attention;
  }

  async #dispatch(command: ScsiCommand): Promise<ScsiResult> {
    const { cdb } = command;
    const code = cdb[0]!;
    if (!this.available && !WITHOUT_MEDIUM.includes(code)) throw new SenseError(SENSE.noMedium);
    const answer = this.#commonAnswer(cdb) ?? this.answer(cdb);
    if (answer === undefined) return this.#transfers.execute(command);
    if (answer === null) return { status: STATUS_GOOD, moved: 0 };
    const shown = answer.subarray(0, Math.min(allocationLength(cdb), command.inLength));
    command.receive(0, shown);
    return { status: STATUS_GOOD, moved: shown.length };
  }

  /** Commands of this kind of unit alone. @throws SenseError */
  protected answer(_cdb: Uint8Array): Answer {
    return undefined;
  }

  #commonAnswer(cdb: Uint8Array): Answer {
    switch (cdb[0]) {
      case OP.inquiry:
        return inquiry(this.#identity(), cdb);
      case OP.requestSense:
        return this.#requestSense(cdb);
      case OP.modeSense6:
      case OP.modeSense10:
        return modeSense(this.#modeState(), cdb);
      case OP.readCapacity10:
        return this.#readCapacity10(cdb);
      case OP.serviceActionIn16:
        return this.#readCapacity16(cdb);
      default:
        return undefined;
    }
  }

  #requestSense(cdb: Uint8Array): Uint8Array {
    const attention = this.#attention;
    this.#attention = null;
    if (attention?.key === UNIT_ATTENTION_KEY) this.attentionReported();
    return senseData(attention ?? SENSE.none, (cdb[1]! & 1) !== 0);
  }

  #lastBlock(): number {
    if (this.blocks === 0) throw new SenseError(SENSE.notReady);
    return this.blocks - 1;
  }

  #readCapacity10(cdb: Uint8Array): Uint8Array {
    if ((cdb[8]! & 1) === 0 && viewOf(cdb).getUint32(2) !== 0) throw new SenseError(SENSE.invalidField);
    const bytes = new Uint8Array(8);
    viewOf(bytes).setUint32(0, Math.min(this.#lastBlock(), 0xffff_ffff));
    viewOf(bytes).setUint32(4, this.blockSize);
    return bytes;
  }

  #readCapacity16(cdb: Uint8Array): Uint8Array {
    const READ_CAPACITY = 0x10;
    if ((cdb[1]! & 0x1f) !== READ_CAPACITY) throw new SenseError(SENSE.invalidField);
    const bytes = new Uint8Array(32);
    viewOf(bytes).setBigUint64(0, BigInt(this.#lastBlock()));
    viewOf(bytes).setUint32(8, this.blockSize);
    bytes[13] = Math.log2(Math.max(Number(this.value('physical_block_size')) / this.blockSize, 1));
    if (Number(this.value('discard_granularity')) > 0) bytes[14] = 0x80; // blocks can be given back
    return bytes;
  }

  #identity(): Identity {
    const text = (name: string) => String(this.value(name));
    const inBlocks = (name: string) => Math.floor(Number(this.value(name)) / this.blockSize);
    return {
      type: this.deviceType,
      removable: this.mayBeEmpty || this.value('removable') === true,
      vendor: text('vendor'),
      product: text('product'),
      revision: text('ver'),
      version: Number(this.value('scsi_version')),
      serial: text('serial'),
      deviceId: text('device_id'),
      wwn: BigInt(this.value('wwn') as bigint),
      portWwn: BigInt(this.value('port_wwn') as bigint),
      portIndex: Number(this.value('port_index')),
      rotationRate: Number(this.value('rotation_rate')),
      limits: {
        minIo: inBlocks('min_io_size'),
        optIo: inBlocks('opt_io_size'),
        maxIo: Math.min(inBlocks('max_io_size'), 0xffff_ffff),
        maxUnmap: Math.min(inBlocks('max_unmap_size'), 0xffff_ffff),
        unmapGranularity: inBlocks('discard_granularity'),
      },
    };
  }

  #modeState() {
    const number = (name: string) => Number(this.value(name));
    return {
      isCd: this.mayBeEmpty,
      blockSize: this.blockSize,
      blocks: this.blocks,
      readOnly: this.readOnly,
      forcedAccess: this.value('dpofua') === true,
      writeCache: this.drive.writeCache,
      locked: this.drive.frontEnd?.tray?.locked ?? false,
      geometry: { cylinders: number('cyls'), heads: number('heads'), sectors: number('secs') },
    };
  }

  /** What an error of the back end comes to: an answer, or trying again when the machine goes on. */
  async ioFailed(operation: 'read' | 'write', error: unknown): Promise<'ignore' | 'retry'> {
    if (!(error instanceof BlockIoError)) throw error;
    const action = handleIoError(this.env, this.drive, this.path, operation, error);
    if (action === 'ignore') return 'ignore';
    if (action === 'report') throw new SenseError(error.noSpace ? SENSE.noSpace : SENSE.ioError);
    return 'retry';
  }
}

/** A hard disk. */
export class ScsiHardDisk extends ScsiDisk {
  readonly deviceType = 0;

  constructor(types: TypeTable, env: ScsiEnvironment, drives: DriveTable) {
    super('scsi-hd', types, env, drives);
  }

  get blockSize(): number {
    return Number(this.value('logical_block_size'));
  }
}
