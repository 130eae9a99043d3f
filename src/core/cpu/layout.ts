import { CSRS } from '../isa/index.ts';

/** Byte offsets in a hart's block of host memory. Registers and csrs are 64-bit slots. */
export const STATE = {
  x: 0x000,
  /** Writes to x0 land here. */
  discard: 0x100,
  pc: 0x108,
  /** Value of the device access that is under way. */
  deviceValue: 0x110,
  /** Address of the load reservation; all ones: none. */
  reservation: 0x118,
  reservedValue: 0x120,
  /** Root page table's physical address. */
  pageTable: 0x128,
  /** Physical address of the device store that is under way. */
  storeAddress: 0x130,
  /** 32-bit words from here. A taken branch leaves the loop when the remaining budget is not above this one. */
  stop: 0x140,
  exitRequest: 0x144,
  /** What is left of the budget of the run() under way. */
  left: 0x148,
  privilege: 0x14c,
  /** Exceptions taken in the run() under way. */
  traps: 0x170,
  /** Not 0: a translated region left, and its next instruction is for the interpreter. */
  interpret: 0x174,
  /** Bits of FILLED: TLBs that may hold entries. */
  tlbFilled: 0x178,
  /** Which of DATA_SETS loads and stores use now, and where its TLB is. */
  dataSet: 0x150,
  dataTlb: 0x154,
  fetchTlb: 0x158,
  /** Not 0: traps are told to TypeScript. */
  watchTraps: 0x17c,
  /** Page-table levels; 0 while satp is bare. */
  levels: 0x15c,
  /** Region, by start and mask, that superpages above 2 MiB put into the TLBs fragment by fragment. */
  largePageStart: 0x160,
  largePageMask: 0x168,
  /** 32-bit words. Bits of VIRTUAL; 0 in a hart that has nothing to do with guests now. */
  virtual: 0x180,
  /** As `levels`, of vsatp and hgatp. */
  guestLevels: 0x184,
  stageLevels: 0x188,
  /** What the hart did in a guest's page tables when it met the guest-page fault: an ACCESS, 0: nothing. */
  guestWalk: 0x18c,
  /** Root page tables of vsatp (a guest-physical address) and hgatp. */
  guestTable: 0x190,
  stageTable: 0x198,
  /** Guest-physical address of a guest-page fault. */
  guestAddress: 0x1a0,
  /** mstatus.FS while V is set: then mstatus has what holds for the guest. */
  hostFloat: 0x1a8,
  /** 32-bit word, of REACH. */
  csrReach: 0x1b0,
  /** 32-bit word: DATA_SETS, a bit for each, whose TLBs or whose mode's fetch TLB may hold what is not global. */
  localSets: 0x1b4,
  /** Fences that emptied the entries of one page alone. */
  pageFlushes: 0x1b8,
  /** f0..f31 and fcsr. */
  f: 0x400,
  fcsr: 0x500,
  csrs: 0x600,
} as const;

/** TLBs that satp rules, together with those of M mode, those of guests, and all of them. */
export const FILLED = { virtual: 1, host: 3, guest: 4, all: 7 } as const;

/** V, and whether M-mode's loads and stores go through a guest's address translation. */
export const VIRTUAL = { on: 1, data: 2 } as const;

/**
 * Which csrs instructions reach that have no further rules: none by their own names in user mode and in guests, in
 * S-mode those of hypervisors too.
 */
export const REACH = { none: 0, supervisor: 2, machine: 3 } as const;

/** Translation regimes of loads and stores, each with TLBs of its own so that a trap flushes nothing. */
export const DATA_SETS = {
  machine: 0,
  supervisor: 1,
  supervisorUser: 2,
  user: 3,
  guestSupervisor: 4,
  guestSupervisorUser: 5,
  guestUser: 6,
} as const;
/** From a mode's regime to that of the same mode of guests. */
export const TO_GUEST_SET = DATA_SETS.guestSupervisor - DATA_SETS.supervisor;
const DATA_SET_COUNT = 7;
/** Fetches differ by privilege alone; the number is that of mstatus.MPP, with TO_GUEST_FETCH added while V is set. */
export const TO_GUEST_FETCH = 4;
const FETCH_TLB_COUNT = TO_GUEST_FETCH + 2;

export const TLB_ENTRIES = 1024;
/** Entry: u64 virtual page (all ones: empty), u32 addend (host offset less virtual address, or record page). */
export const TLB_ENTRY_SIZE = 16;
export const TLB_SIZE = TLB_ENTRIES * TLB_ENTRY_SIZE;
export const TLB_ADDEND = 8;

/** Physical pages as the walker sees them: u64 page, u32 host for reads, u32 host for writes, u32 rights. */
export const PHYSICAL_ENTRIES = 4096;
export const PHYSICAL_ENTRY_SIZE = 32;
export const PHYSICAL = { page: 0, read: 8, write: 12, rights: 16 } as const;
/** Bits of `rights`: PMP's verdict on the whole page, r w x for M at 0, for S and U at 3. */
export const RIGHTS = { lessShift: 3, partial: 1 << 6 } as const;

export const PAGE_SIZE = 4096;
/** A pre-decoded record stands for each halfword of a code page. */
export const RECORD_SIZE = 16;
export const RECORDS_PER_PAGE = PAGE_SIZE / 2;
/** Records of a page and two sentinels, where straight-line execution leaves it. */
export const RECORD_PAGE_SIZE = (RECORDS_PER_PAGE + 2) * RECORD_SIZE;
export const RECORD_AREA = RECORDS_PER_PAGE * RECORD_SIZE;
/**
 * u16 handler, u16 distance to the next record, u16 offsets of rd, rs1, rs2 in the hart's block,
 * u16 heat, i32 immediate. Heat counts how often a branch came here, up to the threshold of
 * translation; from HEAT_REGION on it is the index of the region that starts here.
 */
export const RECORD = { handler: 0, advance: 2, rd: 4, rs1: 6, rs2: 8, heat: 10, imm: 12 } as const;
export const HEAT_REGION = 2048;
/** Regions that can exist at once: what heat can say. */
export const MAX_REGIONS = 65_536 - HEAT_REGION;

/** Notes of 2 MiB pages that are in the TLBs in fragments: a byte for each by its number, see pushMegapageNote(). */
export const MEGAPAGE_NOTES = 4096;
export const MEGAPAGE_SHIFT = 21;

const TLB_START = 0x1000;
const FETCH_START = TLB_START + DATA_SET_COUNT * 2 * TLB_SIZE;
const PHYSICAL_START = FETCH_START + FETCH_TLB_COUNT * TLB_SIZE;
const MEGAPAGE_START = PHYSICAL_START + PHYSICAL_ENTRIES * PHYSICAL_ENTRY_SIZE;
const SINGLE_START = MEGAPAGE_START + MEGAPAGE_NOTES;

export const AREA = {
  tlbs: TLB_START,
  fetchTlbs: FETCH_START,
  physical: PHYSICAL_START,
  megapages: MEGAPAGE_START,
  /** Record page for instructions that must not be cached: across pages, or under partial PMP regions. */
  single: SINGLE_START,
} as const;

export const HART_SIZE = SINGLE_START + RECORD_PAGE_SIZE;

/** Offset of a data set's read TLB; its write TLB follows at TLB_SIZE. */
export function dataTlbOffset(set: number): number {
  return TLB_START + set * 2 * TLB_SIZE;
}

export function fetchTlbOffset(privilege: number): number {
  return FETCH_START + privilege * TLB_SIZE;
}

const SLOTS = new Map<string, number>([['fcsr', STATE.fcsr]]);
for (const { storage } of CSRS) {
  if (storage !== undefined && !SLOTS.has(storage)) SLOTS.set(storage, STATE.csrs + SLOTS.size * 8);
}
// Lines that devices drive into mip; the mip slot itself holds what software wrote.
SLOTS.set('lines', STATE.csrs + SLOTS.size * 8);

/** Offset of a csr's slot in the hart's block. Throws RangeError for a csr without storage. */
export function csrSlot(storage: string): number {
  const slot = SLOTS.get(storage);
  if (slot === undefined) throw new RangeError(`csr '${storage}' has no storage`);
  return slot;
}

/** csrSlot() of each csr by its number; 0 where there is no storage. */
export const CSR_SLOTS = new Int32Array(4096);
for (const { number, storage } of CSRS) if (storage !== undefined) CSR_SLOTS[number] = csrSlot(storage);

/** Exception causes (privileged specification, table of mcause values). */
export const CAUSE = {
  fetchAccess: 1,
  illegal: 2,
  breakpoint: 3,
  loadMisaligned: 4,
  loadAccess: 5,
  storeMisaligned: 6,
  storeAccess: 7,
  ecallFromUser: 8,
  ecallFromSupervisor: 9,
  ecallFromGuest: 10,
  fetchPage: 12,
  loadPage: 13,
  storePage: 15,
  guestFetchPage: 20,
  guestLoadPage: 21,
  virtualInstruction: 22,
  guestStorePage: 23,
} as const;
/** From a page fault's cause to that of the guest-page fault. */
export const TO_GUEST_PAGE_FAULT = CAUSE.guestFetchPage - CAUSE.fetchPage;

/** `fetched`: a load of what may be executed. */
export const ACCESS = { read: 1, write: 2, execute: 4, fetched: 8 } as const;

/** Results of translate() below zero. `guest`: a guest-page fault, described by guestAddress and guestWalk. */
export const FAULT = { page: -1n, access: -2n, guest: -3n } as const;

/** What the imported csr and system functions tell the loop to do. */
export const OUTCOME = { next: 0, resume: 1, trapped: 2 } as const;

export const EXIT_REASONS = ['budget', 'wfi', 'exit'] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];
