export { AssemblyError, assemble, assembleLine, type Encoded, encode } from './assembler.ts';
export {
  CSRS,
  type Csr,
  csrByNumber,
  csrLevel,
  csrName,
  csrNumber,
  ENVCFG,
  GRANTED_ENVIRONMENT,
  HS_INTERRUPTS,
  HSTATUS,
  HSTATUS_AT_RESET,
  HVICTL,
  HYPERVISOR_CAUSES,
  INTERRUPT,
  isReadOnlyCsr,
  LATEST_PRIVILEGED,
  M_INTERRUPTS,
  MSTATUS,
  type PrivilegedVersion,
  S_INTERRUPTS,
  STATE_ENABLE,
  STATUS_AT_RESET,
  VS_INTERRUPTS,
} from './csrs.ts';
export { type Decoded, decode, instructionSize } from './decoder.ts';
export { type Disassembly, disassemble } from './disassembler.ts';
export {
  EXTENSIONS,
  type Extension,
  type ExtensionRow,
  extensions,
  singleLetterExtensions,
  WITHOUT_BY_DEFAULT,
} from './extensions.ts';
export { extractOperands, type Operands, type Pattern, PatternError, parsePattern } from './pattern.ts';
export { F_NAMES, fRegisterIndex, X_NAMES, xRegisterIndex } from './registers.ts';
export type {
  AccessSize,
  CompressedInstruction,
  Emitter,
  GuestAccess,
  Instruction,
  SystemAction,
} from './row.ts';
export {
  COMPRESSED_INSTRUCTIONS,
  INSTRUCTIONS,
  instructionByName,
} from './table.ts';
export { effectiveAddress, transformedInstruction } from './transformed.ts';
