/** Numbers of 9P2000.L, the dialect that Linux speaks. */
export const T = {
  lerror: 6,
  statfs: 8,
  lopen: 12,
  lcreate: 14,
  symlink: 16,
  mknod: 18,
  rename: 20,
  readlink: 22,
  getattr: 24,
  setattr: 26,
  xattrwalk: 30,
  xattrcreate: 32,
  readdir: 40,
  fsync: 50,
  lock: 52,
  getlock: 54,
  link: 70,
  mkdir: 72,
  renameat: 74,
  unlinkat: 76,
  version: 100,
  auth: 102,
  attach: 104,
  flush: 108,
  walk: 110,
  read: 116,
  write: 118,
  clunk: 120,
  remove: 122,
} as const;

export const DIALECT = '9P2000.L';
/** size[4] type[1] tag[2] */
export const HEADER_SIZE = 7;
/** What a Twrite or an Rread has around its data, as clients reckon. */
export const IO_HEADER_SIZE = 24;
export const LEAST_MSIZE = 4096;
/** Messages are gathered whole: this bounds what a guest can make us hold for one. */
export const MOST_MSIZE = 1 << 20;
export const MAX_WALK = 16;

export const QID_DIRECTORY = 0x80;
export const QID_SYMLINK = 0x02;

export const S_IFMT = 0o170000;
export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;

/** Open flags, with the values of x86 Linux. */
export const O = {
  accessMode: 3,
  exclusive: 0o200,
  truncate: 0o1000,
  append: 0o2000,
  dsync: 0o10000,
  sync: 0o4010000,
} as const;

export const AT_REMOVEDIR = 0x200;
/** Everything up to the blocks; what lies beyond has no source here. */
export const GETATTR_BASIC = 0x7ffn;
export const SETATTR = {
  mode: 1,
  uid: 2,
  gid: 4,
  size: 8,
  atime: 16,
  mtime: 32,
  atimeSet: 128,
  mtimeSet: 256,
} as const;
/** Flags of Txattrcreate. */
export const XATTR = { create: 1, replace: 2 } as const;
/** Most bytes of an extended attribute's value, as on Linux. */
export const XATTR_SIZE_MAX = 65536;
export const LOCK_FLAG_BLOCK = 1;
export const LOCK_TYPE_UNLOCKED = 2;

/** Error numbers of Linux. */
export const E = {
  perm: 1,
  noEntry: 2,
  interrupted: 4,
  io: 5,
  tooBig: 7,
  badFile: 9,
  exists: 17,
  notDirectory: 20,
  isDirectory: 21,
  invalid: 22,
  tooManyFiles: 24,
  noSpace: 28,
  readOnly: 30,
  nameTooLong: 36,
  noSystemCall: 38,
  notEmpty: 39,
  messageSize: 90,
  notSupported: 95,
} as const;

/** A request is refused: the client gets the number. */
export class NinepError extends Error {
  override readonly name = 'NinepError';
  readonly errno: number;
  constructor(errno: number) {
    super(`errno ${errno}`);
    this.errno = errno;
  }
}
