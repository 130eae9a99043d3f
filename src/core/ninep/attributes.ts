import {
  E,
  GETATTR_BASIC,
  LOCK_FLAG_BLOCK,
  LOCK_TYPE_UNLOCKED,
  NinepError,
  S_IFLNK,
  S_IFMT,
  SETATTR,
} from './protocol.ts';
import type { Handler } from './session.ts';
import type { MessageReader, MessageWriter } from './wire.ts';

const BILLION = 1_000_000_000n;
const NAME_MAX = 255;
const UNCHANGED = 0xffff_ffff;

export const getattr: Handler = async ({ session, in: fields, out }) => {
  const fid = session.fids.get(fields.u32());
  const mask = fields.u64();
  const status = fid.file ? await fid.file.status() : await session.folder.status(fid.path);
  out.u64(mask & GETATTR_BASIC).qid(session.qid(status));
  out.u32(status.mode).u32(status.uid).u32(status.gid);
  out.u64(status.links).u64(status.rdev).u64(status.size).u64(status.blockSize).u64(status.blocks);
  for (const time of [status.accessed, status.modified, status.changed]) writeTime(out, time);
  out.u64(0n).u64(0n).u64(0n).u64(0n); // birth time, generation and data version are not known
};

function writeTime(out: MessageWriter, nanoseconds: bigint): void {
  out.u64(nanoseconds / BILLION).u64(nanoseconds % BILLION);
}

export const setattr: Handler = async ({ session, in: fields }) => {
  session.requireWritable();
  const { path } = session.fids.get(fields.u32());
  const valid = fields.u32();
  const wants = (bit: number) => (valid & bit) !== 0;
  const [mode, uid, gid] = [fields.u32(), fields.u32(), fields.u32()];
  const size = fields.u64();
  const times = readTimes(fields, valid, session.options.wallClock());
  const { folder } = session;
  if (wants(SETATTR.mode)) await folder.setPermissions(path, mode & 0o7777);
  if (times) await folder.setTimes(path, times);
  if (wants(SETATTR.uid | SETATTR.gid)) {
    const status = await folder.status(path);
    const owner = wants(SETATTR.uid) && uid !== UNCHANGED ? uid : status.uid;
    const group = wants(SETATTR.gid) && gid !== UNCHANGED ? gid : status.gid;
    await folder.setOwner(path, owner, group);
  }
  if (!wants(SETATTR.size)) return;
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new NinepError(E.invalid);
  await folder.setSize(path, size);
};

/** A time that is to be set has a value, or is that of now. */
function readTimes(
  fields: MessageReader,
  valid: number,
  wallClock: number,
): { accessed?: bigint; modified?: bigint } | null {
  const now = BigInt(wallClock);
  const given = () => BigInt.asIntN(64, fields.u64()) * BILLION + fields.u64();
  const [accessed, modified] = [given(), given()];
  const chosen = (bit: number, setBit: number, value: bigint) =>
    (valid & bit) === 0 ? undefined : (valid & setBit) === 0 ? now : value;
  const first = chosen(SETATTR.atime, SETATTR.atimeSet, accessed);
  const second = chosen(SETATTR.mtime, SETATTR.mtimeSet, modified);
  if (first === undefined && second === undefined) return null;
  return {
    ...(first === undefined ? {} : { accessed: first }),
    ...(second === undefined ? {} : { modified: second }),
  };
}

export const statfs: Handler = async ({ session, in: fields, out }) => {
  const { path } = session.fids.get(fields.u32());
  const found = await session.folder.fileSystem(path);
  const { device } = await session.folder.status(path);
  out.u32(found.type).u32(found.blockSize);
  out.u64(found.blocks).u64(found.free).u64(found.available).u64(found.files).u64(found.freeFiles);
  out.u64(device).u32(NAME_MAX);
};

export const readlink: Handler = async ({ session, in: fields, out }) => {
  const { path } = session.fids.get(fields.u32());
  const { mode } = await session.folder.status(path);
  if ((mode & S_IFMT) !== S_IFLNK) throw new NinepError(E.invalid);
  out.string(await session.folder.readLink(path));
};

/** Locks are kept by the guest among its own processes; here each is granted. */
export const lock: Handler = async ({ session, in: fields, out }) => {
  const fid = fields.u32();
  fields.u8();
  const flags = fields.u32();
  if ((flags & ~LOCK_FLAG_BLOCK) !== 0) throw new NinepError(E.invalid);
  session.fids.get(fid);
  out.u8(0);
};

export const getlock: Handler = async ({ session, in: fields, out }) => {
  session.fids.get(fields.u32());
  fields.u8();
  const [start, length] = [fields.u64(), fields.u64()];
  const process = fields.u32();
  const client = fields.string();
  out.u8(LOCK_TYPE_UNLOCKED).u64(start).u64(length).u32(process).string(client);
};
