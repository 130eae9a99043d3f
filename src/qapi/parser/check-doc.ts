import type { Definition, Feature, Pragma } from './definitions.ts';
import type { Doc } from './doc.ts';
import { SchemaError } from './location.ts';

/** Fails when documentation is due and lacking, or tells of what the definition does not have. */
export function checkDoc(definition: Definition, pragma: Pragma): void {
  const { doc, location, name } = definition;
  if (doc === undefined) {
    if (pragma.docRequired) throw new SchemaError(location, `'${name}' has no documentation`);
    return;
  }
  checkTags(doc, definition);
  const names = memberNames(definition);
  for (const [member, { location: place }] of doc.members) {
    if (!names.includes(member)) throw new SchemaError(place, `'${name}' has no member '${member}'`);
  }
  const features = allFeatures(definition);
  for (const [feature, { location: place }] of doc.features) {
    if (!features.has(feature)) throw new SchemaError(place, `'${name}' has no feature '${feature}'`);
  }
  if (!pragma.docRequired) return;
  requireAll(doc, definition, names, pragma);
}

function checkTags(doc: Doc, definition: Definition): void {
  if (definition.kind === 'command') {
    if (doc.returns === null || definition.returns !== undefined || !definition.gen) return;
    throw new SchemaError(doc.location, `'Returns:' for '${definition.name}', which returns nothing`);
  }
  const tag = doc.returns !== null ? 'Returns' : doc.errors !== null ? 'Errors' : undefined;
  if (tag !== undefined) throw new SchemaError(doc.location, `'${tag}:' is for commands alone`);
}

function requireAll(doc: Doc, definition: Definition, names: string[], pragma: Pragma): void {
  const { name } = definition;
  for (const feature of allFeatures(definition)) {
    if (doc.features.has(feature)) continue;
    throw new SchemaError(doc.location, `feature '${feature}' of '${name}' has no documentation`);
  }
  if (pragma.documentationExceptions.has(name)) return;
  const missing = names.find(member => !doc.members.get(member)?.text);
  if (missing !== undefined) {
    throw new SchemaError(doc.location, `'@${missing}:' of '${name}' has no documentation`);
  }
}

/** What the block of a definition describes: its own members, values or branches. */
function memberNames(definition: Definition): string[] {
  switch (definition.kind) {
    case 'enum':
      return definition.values.map(value => value.name);
    case 'struct':
      return definition.members.map(member => member.name);
    case 'union':
      return typeof definition.base === 'string' ? [] : definition.base.map(member => member.name);
    case 'alternate':
      return definition.branches.map(branch => branch.name);
    default:
      return typeof definition.data === 'object' ? definition.data.map(member => member.name) : [];
  }
}

/** Names of the definition's features and of those of its members. */
function allFeatures(definition: Definition): Set<string> {
  const inner: { features: Feature[] }[] =
    definition.kind === 'enum'
      ? definition.values
      : definition.kind === 'struct'
        ? definition.members
        : 'data' in definition && typeof definition.data === 'object'
          ? definition.data
          : 'base' in definition && typeof definition.base === 'object'
            ? definition.base
            : [];
  return new Set([definition, ...inner].flatMap(({ features }) => features.map(feature => feature.name)));
}
