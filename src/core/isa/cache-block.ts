import { type Instruction, instruction, type SystemAction } from './row.ts';

/** Zicbom and Zicboz: operations on the cache block that holds the address in rs1. */

type Semantics = Instruction['emit'];

const row = (extension: 'Zicbom' | 'Zicboz', name: string, funct12: string, emit: Semantics) =>
  instruction(extension, name, `${funct12} rs1 010 00000 0001111`, 'rs1', emit);

const managed = (action: SystemAction, funct12: string) =>
  row('Zicbom', action, funct12, e => e.system(action));

export const CACHE_BLOCK: readonly Instruction[] = [
  managed('cbo.inval', '000000000000'),
  managed('cbo.clean', '000000000001'),
  managed('cbo.flush', '000000000010'),
  row('Zicboz', 'cbo.zero', '000000000100', e => e.clearBlock()),
];
