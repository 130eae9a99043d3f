// Writes the man pages and the shell completion from the tables in hx/; with --check, compares them and fails when they differ.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GeneratedFile, generatedFiles, PAGE_DATE } from '../src/doc/pages.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function isCurrent({ path, text }: GeneratedFile): boolean {
  try {
    return read(path) === text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function write({ path, text }: GeneratedFile): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const { version } = JSON.parse(read('package.json')) as { version: string };
const files = generatedFiles(read, { date: PAGE_DATE, version });
if (process.argv.includes('--check')) {
  const stale = files.filter(file => !isCurrent(file));
  for (const { path } of stale) {
    console.error(`${path} does not match the tables in hx/: run 'npx tsx scripts/generate-man.ts'`);
  }
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const file of files) write(file);
}
