/** ABI names of x0..x31 (RISC-V psABI, integer register convention). */
export const X_NAMES: readonly string[] = [
  'zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1',
  'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7',
  's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11',
  't3', 't4', 't5', 't6',
]; // biome-ignore format: a table

/** ABI names of f0..f31. */
export const F_NAMES: readonly string[] = Array.from({ length: 32 }, (_, index) => {
  if (index < 8) return `ft${index}`;
  if (index < 10) return `fs${index - 8}`;
  if (index < 18) return `fa${index - 10}`;
  return index < 28 ? `fs${index - 16}` : `ft${index - 20}`;
});

/** Rounding modes as assembly text and the disassembler have them, by number; 5 and 6 are reserved. */
export const ROUNDING_NAMES: readonly string[] = ['rne', 'rtz', 'rdn', 'rup', 'rmm', 'inv', 'inv', 'dyn'];

/** The numbers that fli loads, as text, by the immediate. */
export const FLI_NAMES: readonly string[] = [
  '-1.0', 'min', '1.52587890625e-05', '3.0517578125e-05', '0.00390625', '0.0078125', '0.0625', '0.125',
  '0.25', '0.3125', '0.375', '0.4375', '0.5', '0.625', '0.75', '0.875', '1.0', '1.25', '1.5', '1.75',
  '2.0', '2.5', '3.0', '4.0', '8.0', '16.0', '128.0', '256.0', '32768.0', '65536.0', 'inf', 'nan',
]; // biome-ignore format: a table

const BY_NAME = new Map<string, number>([
  ...X_NAMES.map((name, index): [string, number] => [name, index]),
  ...X_NAMES.map((_, index): [string, number] => [`x${index}`, index]),
  ['fp', 8],
]);

/** Index of an integer register by its ABI name or x number. */
export function xRegisterIndex(name: string): number | undefined {
  return BY_NAME.get(name);
}

const F_BY_NAME = new Map<string, number>([
  ...F_NAMES.map((name, index): [string, number] => [name, index]),
  ...F_NAMES.map((_, index): [string, number] => [`f${index}`, index]),
]);

/** Index of a floating-point register by its ABI name or f number. */
export function fRegisterIndex(name: string): number | undefined {
  return F_BY_NAME.get(name);
}
