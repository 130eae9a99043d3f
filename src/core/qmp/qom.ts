import { QmpError } from '../../qapi/errors.ts';
import type { ObjectPropertyInfo, ObjectPropertyValue } from '../../qapi/generated/types.ts';
import { type ClassProperty, classProperties } from '../objects/class-properties.ts';
import { listingOrder } from '../qom/listing-order.ts';
import { type QomObject, requirePath } from '../qom/object.ts';
import { descriptionOf, qomTypeOf } from '../qom/property-kinds.ts';
import type { PropertySpec, TypeTable } from '../qom/types.ts';
import type { CommandHandlers } from './handlers.ts';

/** The object model: the composition tree and the types that objects are made from. */
export function qomHandlers({ root, types }: { root: QomObject; types: TypeTable }): CommandHandlers {
  return {
    'qom-list': ({ path }) => listProperties(requirePath(root, path)),
    'qom-list-get': ({ paths }) => paths.map(path => ({ properties: listValues(requirePath(root, path)) })),
    'qom-get': ({ path, property }) => requirePath(root, path).getProperty(property),
    'qom-set': ({ path, property, value }) => {
      requirePath(root, path).setProperty(property, value);
      return {};
    },
    'qom-list-types': args => listTypes(types, args),
    'qom-list-properties': ({ typename }) => propertiesOfType(types, typename),
  };
}

function listProperties(object: QomObject): ObjectPropertyInfo[] {
  const { properties, children, firstAdded } = object;
  const ofType = [...properties].filter(([, { ownInstance }]) => !ownInstance);
  const own = [...properties.keys()].filter(name => properties.get(name)!.ownInstance);
  const names = [...own, ...children.keys()];
  const first = firstAdded.filter(name => names.includes(name));
  return [
    ...ofType.map(([name, { type }]) => ({ name, type })),
    ...listingOrder([...first, ...names.filter(name => !first.includes(name))]).map(name => {
      const child = children.get(name);
      return { name, type: child ? `child<${child.typeName}>` : properties.get(name)!.type };
    }),
  ];
}

function listValues(object: QomObject): ObjectPropertyValue[] {
  return listProperties(object).map(({ name, type }) =>
    object.isReadable(name) ? { name, value: object.getProperty(name), type } : { name, type },
  );
}

function listTypes(types: TypeTable, args: { implements?: string; abstract?: boolean }) {
  return [...types.all()]
    .filter(type => args.abstract || !type.abstract)
    .filter(type => args.implements === undefined || types.isA(type.name, args.implements))
    .map(({ name, abstract, parent }) => ({
      name,
      ...(abstract ? { abstract } : {}),
      ...(parent === null ? {} : { parent }),
    }));
}

/** What every device has beside its qdev properties. */
const DEVICE_PROPERTIES: readonly ObjectPropertyInfo[] = [
  { name: 'parent_bus', type: 'link<bus>' },
  { name: 'realized', type: 'bool' },
  { name: 'hotplugged', type: 'bool' },
  { name: 'hotpluggable', type: 'bool' },
];

function propertiesOfType(types: TypeTable, name: string): ObjectPropertyInfo[] {
  if (!types.get(name)) throw new QmpError(`Class '${name}' not found`, 'DeviceNotFound');
  const classes = classProperties(name);
  if (classes) return [{ name: 'type', type: 'string' }, ...classes.flatMap(describeClass)];
  const common = types.isA(name, 'device') ? DEVICE_PROPERTIES : [];
  return [{ name: 'type', type: 'string' }, ...common, ...ownProperties(types, name)];
}

function describeClass(properties: readonly ClassProperty[]): ObjectPropertyInfo[] {
  const rows = new Map(properties.map(row => [row[0], row]));
  return listingOrder(rows.keys()).map(name => {
    const [, type, description] = rows.get(name)!;
    return { name, ...(description === undefined ? {} : { description }), type };
  });
}

/** The qdev properties of a type with their descriptions and defaults: those of its bases come first. */
export function ownProperties(types: TypeTable, name: string): ObjectPropertyInfo[] {
  const specs = new Map(types.optionsOf(name).map(spec => [spec.name, spec]));
  const listed: string[] = [];
  for (let type = types.get(name); type; type = type.parent === null ? undefined : types.get(type.parent)) {
    const names = type.properties?.map(property => property.name) ?? [];
    listed.unshift(...listingOrder(names.filter(each => !listed.includes(each))));
  }
  const inside = listingOrder([...specs.keys()].filter(each => !listed.includes(each)));
  return [...listed, ...inside].map(each => describe(specs.get(each)!));
}

function describe(spec: PropertySpec): ObjectPropertyInfo {
  const description = descriptionOf(spec);
  const defaultValue = spec.defaultValue ?? (spec.kind === 'list' ? [] : undefined);
  return {
    name: spec.name,
    type: qomTypeOf(spec.kind),
    ...(description === undefined ? {} : { description }),
    ...(defaultValue === undefined ? {} : { 'default-value': defaultValue }),
  };
}
