import { type Csr, type Extension, STATE_ENABLE } from '../isa/index.ts';
import type { Behaviour } from './csr-file.ts';
import type { HartState } from './hart-state.ts';
import { CAUSE } from './layout.ts';

/** Smstateen: what lower modes may reach of the state that extensions add. */

const INDEXES = [0, 1, 2, 3] as const;
/** Bits that stand for something on harts without the interrupt architecture. */
const INTERRUPT_BITS = STATE_ENABLE.CSRIND | STATE_ENABLE.AIA | STATE_ENABLE.IMSIC;

/** Why a mode below M may not access the csr; 0 where it may. `guest`: V is set. */
export function stateRefusal(state: HartState, { guard }: Csr, guest: boolean): number {
  if (!guard) return 0;
  const closed = (level: 'm' | 'h') => (state.csr(`${level}stateen${guard.index}`) & guard.bit) === 0n;
  if (closed('m')) return CAUSE.illegal;
  return guest && closed('h') ? CAUSE.virtualInstruction : 0;
}

/** hstateen has no more than mstateen lets it have. */
export function stateEnableBehaviours(
  state: HartState,
  has: (extension: Extension) => boolean,
): Record<string, Behaviour> {
  const known = (index: number) => (index === 0 && !has('Smaia') ? ~INTERRUPT_BITS : -1n);
  return Object.fromEntries(
    INDEXES.flatMap((index): [string, Behaviour][] => {
      const granted = () => state.csr(`mstateen${index}`);
      return [
        [`mstateen${index}`, { writable: () => known(index) }],
        [`hstateen${index}`, { read: value => value & granted(), writable: granted }],
      ];
    }),
  );
}
