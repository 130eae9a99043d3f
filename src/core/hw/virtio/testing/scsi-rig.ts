import { drivesWith } from '../../../block/testing/drives.ts';
import { ScriptedDisk } from '../../../block/testing/scripted-disk.ts';
import { ScsiCd } from '../../scsi/cd.ts';
import { OP } from '../../scsi/command.ts';
import { type ScsiDisk, ScsiHardDisk } from '../../scsi/disk.ts';
import { VirtioScsi } from '../scsi.ts';
import { type DriverQueue, startDriver } from './driver.ts';
import { Rig } from './rig.ts';

export const BLOCKS = 256;
const FEATURES = 0b110n;

/** A virtio-scsi device with one unit, and a driver for it. */
export function setUp(
  kind: 'hd' | 'cd' = 'hd',
  options: Record<string, string> = {},
  drive: Record<string, string> = {},
) {
  const rig = new Rig();
  const host = rig.plug(new VirtioScsi(rig.types, rig.env), { id: 's0' });
  const file = new ScriptedDisk(BLOCKS * 512, drive['readonly'] === 'on');
  const drives = drivesWith(rig.host, file, drive);
  const make = kind === 'hd' ? ScsiHardDisk : ScsiCd;
  const unit: ScsiDisk = new make(rig.types, rig.env, drives);
  unit.id = 'u0';
  rig.root.add('u0', unit);
  for (const [name, value] of Object.entries({ drive: 'd0', ...options })) unit.setValue(name, value);
  host.buses[0]!.plug(unit);
  unit.realize();
  const [control, events, requests] = startDriver(rig, FEATURES, 3, 16);
  return { rig, host, file, drives, unit, control: control!, events: events!, requests: requests! };
}

export type ScsiMachine = ReturnType<typeof setUp>;

export function addressed(size: number, target: number, lun: number, tag = 7): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set([1, target, 0x40 | (lun >> 8), lun & 0xff]);
  bytes[8] = tag;
  return bytes;
}

interface Sent {
  cdb: number[];
  out?: Uint8Array;
  room?: number;
  target?: number;
  lun?: number;
  tag?: number;
}

export function offer(queue: DriverQueue, { cdb, out, room = 0, target = 0, lun = 0, tag = 7 }: Sent) {
  const header = addressed(51, target, lun, tag);
  header.set(cdb, 19);
  const { at } = queue.add([header, ...(out ? [out] : []), 108, ...(room > 0 ? [room] : [])]);
  queue.kick();
  return { answer: at[out ? 2 : 1]!, data: at.at(-1)! };
}

/** Sends a command and resolves to what came of it. */
export async function send({ rig, requests }: ScsiMachine, sent: Sent) {
  const { answer, data } = offer(requests, sent);
  await rig.host.settle();
  return { ...read(rig, answer), data: rig.memory.read(data, sent.room ?? 0), used: requests.takeUsed() };
}

export function read(rig: Rig, at: number) {
  const bytes = rig.memory.read(at, 108);
  const view = new DataView(bytes.buffer);
  const sense = bytes.subarray(12);
  return {
    response: bytes[11],
    status: bytes[10],
    residual: view.getUint32(4, true),
    sense: view.getUint32(0, true) === 0 ? null : [sense[2], sense[12], sense[13]],
  };
}

export const GOOD = { response: 0, status: 0, sense: null };
export const TEST_UNIT_READY = { cdb: [OP.testUnitReady, 0, 0, 0, 0, 0] };
export const refusal = (...sense: number[]) => ({ response: 0, status: 2, sense });

/** Past the news of the reset that every unit has at first. */
export async function ready(machine: ScsiMachine): Promise<ScsiMachine> {
  const { sense } = await send(machine, TEST_UNIT_READY);
  if (String(sense) !== String([6, 0x29, 0])) throw new Error(`no news of the reset, but ${sense}`);
  return machine;
}
