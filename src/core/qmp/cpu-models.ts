import { QmpError } from '../../qapi/errors.ts';
import type { QmpValue } from '../../qapi/value.ts';
import { type CpuOptions, describeCpu } from '../board/cpu-options.ts';
import { BUNDLES, cpuTypeName, PAGE_TABLES } from '../board/cpu-properties.ts';
import { CPU_MODELS, type CpuModel, findCpuModel } from '../cpu-models.ts';
import { parseProperty } from '../qom/property-kinds.ts';
import type { TypeTable } from '../qom/types.ts';
import { asQmpErrors } from './config-errors.ts';
import type { CommandHandlers } from './handlers.ts';

/** Profiles of the RISC-V specifications; each asks for more than harts of this machine have. */
const PROFILES = ['rva22u64', 'rva22s64', 'rva23u64', 'rva23s64'];
/** Statements that are no properties of a hart. */
const STATEMENTS = ['zic64b', 'ziccrse', 'sha', 'ssstateen'];

/** Models of harts: what there is, and what each of them has. */
export function cpuModelHandlers({ types }: { readonly types: TypeTable }): CommandHandlers {
  return {
    'query-cpu-definitions': () =>
      CPU_MODELS.map(({ name, vendor }) => ({
        name,
        typename: cpuTypeName(name),
        static: vendor,
        deprecated: false,
      })),
    'query-cpu-model-expansion': ({ type, model: { name, props } }) => {
      if (type !== 'full') throw new QmpError('The requested expansion type is not supported');
      const model = findCpuModel(name);
      if (!model) throw new QmpError(`The CPU type '${name}' is not a known RISC-V CPU type`);
      const given = props === undefined ? new Map() : readProperties(types, model, props);
      const described = asQmpErrors(() => describeCpu(model, types, given));
      return { model: { name, props: expansion(types, described) } };
    },
  };
}

/** @throws QmpError in QEMU's words */
function readProperties(types: TypeTable, { name: model }: CpuModel, props: QmpValue): Map<string, QmpValue> {
  if (typeof props !== 'object' || props === null || Array.isArray(props)) {
    throw new QmpError("Invalid parameter type for 'model.props', expected: object");
  }
  const typeName = cpuTypeName(model);
  const specs = types.propertiesOf(typeName);
  return new Map(
    Object.entries(props).map(([name, value]) => {
      const spec = specs.find(candidate => candidate.name === name);
      if (!spec) throw new QmpError(`Property '${typeName}.${name}' not found`);
      const path = `model.props.${name}`;
      if (typeof value === 'string' && spec.kind !== 'str') {
        const expected = spec.kind === 'bool' ? 'boolean' : 'integer';
        throw new QmpError(`Invalid parameter type for '${path}', expected: ${expected}`);
      }
      return [name, parseProperty(typeName, { ...spec, name: path }, value)];
    }),
  );
}

/** Extensions of more than a letter, and what else is a matter of yes or no. */
function expansion(
  types: TypeTable,
  { typeName, engine, isa, properties }: CpuOptions,
): Record<string, boolean> {
  const isLonger = (name: string) => name.length > 1 && name !== 'debug';
  const isDepth = (name: string) => PAGE_TABLES.some(mode => mode === name);
  const switches = types
    .propertiesOf(typeName)
    .filter(({ name, kind }) => kind === 'bool' && isLonger(name) && !isDepth(name) && !BUNDLES.has(name))
    .map(({ name, defaultValue }): [string, boolean] => [
      name,
      (properties.get(name) ?? defaultValue) === true,
    ]);
  return {
    ...Object.fromEntries(switches),
    ...Object.fromEntries(STATEMENTS.map(name => [name, isa.extensions.includes(name)])),
    ...Object.fromEntries(PROFILES.map(name => [name, false])),
    mmu: engine.satpMode !== 'none',
    pmp: engine.pmp === true,
  };
}
