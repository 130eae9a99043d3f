import { F_NAMES, X_NAMES } from '../isa/index.ts';

const CSR_ORDER = [
  'mhartid', 'mstatus', 'mip', 'mie', 'mideleg', 'medeleg', 'mtvec', 'stvec', 'mepc', 'sepc',
  'mcause', 'scause', 'mtval', 'stval', 'mscratch', 'sscratch', 'satp',
]; // biome-ignore format: a table

const MISA_F = 1n << 5n;

export interface RegisterSource {
  readonly pc: bigint;
  x(index: number): bigint;
  f(index: number): bigint;
  csr(name: string): bigint;
}

const hex = (value: bigint) => value.toString(16).padStart(16, '0');

function rows(prefix: string, names: readonly string[], value: (index: number) => bigint): string {
  const cells = names.map((name, index) => ` ${`${prefix}${index}/${name}`.padEnd(8)} ${hex(value(index))}`);
  return Array.from(
    { length: cells.length / 4 },
    (_, row) => `${cells.slice(row * 4, row * 4 + 4).join('')}\n`,
  ).join('');
}

/** One hart's registers in QEMU's layout for a hart without H: special registers one a line, x and f four a line. */
export function formatRegisters(hartId: number, source: RegisterSource): string {
  const line = (name: string, value: bigint) => ` ${name.padEnd(8)} ${hex(value)}\n`;
  const special = CSR_ORDER.map(name => line(name, source.csr(name))).join('');
  const integers = rows('x', X_NAMES, index => source.x(index));
  const hasFloat = (source.csr('misa') & MISA_F) !== 0n;
  const fcsr = hasFloat ? line('fcsr', source.csr('fcsr')) : '';
  const floats = rows('f', F_NAMES, index => source.f(index));
  return `\nCPU#${hartId}\n${line('pc', source.pc)}${special}${integers}${fcsr}${floats}`;
}
