/** The NBD protocol (NetworkBlockDevice/nbd, doc/proto.md): fixed newstyle negotiation, simple and structured replies. */

/** `NBDMAGIC` */
export const GREETING = 0x4e42444d41474943n;
/** `IHAVEOPT` */
export const OPTION_MAGIC = 0x49484156454f5054n;
export const OPTION_REPLY_MAGIC = 0x0003e889045565a9n;
export const REQUEST_MAGIC = 0x25609513;
export const SIMPLE_REPLY_MAGIC = 0x67446698;
export const CHUNK_MAGIC = 0x668e33ef;

export const HANDSHAKE = { fixedNewstyle: 1, noZeroes: 2 } as const;

export const OPTION = {
  exportName: 1,
  abort: 2,
  list: 3,
  startTls: 5,
  info: 6,
  go: 7,
  structuredReply: 8,
  listMetaContext: 9,
  setMetaContext: 10,
} as const;

const ERROR = 2 ** 31;
export const REPLY = {
  ack: 1,
  server: 2,
  info: 3,
  metaContext: 4,
  unsupported: ERROR + 1,
  policy: ERROR + 2,
  invalid: ERROR + 3,
  unknown: ERROR + 6,
  tooBig: ERROR + 9,
} as const;

export const INFO = { export: 0, name: 1, description: 2, blockSize: 3 } as const;

/** What an export can do. */
export const TRANSMISSION = {
  hasFlags: 1,
  readOnly: 2,
  flush: 4,
  fua: 8,
  trim: 0x20,
  writeZeroes: 0x40,
  dontFragment: 0x80,
  multiConnection: 0x100,
  cache: 0x400,
} as const;

export const COMMAND = {
  read: 0,
  write: 1,
  disconnect: 2,
  flush: 3,
  trim: 4,
  cache: 5,
  writeZeroes: 6,
  blockStatus: 7,
} as const;

export const COMMAND_FLAG = { fua: 1, noHole: 2, dontFragment: 4, oneExtent: 8 } as const;

export const CHUNK = { done: 1, none: 0, data: 1, blockStatus: 5, error: 2 ** 15 + 1 } as const;

export const NBD_ERROR = { permission: 1, io: 5, invalid: 22, noSpace: 28, shutdown: 108 } as const;

/** Bytes of one request at most, and of a name. */
export const LARGEST_REQUEST = 32 * 2 ** 20;
export const LONGEST_NAME = 4096;
/** Bytes of an option that are looked at; longer ones are read over. */
export const LARGEST_OPTION = 2 * LONGEST_NAME + 4096;
export const PREFERRED_BLOCK = 4096;
