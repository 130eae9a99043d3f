import type { ModuleBuilder, Signature } from '../wasm/index.ts';
import { defineAdd } from './add.ts';
import {
  defineConstants,
  defineIntegral,
  defineModular,
  defineNanExtremes,
  defineQuietComparisons,
} from './additional.ts';
import { defineClassify, defineComparisons, defineExtremes, defineSignInjection } from './compare.ts';
import { defineConvert, defineFromInteger, defineToInteger } from './convert.ts';
import { defineDivide, defineSquareRoot } from './divide.ts';
import { defineFma } from './fma.ts';
import { DOUBLE, type FloatState, RoutineBuilder, SINGLE } from './format.ts';
import { defineHigh, defineMultiply } from './multiply.ts';
import { defineRound } from './round.ts';

export type { FloatState } from './format.ts';

type Precision = 's' | 'd';
type Operation =
  | 'add' | 'mul' | 'div' | 'sqrt' | 'fma' | 'min' | 'max' | 'eq' | 'lt' | 'le' | 'class'
  | 'sgnj' | 'sgnjn' | 'sgnjx' | 'toint' | 'fromsigned' | 'fromunsigned'
  | 'constant' | 'minm' | 'maxm' | 'leq' | 'ltq' | 'integral' | 'integralnx'; // biome-ignore format: a list
/** Names of the routines, with the format that they compute in. */
export type FloatRoutine = `${Operation}.${Precision}` | 'convert.s.d' | 'convert.d.s' | 'modular.d';

/** The routines as functions of a module, exported by their names. */
export interface FloatRoutines {
  readonly index: (name: FloatRoutine) => number;
  readonly signatures: ReadonlyMap<string, Signature>;
}

/**
 * Adds IEEE 754 arithmetic with RISC-V's NaNs, flags and rounding modes to a module; returns
 * the function index of each routine. Operands and results are contents of f registers (i64);
 * rounding modes are i32 of 0 to 4; the last parameter is the address of the hart. The definition of each routine names its parameters.
 */
export function emitFloatRoutines(module: ModuleBuilder, state: FloatState): FloatRoutines {
  const routines = new RoutineBuilder(module, state);
  defineHigh(routines);
  for (const format of [SINGLE, DOUBLE]) {
    defineRound(routines, format);
    defineAdd(routines, format);
    defineMultiply(routines, format);
    defineDivide(routines, format);
    defineSquareRoot(routines, format);
    defineFma(routines, format);
    defineComparisons(routines, format);
    defineExtremes(routines, format);
    defineClassify(routines, format);
    defineSignInjection(routines, format);
    defineToInteger(routines, format);
    defineFromInteger(routines, format);
    defineConstants(routines, format);
    defineNanExtremes(routines, format);
    defineQuietComparisons(routines, format);
    defineIntegral(routines, format);
  }
  for (const format of [SINGLE, DOUBLE]) defineConvert(routines, format);
  defineModular(routines);
  return { index: name => routines.index(name), signatures: routines.signatures };
}
