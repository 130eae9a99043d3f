import type { FolderPath } from '../../host/types.ts';
import { requireClosed } from './fids.ts';
import { E, MAX_WALK, NinepError, S_IFMT, S_IFREG } from './protocol.ts';
import { childPath, type Handler, type Session } from './session.ts';
import type { Qid } from './wire.ts';

export const attach: Handler = async ({ session, in: fields, out }) => {
  const fid = fields.u32();
  fields.u32(); // no authentication
  fields.string();
  fields.string();
  const uid = fields.u32();
  const qid = session.qid(await session.folder.status([]));
  session.fids.add(fid, [], uid);
  out.qid(qid);
};

/** A walk that fails on its way answers how far it came; one that fails at once is refused. */
export const walk: Handler = async ({ session, in: fields, out }) => {
  const [number, newNumber, count] = [fields.u32(), fields.u32(), fields.u16()];
  if (count > MAX_WALK) throw new NinepError(E.invalid);
  const names = Array.from({ length: count }, () => fields.string());
  const fid = session.fids.get(number);
  if (newNumber !== number && session.fids.has(newNumber)) throw new NinepError(E.invalid);
  if (newNumber === number) requireClosed(fid);
  const { path, qids } = await follow(session, fid.path, names);
  if (qids.length === names.length) {
    if (newNumber === number) fid.path = path;
    else session.fids.add(newNumber, path, fid.uid);
  }
  out.u16(qids.length);
  for (const qid of qids) out.qid(qid);
};

async function follow(
  session: Session,
  start: FolderPath,
  names: readonly string[],
): Promise<{ path: FolderPath; qids: Qid[] }> {
  let path = start;
  const qids: Qid[] = [];
  for (const name of names) {
    try {
      // `..` of the topmost folder is that folder itself
      const next = name === '.' ? path : name === '..' ? path.slice(0, -1) : childPath(path, name, E.noEntry);
      qids.push(session.qid(await session.folder.status(next)));
      path = next;
    } catch (error) {
      if (qids.length === 0) throw error;
      break;
    }
  }
  return { path, qids };
}

export const mkdir: Handler = async ({ session, in: fields, out }) => {
  const { path, uid } = session.fids.get(fields.u32());
  const name = fields.string();
  const [mode, gid] = [fields.u32(), fields.u32()];
  session.requireWritable();
  const target = childPath(path, name, E.exists);
  await session.folder.makeFolder(target, mode & 0o7777);
  await session.own(target, uid, gid);
  out.qid(session.qid(await session.folder.status(target)));
};

export const symlink: Handler = async ({ session, in: fields, out }) => {
  const { path, uid } = session.fids.get(fields.u32());
  const [name, goal, gid] = [fields.string(), fields.string(), fields.u32()];
  session.requireWritable();
  const target = childPath(path, name, E.exists);
  if (goal === '' || goal.includes('\0')) throw new NinepError(E.noEntry);
  await session.folder.symlink(target, goal);
  await session.own(target, uid, gid);
  out.qid(session.qid(await session.folder.status(target)));
};

/** Regular files can be made anywhere; pipes, sockets and devices where their kind is kept beside them. */
export const mknod: Handler = async ({ session, in: fields, out }) => {
  const { path, uid } = session.fids.get(fields.u32());
  const name = fields.string();
  const [mode, major, minor, gid] = [fields.u32(), fields.u32(), fields.u32(), fields.u32()];
  session.requireWritable();
  const target = childPath(path, name, E.exists);
  const { folder } = session;
  if ((mode & S_IFMT) === S_IFREG) {
    const file = await folder.create(target, { access: 'w' }, mode & 0o7777, true);
    await file.close();
  } else if (folder.makeNode) await folder.makeNode(target, mode, deviceNumber(major, minor));
  else throw new NinepError(E.perm);
  await session.own(target, uid, gid);
  out.qid(session.qid(await folder.status(target)));
};

/** As Linux packs it: eight bits of the minor number lowest, then twelve of the major one. */
function deviceNumber(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12)) >>> 0;
}

export const link: Handler = async ({ session, in: fields }) => {
  const folder = session.fids.get(fields.u32());
  const file = session.fids.get(fields.u32());
  const target = childPath(folder.path, fields.string(), E.exists);
  session.requireWritable();
  await session.folder.link(file.path, target);
};

export const rename: Handler = async ({ session, in: fields }) => {
  const { path } = session.fids.get(fields.u32());
  const folder = session.fids.get(fields.u32());
  await move(session, path, childPath(folder.path, fields.string(), E.isDirectory));
};

export const renameat: Handler = async ({ session, in: fields }) => {
  const oldFolder = session.fids.get(fields.u32());
  const from = childPath(oldFolder.path, fields.string(), E.isDirectory);
  const newFolder = session.fids.get(fields.u32());
  await move(session, from, childPath(newFolder.path, fields.string(), E.isDirectory));
};

async function move(session: Session, from: FolderPath, to: FolderPath): Promise<void> {
  session.requireWritable();
  if (from.length === 0) throw new NinepError(E.invalid);
  await session.folder.rename(from, to);
  session.fids.moved(from, to);
}
