import { ENVCFG, GRANTED_ENVIRONMENT, HS_INTERRUPTS, MSTATUS, VS_INTERRUPTS } from '../isa/index.ts';
import type { Behaviour } from './csr-file.ts';
import type { HartState } from './hart-state.ts';

const ALL = 0xffff_ffff_ffff_ffffn;
const NEVER = ALL;

interface Parts {
  readonly state: HartState;
  /** mip as software sees it. */
  pending(): bigint;
  /** Bits of menvcfg that the hart has. */
  environment(): bigint;
  /** As mstatus and mtvec behave. */
  readonly status: Behaviour;
  readonly vector: Behaviour;
  legalEnvironment(value: bigint, old: bigint): bigint;
  writeRoot(name: 'vsatp' | 'hgatp', value: bigint, old: bigint): bigint;
  compareChanged(value: bigint, delta: bigint): void;
}

/** Behaviour of the csrs of the hypervisor extension. */
export function guestBehaviours(parts: Parts): Record<string, Behaviour> {
  const { state, pending } = parts;
  // guests see their interrupts one bit below where they are
  const delegated = () => state.csr('hideleg');
  const shifted = (bits: () => bigint, writable: bigint): Behaviour => ({
    live: true,
    read: () => (bits() & delegated()) >> 1n,
    writable: () => (delegated() & writable) >> 1n,
  });
  const keep = (old: bigint, seen: bigint, writable: bigint) => {
    const mask = delegated() & writable;
    return (old & ~mask) | ((seen << 1n) & mask);
  };
  const timerBehaviour = (name: 'vstimecmp' | 'htimedelta'): Behaviour => ({
    write: value => {
      state.setCsr(name, value);
      guestCompareChanged(state, parts.compareChanged);
      return value;
    },
  });
  const granted = () => (state.csr('menvcfg') & parts.environment()) | (ALL & ~GRANTED_ENVIRONMENT);
  return {
    vsstatus: {
      ...parts.status,
      write: (value, old) => {
        if (((value ^ old) & MSTATUS.MXR) !== 0n) state.flushGuest();
        return value & ~MSTATUS.SXL;
      },
    },
    vstvec: parts.vector,
    vsie: {
      ...shifted(() => state.csr('mie'), VS_INTERRUPTS),
      write: (seen, old) => keep(old, seen, VS_INTERRUPTS),
    },
    vsip: {
      ...shifted(pending, VSSIP),
      write: (seen, old) => keep(old, seen, VSSIP),
    },
    hip: { read: () => pending() & HS_INTERRUPTS },
    vstimecmp: timerBehaviour('vstimecmp'),
    htimedelta: timerBehaviour('htimedelta'),
    vsatp: { write: (value, old) => parts.writeRoot('vsatp', value, old) },
    hgatp: { write: (value, old) => parts.writeRoot('hgatp', value, old) },
    henvcfg: {
      read: value => value & granted(),
      writable: granted,
      write: (value, old) => {
        const legal = parts.legalEnvironment(value, old);
        if (((legal ^ old) & (ENVCFG.ADUE | ENVCFG.PBMTE)) !== 0n) state.flushGuest();
        state.setCsr('henvcfg', legal);
        if (((legal ^ old) & ENVCFG.STCE) !== 0n) guestCompareChanged(state, parts.compareChanged);
        return legal;
      },
    },
  };
}

const VSSIP = VS_INTERRUPTS & -VS_INTERRUPTS;

/** Tells what the guest's timer compares with now: both environments have to let it. */
export function guestCompareChanged(
  state: HartState,
  compareChanged: (value: bigint, delta: bigint) => void,
): void {
  const enabled = (state.csr('menvcfg') & state.csr('henvcfg') & ENVCFG.STCE) !== 0n;
  compareChanged(enabled ? state.csr('vstimecmp') : NEVER, state.csr('htimedelta'));
}
