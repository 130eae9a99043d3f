import type { OpenMode } from '../../host/types.ts';
import { type Fid, requireClosed } from './fids.ts';
import { AT_REMOVEDIR, E, HEADER_SIZE, IO_HEADER_SIZE, NinepError, O, S_IFDIR, S_IFMT } from './protocol.ts';
import { childPath, type Handler, type Request, type Session } from './session.ts';

const PAGE = 4096;
const ACCESS = ['r', 'w', 'rw'] as const;

function openMode(flags: number): OpenMode {
  const access = ACCESS[flags & O.accessMode];
  if (access === undefined) throw new NinepError(E.invalid);
  return {
    access,
    truncate: (flags & O.truncate) !== 0,
    append: (flags & O.append) !== 0,
    sync: (flags & (O.sync | O.dsync)) !== 0,
  };
}

/** Bytes that are best moved at once. */
function ioUnit({ msize }: Session): number {
  const unit = msize - IO_HEADER_SIZE;
  return unit > PAGE ? unit - (unit % PAGE) : unit;
}

export const lopen: Handler = async ({ session, in: fields, out }) => {
  const fid = session.fids.get(fields.u32());
  const flags = fields.u32();
  requireClosed(fid);
  const status = await session.folder.status(fid.path);
  if ((status.mode & S_IFMT) === S_IFDIR) fid.names = await listNames(session, fid);
  else {
    const mode = openMode(flags);
    if (mode.access !== 'r' || mode.truncate) session.requireWritable();
    session.fids.checkRoom();
    await keepOpen(fid, session.folder.open(fid.path, mode));
  }
  out.qid(session.qid(status)).u32(ioUnit(session));
};

/** Gives the fid its file, unless the client let go of it or opened it twice meanwhile. */
async function keepOpen(fid: Fid, opening: ReturnType<Session['folder']['open']>): Promise<void> {
  const file = await opening;
  if (fid.file || fid.gone) {
    await file.close();
    throw new NinepError(E.invalid);
  }
  fid.file = file;
}

export const lcreate: Handler = async ({ session, in: fields, out }) => {
  const fid = session.fids.get(fields.u32());
  const name = fields.string();
  const [flags, permissions, gid] = [fields.u32(), fields.u32(), fields.u32()];
  session.requireWritable();
  requireClosed(fid);
  session.fids.checkRoom();
  const path = childPath(fid.path, name, E.exists);
  const exclusive = (flags & O.exclusive) !== 0;
  await keepOpen(fid, session.folder.create(path, openMode(flags), permissions & 0o7777, exclusive));
  fid.path = path;
  await session.own(path, fid.uid, gid);
  out.qid(session.qid(await session.folder.status(path))).u32(ioUnit(session));
};

export const read: Handler = async ({ session, in: fields, out, room }) => {
  const { file, attribute } = session.fids.get(fields.u32());
  const offset = offsetOf(fields.u64());
  const wanted = fields.u32();
  const most = Math.max(Math.min(wanted, room - HEADER_SIZE - 4), 0);
  const bytes = await (attribute ?? file)?.read(offset, most);
  if (!bytes) throw new NinepError(E.invalid);
  out.u32(bytes.length).bytes(bytes);
};

export const write: Handler = async ({ session, in: fields, out, cancelled }) => {
  const { file, attribute } = session.fids.get(fields.u32());
  const offset = offsetOf(fields.u64());
  const data = fields.bytes(fields.u32());
  session.requireWritable();
  if (attribute) {
    out.u32(attribute.write(offset, data));
    return;
  }
  if (!file) throw new NinepError(E.invalid);
  await file.write(offset, data, cancelled);
  out.u32(data.length);
};

function offsetOf(offset: bigint): number {
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) throw new NinepError(E.invalid);
  return Number(offset);
}

export const fsync: Handler = async ({ session, in: fields }) => {
  const { file } = session.fids.get(fields.u32());
  await file?.sync(fields.u32() !== 0);
};

async function listNames({ folder }: Session, { path }: Fid): Promise<string[]> {
  return ['.', '..', ...(await folder.list(path))];
}

/** An entry's offset is its place in the list, counted from 1: where reading goes on behind it. */
export const readdir: Handler = async request => {
  const { session, in: fields, out } = request;
  const fid = session.fids.get(fields.u32());
  const from = offsetOf(fields.u64());
  const wanted = fields.u32();
  if (!fid.names) throw new NinepError(E.invalid);
  if (from === 0) fid.names = await listNames(session, fid);
  const entries = await entriesFrom(request, fid, from, wanted);
  out.u32(entries.reduce((sum, { size }) => sum + size, 0));
  for (const { qid, offset, type, name } of entries) out.qid(qid).u64(BigInt(offset)).u8(type).string(name);
};

/** qid[13] offset[8] type[1] and the length of the name */
const ENTRY_SIZE = 24;

async function entriesFrom({ session, room }: Request, fid: Fid, from: number, wanted: number) {
  const entries = [];
  let left = Math.min(wanted, room - HEADER_SIZE - 4);
  const names = fid.names ?? [];
  for (let at = from; at < names.length; at++) {
    const name = names[at]!;
    const size = ENTRY_SIZE + name.length;
    if (size > left) break;
    const qid = await entryQid(session, fid, name);
    if (!qid) continue; // gone since the list was made
    left -= size;
    entries.push({ qid, offset: at + 1, type: 0, name, size });
  }
  return entries;
}

async function entryQid(session: Session, { path }: Fid, name: string) {
  const target = name === '.' ? path : name === '..' ? path.slice(0, -1) : [...path, name];
  try {
    return session.qid(await session.folder.status(target));
  } catch {
    return null;
  }
}

export const unlinkat: Handler = async ({ session, in: fields }) => {
  const { path } = session.fids.get(fields.u32());
  const name = fields.string();
  const flags = fields.u32();
  session.requireWritable();
  if ((flags & ~AT_REMOVEDIR) !== 0) throw new NinepError(E.invalid);
  const target = childPath(path, name, name === '..' ? E.notEmpty : E.invalid);
  await session.folder.remove(target, flags === 0 ? 'file' : 'folder');
};

/** The fid is gone afterwards, whatever becomes of the file. */
export const remove: Handler = async ({ session, in: fields }) => {
  const number = fields.u32();
  const { path } = session.fids.get(number);
  try {
    session.requireWritable();
    if (path.length === 0) throw new NinepError(E.invalid);
    const { mode } = await session.folder.status(path);
    await session.folder.remove(path, (mode & S_IFMT) === S_IFDIR ? 'folder' : 'file');
  } finally {
    if (session.fids.has(number)) await session.fids.remove(number);
  }
};
