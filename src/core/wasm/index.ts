export { CodeBuilder, type Label, type Relocation } from './code.ts';
export { Body, type Local, type Operand, Value } from './expression.ts';
export { IMPORT_MODULE, ModuleBuilder, type Signature } from './module.ts';
export type { LoadOp, PlainOp, StoreOp, ValueType } from './opcodes.ts';
export { relocate } from './relocate.ts';
