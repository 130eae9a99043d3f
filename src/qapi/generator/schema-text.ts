import type { Schema } from '../schema-model.ts';

/** The text of schema.ts: the model as a constant, one definition a line where it fits. */
export function schemaText(schema: Schema): string {
  const tables = (['commands', 'events', 'types'] as const).map(table => {
    const rows = Object.entries(schema[table]).map(([name, model]) => entry(name, model));
    return `  ${table}: {\n${rows.join('')}  },\n`;
  });
  return [
    '// Made by scripts/generate-qapi.ts from src/qapi/schema; do not edit.\n',
    "import type { Schema } from '../schema-model.ts';\n",
    `export const schema: Schema = {\n${tables.join('')}};\n`,
  ].join('\n');
}

function entry(name: string, model: unknown): string {
  const line = `    ${key(name)}: ${literal(model)},\n`;
  return line.length <= 110 ? line : `    ${key(name)}: ${broken(model, '    ')},\n`;
}

/** An object or list with one member a line; what is inside them stays on the line. */
function broken(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    return `[\n${value.map(item => `${indent}  ${literal(item)},\n`).join('')}${indent}]`;
  }
  const members = Object.entries(value as object).map(([name, item]) => {
    const inside = `${indent}  ${key(name)}: ${literal(item)},\n`;
    return inside.length <= 110 ? inside : `${indent}  ${key(name)}: ${broken(item, `${indent}  `)},\n`;
  });
  return `{\n${members.join('')}${indent}}`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, item]) => `${key(name)}: ${literal(item)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
}
