export { type BuiltTable, optionsOf, tableOf, toBuilt } from './built.ts';
export { conditionHolds } from './conditions.ts';
export { HxSyntaxError } from './errors.ts';
export type {
  HxDocItem,
  HxDocText,
  HxEntry,
  HxLocation,
  HxMember,
  HxOption,
  HxOptionTable,
  HxPiece,
  HxTable,
} from './model.ts';
export { parseOptions, parseTable } from './parser.ts';
export { mergeTables, resolveOptions, resolveTable } from './table.ts';
