import { RAM_BASE } from './machine.ts';

/** Where a privileged program has what; all of it is mapped onto itself for S-mode in its first 2 MiB. */
export const LAYOUT = {
  entry: RAM_BASE,
  machineVector: RAM_BASE + 0x1000,
  supervisorVector: RAM_BASE + 0x2000,
  /** Handlers of VS-mode. */
  guestVector: RAM_BASE + 0x2800,
  /** Reached when all episodes are over: the log goes out through the serial port, and the machine off. */
  dump: RAM_BASE + 0x3000,
  /** u64 log pointer, two of scratch, address of the next episode. */
  context: RAM_BASE + 0x4000,
  tables: RAM_BASE + 0x8000,
  /** Tables of the second stage; the root comes first. */
  stageTables: RAM_BASE + 0x1_0000,
  episodes: RAM_BASE + 0x4_0000,
  episodeSize: 0x800,
  log: RAM_BASE + 0x8_0000,
  /** 2 MiB that episodes read, write and jump into. */
  data: RAM_BASE + 0x20_0000,
  ramSize: 16 << 20,
} as const;

export const HALF = 0x20_0000;
/** Virtual addresses of the pages under test; without translation there is other memory at them. */
export const PAGES = RAM_BASE + 2 * HALF;
export const PAGE_COUNT = 48;
/** 2 MiB pages: a random one, one that is misaligned, and the program's own half as U-mode may execute it. */
export const LARGE = PAGES + HALF;
export const MISALIGNED = PAGES + 2 * HALF;
export const USER_ALIAS = PAGES + 3 * HALF;

/** Words of a log record: who (1 M, 2 S), cause, epc, tval, status, mie or sie, mip or sip, satp, x1 to x31. */
export const RECORD_WORDS = 8 + 31;
export const RECORD_NAMES: readonly string[] = [
  'mode', 'cause', 'epc', 'tval', 'status', 'ie', 'ip', 'satp',
  ...Array.from({ length: 31 }, (_, index) => `x${index + 1}`),
]; // biome-ignore format: a table
