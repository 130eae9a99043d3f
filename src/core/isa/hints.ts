import { type Instruction, instruction } from './row.ts';

/**
 * Hints that do something here: PAUSE, carved out of FENCE, gives the turn to another hart.
 * Prefetches and non-temporal hints are what they are carved out of, instructions that write x0.
 */
export const HINTS: readonly Instruction[] = [
  instruction('Zihintpause', 'pause', '000000010000 00000 000 00000 0001111', '', e => e.system('pause')),
];
