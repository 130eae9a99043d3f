import { EXTENSIONS, type Extension, type SatpMode } from '../cpu/index.ts';
import type { PropertySpec, TypeInfo } from '../qom/types.ts';

/**
 * The properties of harts: a switch for each extension that there is a choice of, the depth of
 * page tables, and what else can be chosen. Names and defaults are QEMU's.
 */

/** Extensions that QEMU knows and this machine does not have: they can be off. */
const ABSENT = [
  'e', 'v', 'zfh', 'zfhmin', 'zfbfmin', 'zfinx', 'zdinx', 'zhinx', 'zhinxmin', 'zve32f', 'zve32x', 'zve64d',
  'zve64f', 'zve64x', 'zvbb', 'zvbc', 'zvfh', 'zvfhmin', 'zvfbfmin', 'zvfbfwma', 'zvkb', 'zvkg', 'zvkn', 'zvknc',
  'zvkned', 'zvkng', 'zvknha', 'zvknhb', 'zvks', 'zvksc', 'zvksed', 'zvksg', 'zvksh', 'zvkt', 'zbkb', 'zbkc', 'zbkx',
  'zk', 'zkn', 'zknd', 'zkne', 'zknh', 'zkr', 'zks', 'zksed', 'zksh', 'zkt', 'zcb', 'zce', 'zcf', 'zcmop', 'zcmp',
  'zcmt', 'zimop', 'zicfilp', 'zicfiss', 'zilsd', 'zclsd', 'zabha', 'zacas', 'zama16b', 'ztso', 'smepmp', 'smstateen',
  'smcdeleg', 'ssccfg', 'smcsrind', 'sscsrind', 'smcntrpmf', 'sscofpmf', 'smctr', 'ssctr',
  'smdbltrp', 'ssdbltrp', 'smmpm', 'smnpm', 'ssnpm', 'smrnmi', 'debug',
]; // biome-ignore format: a list

/** Parts and bases that QEMU lets one name, though there is no choice here. */
const SETTLED: readonly (readonly [string, boolean])[] = [
  ['i', true],
  ['c', true],
  ['s', true],
  ['u', true],
  ['zicsr', true],
  ['zmmul', false],
  ['zaamo', false],
  ['zalrsc', false],
  ['zca', false],
  ['zcd', false],
];

/** Several extensions by one name; each is on when this is. */
export const BUNDLES: ReadonlyMap<string, readonly Extension[]> = new Map([
  ['g', ['M', 'A', 'F', 'D', 'Zifencei']],
  ['b', ['Zba', 'Zbb', 'Zbs']],
]);

/** Earlier spellings of properties. */
export const LEGACY_NAMES: ReadonlyMap<string, string> = new Map(
  ['Zicsr', 'Zifencei', 'Zihintntl', 'Zihintpause', 'Zawrs', 'Zfa', 'Zfh', 'Zfhmin'].map(name => [
    name,
    name.toLowerCase(),
  ]),
);

/** Extensions with a choice, by the property. */
export const SWITCHES: ReadonlyMap<string, Extension> = new Map(
  EXTENSIONS.filter(({ kind }) => kind === 'on' || kind === 'off').map(({ name }) => [
    name.toLowerCase(),
    name,
  ]),
);

/** Deepest first; switching one off takes the deeper ones with it. */
export const PAGE_TABLES: readonly SatpMode[] = ['sv57', 'sv48', 'sv39'];

export const isAbsent = (name: string) => ABSENT.includes(name);
export const isSettled = (name: string) => SETTLED.some(([settled]) => settled === name);

const flag = (name: string, defaultValue: boolean): PropertySpec => ({ name, kind: 'bool', defaultValue });
const blockSize = (name: string): PropertySpec => ({ name, kind: 'uint16', defaultValue: 64 });

/** Properties of a model whose choices are on by default when `isOn` says so. */
function properties(isOn: (extension: Extension) => boolean): PropertySpec[] {
  return [
    ...[...SWITCHES].map(([name, extension]) => flag(name, isOn(extension))),
    ...[...BUNDLES.keys()].map(name => flag(name, false)),
    ...SETTLED.map(([name, value]) => flag(name, value)),
    ...ABSENT.map(name => flag(name, false)),
    flag('mmu', true),
    flag('pmp', true),
    // without a default: what was said matters, not what would hold
    ...PAGE_TABLES.map((name): PropertySpec => ({ name, kind: 'bool' })),
    blockSize('cbom_blocksize'),
    blockSize('cbop_blocksize'),
    blockSize('cboz_blocksize'),
    { name: 'resetvec', kind: 'uint64', defaultValue: 0x1000n },
    { name: 'start-powered-off', kind: 'on/off', defaultValue: false, description: 'on/off' },
  ];
}

const byDefault = new Map(EXTENSIONS.map(({ name, kind }) => [name, kind === 'on']));

export const cpuTypeName = (model: string) => `${model}-riscv-cpu`;

function model(name: string, isOn: (extension: Extension) => boolean): TypeInfo {
  return {
    name: cpuTypeName(name),
    parent: 'riscv-cpu',
    category: 'CPU',
    userCreatable: false,
    properties: properties(isOn),
  };
}

export const cpuTypes: readonly TypeInfo[] = [
  model('rv64', extension => byDefault.get(extension) === true),
  // hardware updates of A and D exclude faults for them
  model('max', extension => extension !== 'Svade'),
];
