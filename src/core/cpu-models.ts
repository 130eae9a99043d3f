import {
  EXTENSIONS,
  type Extension,
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
  };
}

/** RV64GC as it was before extensions had many names. Counters are there as they always were. */
const RV64GC_1_10: Omit<CpuModel, 'name'> = {
  vendor: true,
  extensions: new Set<Extension>(['M', 'A', 'F', 'D', 'Zifencei', 'Zicntr', 'Zihpm']),
  deepest: 'sv39',
  privileged: 10,
  identity: NOBODY,
};

/** As `-cpu help` lists them. */
export const CPU_MODELS: readonly CpuModel[] = [
  // hardware updates of A and D exclude faults for them
  generic(
    'max',
    chosen(name => name !== 'Svade'),
  ),
  generic(
    'rv64',
    chosen((_, byDefault) => byDefault),
  ),
  { name: 'shakti-c', ...RV64GC_1_10 },
  { name: 'sifive-u54', ...RV64GC_1_10 },
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
  ['tt-ascalon', lack('v', 'zfh', 'smaia', 'ssaia', 'sscofpmf', 'smstateen')],
  ['veyron-v1', lack('smaia', 'ssaia', 'sscofpmf', 'smstateen', 'xventanacondops')],
  ['x-rv128', OTHER_WIDTH],
  ['xiangshan-kunminghu', lack('v', 'zfh', 'smaia', 'ssaia', 'sscofpmf', 'smstateen')],
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
