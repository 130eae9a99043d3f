import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkSchema } from '../src/qapi/parser/check.ts';
import { parseSchema } from '../src/qapi/parser/parse.ts';
import { generate } from './generate-qapi.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the generated files', () => {
  it.each([...generate()])('%s is fresh', (path, text) => {
    expect(readFileSync(`${root}${path}`, 'utf8')).toBe(text);
  });

  it('give 64-bit integers as bigint, smaller ones as number', () => {
    const types = generate().get('src/qapi/generated/types.ts')!;
    expect(types).toContain("  'device-id': number;");
    expect(types).toContain("  'vring-desc': bigint;");
    expect(types).toContain("  'last-avail-idx'?: number;");
    expect(types).toContain("  | ({ target: 's390x' } & CpuInfoS390)");
  });
});

describe('the schema', () => {
  it('keeps every rule, documentation included', () => {
    const parsed = parseSchema('src/qapi/schema/main.json', path => readFileSync(`${root}${path}`, 'utf8'));
    expect(() => checkSchema(parsed)).not.toThrow();
    expect(parsed.pragma.docRequired).toBe(true);
  });
});
