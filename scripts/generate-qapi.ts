import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemaText } from '../src/qapi/generator/schema-text.ts';
import { typesText } from '../src/qapi/generator/types-text.ts';
import { checkSchema } from '../src/qapi/parser/check.ts';
import { compileSchema } from '../src/qapi/parser/compile.ts';
import { parseSchema } from '../src/qapi/parser/parse.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = 'src/qapi/schema/main.json';

/** The generated files by their path below the root of the repository. */
export function generate(): Map<string, string> {
  const parsed = parseSchema(main, path => readFileSync(`${root}${path}`, 'utf8'));
  checkSchema(parsed);
  return new Map([
    ['src/qapi/generated/types.ts', typesText(parsed)],
    ['src/qapi/generated/schema.ts', schemaText(compileSchema(parsed))],
  ]);
}

function current(path: string): string | undefined {
  try {
    return readFileSync(`${root}${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** Writes what changed, or with `check` names it and fails. Returns the exit code. */
function run(check: boolean): number {
  const stale = [...generate()].filter(([path, text]) => current(path) !== text);
  for (const [path, text] of stale) {
    if (check) {
      console.error(`${path} is not what ${main} gives: run npx tsx scripts/generate-qapi.ts`);
      continue;
    }
    mkdirSync(dirname(`${root}${path}`), { recursive: true });
    writeFileSync(`${root}${path}`, text);
    console.log(`wrote ${relative(process.cwd(), `${root}${path}`)}`);
  }
  return check && stale.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = run(process.argv.includes('--check'));
}
