import {
  EXTENSIONS,
  type Extension,
  type ExtensionRow,
  type HartIdentity,
  LATEST_PRIVILEGED,
  NOBODY,
  type PrivilegedVersion,
  type SatpMode,
} from './cpu/index.ts';

/** A kind of hart that `-cpu` knows. */
export interface CpuModel {
  readonly name: string;
  /** One that somebody sells: it has what it has, and nothing can be added. */
  readonly vendor: boolean;
  /** Those of the extensions with a choice that it has. */
  readonly extensions: ReadonlySet<Extension>;
  /** The deepest page tables that it walks. */
  readonly deepest: SatpMode;
  readonly privileged: PrivilegedVersion;
  readonly identity: HartIdentity;
  /** What it has and does not state, since it was made before that had a name. */
  readonly unsaid: ReadonlySet<Extension>;
}

const chosen = (isOn: (extension: Extension, byDefault: boolean) => boolean) =>
  new Set(EXTENSIONS.filter(({ name, kind }) => isOn(name, kind === 'on')).map(({ name }) => name));

function generic(name: string, extensions: ReadonlySet<Extension>): CpuModel {
  return {
    name,
    vendor: false,
    extensions,
    deepest: 'sv57',
    privileged: LATEST_PRIVILEGED,
    identity: NOBODY,
    unsaid: new Set(),
  };
}

const VEYRON_V1: CpuModel = {
  name: 'veyron-v1',
  vendor: true,
  extensions: new Set([
    'M', 'A', 'F', 'D', 'H', 'Zicbom', 'Zicboz', 'Zicntr', 'Zifencei', 'Zihpm', 'Zba', 'Zbb', 'Zbc', 'Zbs', 'Smaia',
    'Smstateen', 'Ssaia', 'Sscofpmf', 'Sstc', 'Svinval', 'Svnapot', 'Svpbmt', 'XVentanaCondOps',
  ]), // biome-ignore format: a list
  deepest: 'sv48',
  privileged: 12,
  identity: { mvendorid: 0x61fn, marchid: 0x8000_0000_0001_0000n, mimpid: 0x111n },
  unsaid: new Set(['Zmmul', 'Zaamo', 'Zalrsc', 'Zcd']),
};

const isStatement = ({ kind }: ExtensionRow) => kind === 'part' || kind === 'fixed';

/** RV64GC as it was before extensions had many names. Counters are there as they always were. */
const RV64GC_1_10: Omit<CpuModel, 'name'> = {
  vendor: true,
  extensions: new Set<Extension>(['M', 'A', 'F', 'D', 'Zifencei', 'Zicntr', 'Zihpm']),
  deepest: 'sv39',
  privileged: 10,
  identity: NOBODY,
  unsaid: new Set(EXTENSIONS.filter(isStatement).map(({ name }) => name)),
};

/** As `-cpu help` lists them. */
export const CPU_MODELS: readonly CpuModel[] = [
  // hardware updates of A and D exclude faults for them; what makers added is theirs
  generic(
    'max',
    chosen(name => name !== 'Svade' && !name.startsWith('X')),
  ),
  generic(
    'rv64',
    chosen((_, byDefault) => byDefault),
  ),
  { name: 'shakti-c', ...RV64GC_1_10 },
  { name: 'sifive-u54', ...RV64GC_1_10 },
  VEYRON_V1,
];

const OTHER_WIDTH = 'its registers have another width than those of this machine';
const NEEDS_BARE = 'harts of this machine come with more than its base';
const lack = (...extensions: string[]) => `harts of this machine lack ${extensions.join(', ')}`;

/** Models of QEMU that cannot be had, with what is in the way. */
const BEYOND: ReadonlyMap<string, string> = new Map([
  ['lowrisc-ibex', OTHER_WIDTH],
  ['max32', OTHER_WIDTH],
  ['mips-p8700', lack('xmipscmov', 'xmipslsp')],
  ['rv32', OTHER_WIDTH],
  ['rv32e', OTHER_WIDTH],
  ['rv32i', OTHER_WIDTH],
  ['rv64e', NEEDS_BARE],
  ['rv64i', NEEDS_BARE],
  ['rva22s64', lack('zfhmin', 'zkt')],
  ['rva22u64', lack('zfhmin', 'zkt')],
  ['rva23s64', lack('v', 'zfhmin', 'zkt', 'zcb', 'zcmop', 'zimop')],
  ['rva23u64', lack('v', 'zfhmin', 'zkt', 'zcb', 'zcmop', 'zimop')],
  ['sifive-e31', OTHER_WIDTH],
  ['sifive-e34', OTHER_WIDTH],
  ['sifive-e51', 'harts of this machine have a supervisor mode, and it has none'],
  ['sifive-u34', OTHER_WIDTH],
  ['thead-c906', lack('zfh', "T-Head's own extensions")],
  ['thead-c908', lack('zfh', "T-Head's own extensions")],
  ['thead-c908v', lack('v', 'zfh', "T-Head's own extensions")],
  ['tt-ascalon', lack('v', 'zfh', 'zcb', 'zcmop', 'zimop', 'zkt')],
  ['x-rv128', OTHER_WIDTH],
  ['xiangshan-kunminghu', lack('v', 'zfh', 'zcb', 'zcmop', 'zimop', 'zkn')],
  ['xiangshan-nanhu', lack('zbkb', 'zbkc', 'zbkx', 'zknd', 'zkne', 'zknh', 'zksed', 'zksh')],
]);

export function findCpuModel(name: string): CpuModel | undefined {
  return CPU_MODELS.find(model => model.name === name);
}

/** Why there is no model of that name. */
export function noSuchModel(name: string): string {
  const missing = BEYOND.get(name);
  return `unable to find CPU model '${name}'${missing === undefined ? '' : `: ${missing}`}`;
}
