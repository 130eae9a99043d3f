import { HostMemory } from '../../host-memory.ts';
import { assemble, type Encoded, type Extension } from '../../isa/index.ts';
import {
  type BlockSizes,
  type CpuBus,
  Engine,
  engineMemorySize,
  type Hart,
  type HartIdentity,
  type MessageFiles,
  type PrivilegedVersion,
  type SatpMode,
} from '../index.ts';

export const RAM_BASE = 0x8000_0000;
export const DEVICE = 0x1000_0000;
const DEVICE_SIZE = 0x1000;
/** Tests run translated code from the first branch on; HMP_TRANSLATE_AFTER=0 tests the interpreter. */
const TRANSLATE_AFTER = Number(process.env['HMP_TRANSLATE_AFTER'] ?? 1);

/** Test support: harts on RAM at 0x80000000 and one device page that records its accesses. */
export class TestMachine implements CpuBus {
  readonly memory: HostMemory;
  readonly engine: Engine;
  readonly hart: Hart;
  readonly ram: number;
  readonly ramSize: number;
  readonly accesses: { kind: 'load' | 'store'; address: number; size: number; value: bigint }[] = [];
  readonly compares: bigint[] = [];
  /** What vstimecmp and htimedelta became. */
  readonly guestCompares: [bigint, bigint][] = [];
  readLow = 0;
  readHigh = 0;
  ticks = 0n;
  deviceValue = 0n;

  constructor(
    options: {
      harts?: number;
      ramSize?: number;
      satpMode?: SatpMode;
      codePages?: number;
      without?: Extension[];
      translateAfter?: number;
      translateTogether?: number;
      blockSizes?: BlockSizes;
      pmp?: boolean;
      privileged?: PrivilegedVersion;
      identity?: HartIdentity;
      files?: MessageFiles;
    } = {},
  ) {
    const harts = options.harts ?? 1;
    const codePages = options.codePages ?? 16;
    this.ramSize = options.ramSize ?? 1 << 20;
    this.memory = new HostMemory(engineMemorySize(harts, this.ramSize, codePages) + this.ramSize);
    this.ram = this.memory.allocate('ram', this.ramSize);
    const environment = {
      bus: this,
      time: () => this.ticks,
      messageFiles: () => options.files ?? null,
      stimecmpChanged: (_: Hart, value: bigint) => {
        this.compares.push(value);
      },
      vstimecmpChanged: (_: Hart, value: bigint, delta: bigint) => {
        this.guestCompares.push([value, delta]);
      },
    };
    const satpMode = options.satpMode ?? 'sv57';
    this.engine = new Engine(this.memory, environment, {
      harts,
      satpMode,
      codePages,
      without: new Set(options.without ?? ['Svade', 'Smstateen', 'Sscofpmf']),
      ...(options.blockSizes ? { blockSizes: options.blockSizes } : {}),
      ...(options.pmp === undefined ? {} : { pmp: options.pmp }),
      ...(options.privileged === undefined ? {} : { privileged: options.privileged }),
      ...(options.identity === undefined ? {} : { identity: options.identity }),
      translateAfter: options.translateAfter ?? TRANSLATE_AFTER,
      translateTogether: options.translateTogether ?? 1,
    });
    this.hart = this.engine.harts[0]!;
    this.hart.reset(RAM_BASE);
  }

  hostOffset(paddr: number): number {
    const offset = paddr - RAM_BASE;
    return offset >= 0 && offset < this.ramSize ? this.ram + offset : -1;
  }

  load(paddr: number, size: 1 | 2 | 4 | 8): boolean {
    if (paddr < DEVICE || paddr + size > DEVICE + DEVICE_SIZE) return false;
    this.readLow = Number(this.deviceValue & 0xffff_ffffn);
    this.readHigh = Number(this.deviceValue >> 32n);
    this.accesses.push({ kind: 'load', address: paddr, size, value: this.deviceValue });
    return true;
  }

  store(paddr: number, size: 1 | 2 | 4 | 8, low: number, high: number): boolean {
    if (paddr < DEVICE || paddr + size > DEVICE + DEVICE_SIZE) return false;
    const value = BigInt.asUintN(size * 8, (BigInt(high) << 32n) | BigInt(low));
    this.accesses.push({ kind: 'store', address: paddr, size, value });
    return true;
  }

  /** Puts instructions (text or encoded) at a physical address, as a loader would. */
  place(address: number, lines: readonly (string | Encoded)[]): void {
    this.placeBytes(address, assemble(lines));
  }

  placeBytes(address: number, bytes: Uint8Array): void {
    this.memory.bytes.set(bytes, this.hostOffset(address));
    this.engine.invalidateCode(this.hostOffset(address), bytes.length);
  }

  write64(address: number, value: bigint): void {
    this.memory.view.setBigUint64(this.hostOffset(address), BigInt.asUintN(64, value), true);
  }

  read64(address: number): bigint {
    return this.memory.view.getBigUint64(this.hostOffset(address), true);
  }

  /** Places the lines at the hart's pc (or `at`), with a wfi behind them, and runs to it. */
  execute(lines: readonly (string | Encoded)[], at = RAM_BASE): void {
    this.place(at, [...lines, 'wfi']);
    this.hart.pc = BigInt(at);
    this.run();
  }

  /** Runs until the hart waits, whatever turns it gives away; fails when it does not within `limit` instructions. */
  run(limit = 100_000): void {
    let reason = this.hart.run(limit);
    for (let turns = 0; reason === 'exit' && turns < limit; turns++) reason = this.hart.run(limit);
    if (reason !== 'wfi') throw new Error(`stopped by ${reason} at pc 0x${this.hart.pc.toString(16)}`);
    this.wake();
  }

  /** Ends the wait, as an interrupt that nobody takes would. */
  wake(): void {
    const { hart } = this;
    const enabled = hart.csr('mie');
    const status = hart.csr('mstatus');
    hart.setCsr('mie', 8n);
    hart.setCsr('mstatus', status & ~8n);
    hart.setInterrupt(3, true);
    hart.setInterrupt(3, false);
    hart.setCsr('mstatus', status);
    hart.setCsr('mie', enabled);
  }
}

/** Values at the borders of what instructions distinguish. */
export const EDGES: readonly bigint[] = [
  0n,
  1n,
  2n,
  63n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0001n,
  0x7fff_ffff_ffff_ffffn,
  0x8000_0000_0000_0000n,
  0x1234_5678_9abc_def0n,
  0xffff_ffff_8000_0000n,
  0xffff_ffff_ffff_fffen,
  0xffff_ffff_ffff_ffffn,
];
