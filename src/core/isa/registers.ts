/** ABI names of x0..x31 (RISC-V psABI, integer register convention). */
export const X_NAMES: readonly string[] = [
  'zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1',
  'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7',
  's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11',
  't3', 't4', 't5', 't6',
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
