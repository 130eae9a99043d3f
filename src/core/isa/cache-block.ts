import { type Instruction, instruction, type SystemAction } from './row.ts';

/** Zicbom and Zicboz: operations on the cache block that holds the address in rs1. */

const row = (extension: 'Zicbom' | 'Zicboz', action: SystemAction, funct12: string) =>
  instruction(extension, action, `${funct12} rs1 010 00000 0001111`, 'rs1', e => e.system(action));

export const CACHE_BLOCK: readonly Instruction[] = [
  row('Zicbom', 'cbo.inval', '000000000000'),
  row('Zicbom', 'cbo.clean', '000000000001'),
  row('Zicbom', 'cbo.flush', '000000000010'),
  row('Zicboz', 'cbo.zero', '000000000100'),
];
