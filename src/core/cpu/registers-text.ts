import { CSRS, F_NAMES, X_NAMES } from '../isa/index.ts';

const CSR_ORDER = [
  'mhartid', 'mstatus', 'hstatus', 'vsstatus', 'mip', 'mie', 'mideleg', 'hideleg', 'medeleg', 'hedeleg',
  'mtvec', 'stvec', 'vstvec', 'mepc', 'sepc', 'vsepc', 'mcause', 'scause', 'vscause', 'mtval', 'stval',
  'htval', 'mtval2', 'mscratch', 'sscratch', 'satp',
]; // biome-ignore format: a table
/** Those of the list that are there with the hypervisor extension. */
const HYPERVISOR_CSRS = new Set(CSRS.filter(({ hypervisor }) => hypervisor).map(({ name }) => name));

const MISA_F = 1n << 5n;
const MISA_H = 1n << 7n;

export interface RegisterSource {
  readonly pc: bigint;
  /** V. */
  readonly virtual: boolean;
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

/** One hart's registers in QEMU's layout: special registers one a line, x and f four a line. */
export function formatRegisters(hartId: number, source: RegisterSource): string {
  const line = (name: string, value: bigint) => ` ${name.padEnd(8)} ${hex(value)}\n`;
  const hasGuests = (source.csr('misa') & MISA_H) !== 0n;
  const virtual = hasGuests ? ` V      =   ${source.virtual ? 1 : 0}\n` : '';
  const names = CSR_ORDER.filter(name => hasGuests || !HYPERVISOR_CSRS.has(name));
  const special = names.map(name => line(name, source.csr(name))).join('');
  const integers = rows('x', X_NAMES, index => source.x(index));
  const hasFloat = (source.csr('misa') & MISA_F) !== 0n;
  const fcsr = hasFloat ? line('fcsr', source.csr('fcsr')) : '';
  const floats = rows('f', F_NAMES, index => source.f(index));
  return `\nCPU#${hartId}\n${virtual}${line('pc', source.pc)}${special}${integers}${fcsr}${floats}`;
}
