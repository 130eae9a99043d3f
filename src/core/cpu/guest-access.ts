import { type GuestAccess, HSTATUS, MSTATUS } from '../isa/index.ts';
import type { CsrFile } from './csr-file.ts';
import type { DevicePort } from './device-port.ts';
import type { HartState } from './hart-state.ts';
import { ACCESS, CAUSE, DATA_SETS, FAULT, PAGE_SIZE } from './layout.ts';
import type { CpuBus } from './types.ts';

/** Bytes, whether the sign is extended, and what is done there. */
interface Access {
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly kind: number;
}

const row = (size: Access['size'], signed: boolean, kind: number): Access => ({ size, signed, kind });
const { read, write, fetched } = ACCESS;
const ACCESSES: Readonly<Record<GuestAccess, Access>> = {
  'hlv.b': row(1, true, read),
  'hlv.bu': row(1, false, read),
  'hlv.h': row(2, true, read),
  'hlv.hu': row(2, false, read),
  'hlvx.hu': row(2, false, fetched),
  'hlv.w': row(4, true, read),
  'hlv.wu': row(4, false, read),
  'hlvx.wu': row(4, false, fetched),
  'hlv.d': row(8, true, read),
  'hsv.b': row(1, false, write),
  'hsv.h': row(2, false, write),
  'hsv.w': row(4, false, write),
  'hsv.d': row(8, false, write),
};

export const isGuestAccess = (action: string | undefined): action is GuestAccess =>
  action !== undefined && action in ACCESSES;

interface Parts {
  readonly state: HartState;
  readonly csrs: CsrFile;
  readonly bus: CpuBus;
  raise(cause: number, value: bigint): void;
  translate(va: bigint, access: number, set: number): bigint;
  readonly devices: DevicePort;
  codeWritten(host: number, size: number): void;
}

/** Loads and stores of a hypervisor as its guest in the mode of hstatus.SPVP would do them. */
export class GuestAccesses {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reads for HLV and HLVX; undefined when it trapped. */
  load(action: GuestAccess, address: bigint): bigint | undefined {
    const access = ACCESSES[action];
    const { size, signed } = access;
    const places = this.#places(address, access);
    if (places === undefined) return undefined;
    let value = 0n;
    for (const [index, { paddr, bytes, shift }] of places.entries()) {
      const part = this.#read(paddr, bytes);
      if (part === undefined)
        return this.#fault(FAULT.access, access, index === 0 ? address : pageOf(address, size));
      value |= part << BigInt(shift);
    }
    return signed ? BigInt.asUintN(64, BigInt.asIntN(8 * size, value)) : value;
  }

  /** Writes for HSV; false when it trapped. */
  store(action: GuestAccess, address: bigint, value: bigint): boolean {
    const access = ACCESSES[action];
    const places = this.#places(address, access);
    if (places === undefined) return false;
    for (const { paddr, bytes, shift } of places) {
      const part = BigInt.asUintN(8 * bytes, value >> BigInt(shift));
      if (this.#write(paddr, bytes, part)) continue;
      this.#fault(FAULT.access, access, address);
      return false;
    }
    return true;
  }

  get #set(): number {
    const { state } = this.#parts;
    if ((state.csr('hstatus') & HSTATUS.SPVP) === 0n) return DATA_SETS.guestUser;
    const userToo = (state.csr('vsstatus') & MSTATUS.SUM) !== 0n;
    return userToo ? DATA_SETS.guestSupervisorUser : DATA_SETS.guestSupervisor;
  }

  /** Where the access goes: as a whole, or byte by byte when it crosses into another page. */
  #places(
    address: bigint,
    access: Access,
  ): { paddr: number; bytes: Access['size']; shift: number }[] | undefined {
    const { size } = access;
    const crosses = Number(address & BigInt(PAGE_SIZE - 1)) + size > PAGE_SIZE;
    if (!crosses) {
      const paddr = this.#resolve(address, size, access);
      return paddr === undefined ? undefined : [{ paddr, bytes: size, shift: 0 }];
    }
    // a fault on the second page names its first byte, and comes before anything is done
    if (this.#resolve(address, 1, access) === undefined) return undefined;
    if (this.#resolve(pageOf(address, size), 1, access) === undefined) return undefined;
    const places: { paddr: number; bytes: Access['size']; shift: number }[] = [];
    for (let index = 0; index < size; index++) {
      const paddr = this.#resolve(address + BigInt(index), 1, access);
      if (paddr === undefined) return undefined;
      places.push({ paddr, bytes: 1, shift: 8 * index });
    }
    return places;
  }

  #resolve(address: bigint, size: number, access: Access): number | undefined {
    const { csrs, translate } = this.#parts;
    const paddr = translate(BigInt.asIntN(64, address), access.kind, this.#set);
    if (paddr < 0n) return this.#fault(paddr, access, address);
    // what may be executed only is no load's
    const kind = access.kind === fetched ? read : access.kind;
    if (!csrs.pmp.allows(paddr, size, kind, false)) return this.#fault(FAULT.access, access, address);
    return Number(paddr);
  }

  #fault(fault: bigint, { kind }: Access, address: bigint): undefined {
    const [page, denied, guest] =
      kind === write
        ? [CAUSE.storePage, CAUSE.storeAccess, CAUSE.guestStorePage]
        : [CAUSE.loadPage, CAUSE.loadAccess, CAUSE.guestLoadPage];
    const cause = fault === FAULT.page ? page : fault === FAULT.guest ? guest : denied;
    this.#parts.raise(cause, BigInt.asIntN(64, address));
  }

  #read(paddr: number, size: Access['size']): bigint | undefined {
    const { bus, state } = this.#parts;
    const host = bus.hostOffset(paddr, false);
    if (host < 0) return this.#parts.devices.read(paddr, size);
    let value = 0n;
    for (let index = size - 1; index >= 0; index--) {
      value = (value << 8n) | BigInt(state.memory.bytes[host + index]!);
    }
    return value;
  }

  #write(paddr: number, size: Access['size'], value: bigint): boolean {
    const { bus, state } = this.#parts;
    const host = bus.hostOffset(paddr, true);
    if (host < 0) return this.#parts.devices.write(paddr, size, value);
    for (let index = 0; index < size; index++) {
      state.memory.bytes[host + index] = Number((value >> BigInt(8 * index)) & 0xffn);
    }
    this.#parts.codeWritten(host, size);
    return true;
  }
}

/** First byte of the page that the last byte of an access is in. */
const pageOf = (address: bigint, size: number) => (address + BigInt(size - 1)) & ~BigInt(PAGE_SIZE - 1);
