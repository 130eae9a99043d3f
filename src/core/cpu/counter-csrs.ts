import type { Behaviour } from './csr-file.ts';
import type { HartState } from './hart-state.ts';

const INHIBIT = { mcycle: 1n, minstret: 4n } as const;
type Counter = keyof typeof INHIBIT;

/**
 * mcycle, minstret, what is seen of them in lower modes, and mcountinhibit. A counter's slot holds its value less the
 * retired instructions, or its value while it is inhibited.
 */
export function counterBehaviours(state: HartState, retired: () => bigint): Record<string, Behaviour> {
  const counter = (name: Counter): Behaviour => {
    const inhibited = () => (state.csr('mcountinhibit') & INHIBIT[name]) !== 0n;
    const offset = () => (inhibited() ? 0n : retired());
    return {
      live: true,
      read: stored => BigInt.asUintN(64, stored + offset()),
      // the instruction that writes does not count
      write: value => BigInt.asUintN(64, inhibited() ? value : value - offset() - 1n),
    };
  };
  const [cycles, instructions] = [counter('mcycle'), counter('minstret')];
  return {
    mcycle: cycles,
    cycle: cycles,
    minstret: instructions,
    instret: instructions,
    mcountinhibit: {
      write: (value, old) => {
        for (const name of ['mcycle', 'minstret'] as const) {
          if (((value ^ old) & INHIBIT[name]) !== 0n) stop(name, (value & INHIBIT[name]) !== 0n);
        }
        return value;
      },
    },
  };

  function stop(name: Counter, stopping: boolean): void {
    const stored = state.csr(name);
    state.setCsr(name, BigInt.asUintN(64, stopping ? stored + retired() : stored - retired()));
  }
}
