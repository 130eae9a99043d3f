import type { Extension } from './extensions.ts';
import { type Alias, alias, type Instruction, instruction, type SystemAction } from './row.ts';

/** Zicsr, Zifencei and the privileged instructions, with Svinval and Zawrs. */

const csr = (
  name: string,
  funct3: string,
  operation: 'write' | 'set' | 'clear',
  operand: 'register' | 'field',
  aliases?: Alias[],
) =>
  instruction(
    'Zicsr',
    name,
    `uimm[11:0] rs1 ${funct3} rd 1110011`,
    operand === 'register' ? 'rd,csr,rs1' : 'rd,csr,zimm',
    e => e.csr(operation, operand),
    aliases,
  );

const system = (extension: Extension, action: SystemAction, funct12: string) =>
  instruction(extension, action, `${funct12} 00000 000 00000 1110011`, '', e => e.system(action));

/** A fence of address translation: rs1 an address, rs2 a space, zero for all. */
export const fence = (extension: Extension, action: SystemAction, funct7: string) =>
  instruction(extension, action, `${funct7} rs2 rs1 000 00000 1110011`, 'rs1,rs2', e => e.system(action));

export const PRIVILEGED: readonly Instruction[] = [
  csr('csrrw', '001', 'write', 'register', [
    alias('fsflags', 'rd,rs1', { imm: 0x001 }),
    alias('fsrm', 'rd,rs1', { imm: 0x002 }),
    alias('fscsr', 'rd,rs1', { imm: 0x003 }),
  ]),
  csr('csrrs', '010', 'set', 'register', [
    alias('frflags', 'rd', { imm: 0x001, rs1: 0 }),
    alias('frrm', 'rd', { imm: 0x002, rs1: 0 }),
    alias('frcsr', 'rd', { imm: 0x003, rs1: 0 }),
    alias('rdcycle', 'rd', { imm: 0xc00, rs1: 0 }),
    alias('rdtime', 'rd', { imm: 0xc01, rs1: 0 }),
    alias('rdinstret', 'rd', { imm: 0xc02, rs1: 0 }),
    alias('rdcycleh', 'rd', { imm: 0xc80, rs1: 0 }),
    alias('rdtimeh', 'rd', { imm: 0xc81, rs1: 0 }),
    alias('rdinstreth', 'rd', { imm: 0xc82, rs1: 0 }),
  ]),
  csr('csrrc', '011', 'clear', 'register'),
  csr('csrrwi', '101', 'write', 'field', [
    alias('fsflagsi', 'rd,imm', { imm: 0x001 }),
    alias('fsrmi', 'rd,imm', { imm: 0x002 }),
  ]),
  csr('csrrsi', '110', 'set', 'field'),
  csr('csrrci', '111', 'clear', 'field'),
  // Stores drop what was decoded from the bytes that they change, so there is nothing left to do.
  instruction('Zifencei', 'fence.i', 'uimm[11:0] rs1 001 rd 0001111', '', () => {}),
  system('M-mode', 'mret', '001100000010'),
  system('S', 'sret', '000100000010'),
  system('M-mode', 'wfi', '000100000101'),
  fence('S', 'sfence.vma', '0001001'),
  fence('Svinval', 'sinval.vma', '0001011'),
  system('Svinval', 'sfence.w.inval', '000110000000'),
  system('Svinval', 'sfence.inval.ir', '000110000001'),
  system('Zawrs', 'wrs.nto', '000000001101'),
  system('Zawrs', 'wrs.sto', '000000011101'),
];
