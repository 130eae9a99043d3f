import type { Condition, Feature, TypeRef } from './definitions.ts';
import { expected, SchemaError, type SourceLocation } from './location.ts';
import { describeNode, type Entry, type Node, type ObjectNode } from './node.ts';

/** Fails unless every key of the object is among the given ones. */
export function checkKeys(object: ObjectNode, what: string, allowed: readonly string[]): void {
  for (const [key, entry] of object.entries) {
    if (allowed.includes(key)) continue;
    throw expected(entry.location, `one of ${quoteAll(allowed)} in ${what}`, `'${key}'`);
  }
}

export function quoteAll(names: readonly string[]): string {
  return names.map(name => `'${name}'`).join(', ');
}

export function requireEntry(object: ObjectNode, key: string, what: string): Entry {
  const entry = object.entries.get(key);
  if (entry === undefined) throw new SchemaError(object.location, `${what} lacks '${key}'`);
  return entry;
}

export function asString(node: Node, what: string): string {
  if (node.kind !== 'string') throw expected(node.location, what, describeNode(node));
  return node.value;
}

export function asObject(node: Node, what: string): ObjectNode {
  if (node.kind !== 'object') throw expected(node.location, what, describeNode(node));
  return node;
}

export function asList(node: Node, what: string): Node[] {
  if (node.kind !== 'list') throw expected(node.location, what, describeNode(node));
  return node.items;
}

/** A flag that may only be written in the direction that differs from the default. */
export function flag(object: ObjectNode, key: string, fallback: boolean): boolean {
  const node = object.entries.get(key)?.value;
  if (node === undefined) return fallback;
  if (node.kind !== 'boolean' || node.value === fallback) {
    throw expected(node.location, `${!fallback} for '${key}', or to leave it out`, describeNode(node));
  }
  return node.value;
}

/** A type: its name in quotes, or that in brackets for an array. */
export function asType(node: Node): TypeRef {
  if (node.kind === 'string') return node.value;
  if (node.kind !== 'list' || node.items.length !== 1) {
    throw expected(node.location, "a type's name, or one in brackets for an array", describeNode(node));
  }
  return [asString(node.items[0]!, "the name of the array's element type")];
}

export function parseCondition(object: ObjectNode): { condition?: Condition } {
  const node = object.entries.get('if')?.value;
  return node === undefined ? {} : { condition: asCondition(node) };
}

function asCondition(node: Node): Condition {
  if (node.kind === 'string') {
    if (!/^[A-Z][A-Z0-9_]*$/.test(node.value)) {
      throw expected(node.location, 'a symbol in capitals, as CONFIG_LINUX', describeNode(node));
    }
    return node.value;
  }
  const object = asObject(node, "a symbol, or one of { 'all': [] }, { 'any': [] }, { 'not': }");
  checkKeys(object, 'a condition', ['all', 'any', 'not']);
  const [first, second] = [...object.entries];
  if (first === undefined || second !== undefined) {
    throw expected(object.location, "exactly one of 'all', 'any', 'not'", `${object.entries.size}`);
  }
  const [key, entry] = first;
  if (key === 'not') return { not: asCondition(entry.value) };
  const items = asList(entry.value, `a list of conditions for '${key}'`);
  if (items.length === 0) throw expected(entry.value.location, 'at least one condition', 'an empty list');
  return key === 'all' ? { all: items.map(asCondition) } : { any: items.map(asCondition) };
}

export function parseFeatures(object: ObjectNode): Feature[] {
  const node = object.entries.get('features')?.value;
  if (node === undefined) return [];
  const features = asList(node, 'a list of features').map(item => {
    const { name, location, object: extended } = asNamed(item, 'a feature', ['name', 'if']);
    return { name, location, ...(extended === undefined ? {} : parseCondition(extended)) };
  });
  checkUnique(features, 'feature');
  return features;
}

/** An item written as its name alone, or as an object with a `name`. */
export function asNamed(
  node: Node,
  what: string,
  keys: readonly string[],
): { name: string; location: SourceLocation; object?: ObjectNode } {
  if (node.kind === 'string') return { name: node.value, location: node.location };
  const object = asObject(node, `the name of ${what}, or an object with 'name'`);
  checkKeys(object, what, keys);
  const name = requireEntry(object, 'name', what).value;
  return { name: asString(name, `the name of ${what}`), location: node.location, object };
}

export function checkUnique(items: { name: string; location: SourceLocation }[], what: string): void {
  const seen = new Set<string>();
  for (const { name, location } of items) {
    if (seen.has(name)) throw new SchemaError(location, `${what} '${name}' is given twice`);
    seen.add(name);
  }
}
