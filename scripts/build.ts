/** Bundles the program into dist/: launcher, program, interface for people, and the images of the bundled guest. */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { tablesToBuild } from '../src/cli/tables.ts';
import { buildInterpreter, interpreterKey } from '../src/core/cpu/emit/interpreter.ts';
import { DEFAULT_BLOCK_SIZES } from '../src/core/cpu/engine.ts';
import { DEFAULT_TRANSLATE_AFTER } from '../src/core/cpu/translator/translator.ts';
import { WITHOUT_BY_DEFAULT } from '../src/core/isa/index.ts';
import { schema } from '../src/qapi/generated/schema.ts';
import { firstRun } from './first-run.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** A value as the text of an expression; JSON is read faster than the same as source, and takes less of the code cache. */
const literal = (value: unknown) => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;

/** An object as the text of an expression; each member is read when it is first used. */
const membersOnDemand = (object: object) => {
  const getters = Object.entries(object).map(
    ([name, value]) =>
      `get ${name}() { const value = ${literal(value)}; Object.defineProperty(this, '${name}', { value }); return value; }`,
  );
  return `{ ${getters.join(', ')} }`;
};

/** Puts the interpreter's module where a machine would otherwise make it at its start. */
const interpreter: Plugin = {
  name: 'interpreter',
  setup({ onLoad, onResolve }) {
    const options = {
      translateAfter: DEFAULT_TRANSLATE_AFTER,
      without: WITHOUT_BY_DEFAULT,
      zeroBlock: DEFAULT_BLOCK_SIZES.zero,
    };
    const { bytes, ...rest } = buildInterpreter(options);
    onResolve({ filter: /^interpreter\.wasm$/ }, () => ({ path: 'interpreter.wasm', namespace: 'built' }));
    onLoad({ filter: /.*/, namespace: 'built' }, () => ({
      contents: `export default () => Buffer.from('${Buffer.from(bytes).toString('base64')}', 'base64');`,
    }));
    onLoad({ filter: /prebuilt-interpreter\.ts$/ }, () => ({
      contents: `import bytes from 'interpreter.wasm';
        export const PREBUILT_INTERPRETER = {
          key: ${JSON.stringify(interpreterKey(options))}, module: () => ({ bytes: bytes(), ...${literal(rest)} }),
        };`,
    }));
  },
};

/** Puts the command and option tables where they would otherwise be parsed at every start. */
const tables: Plugin = {
  name: 'tables',
  setup({ onLoad }) {
    onLoad({ filter: /prebuilt-tables\.ts$/ }, () => ({
      contents: `export const PREBUILT_TABLES = ${membersOnDemand(tablesToBuild('.'))};`,
    }));
  },
};

/** The schema is most of all constants of the program, and a start asks for little of it. */
const qapiSchema: Plugin = {
  name: 'qapi-schema',
  setup({ onLoad }) {
    onLoad({ filter: /qapi\/generated\/schema\.ts$/ }, () => ({
      contents: `export const schema = ${membersOnDemand(schema)};`,
    }));
  },
};

/**
 * Node's larger modules are loaded when one of their exports is first used: together they take as long as all of our
 * own code, and a short script uses few.
 */
const lazyModules: Plugin = {
  name: 'lazy-modules',
  setup({ onLoad, onResolve }) {
    const namespace = 'lazy';
    const filter =
      /^node:(child_process|crypto|dgram|dns\/promises|fs\/promises|net|os|readline|tty|worker_threads|zlib)$/;
    onResolve({ filter }, ({ path, importer }) =>
      importer.startsWith('node:') ? { path, external: true } : { path, namespace },
    );
    onLoad({ filter: /.*/, namespace }, async ({ path }) => {
      const names = Object.keys((await import(path)) as object).filter(name => name !== 'default');
      const getters = names.map(name => `get ${name}() { return require('${path}').${name}; }`);
      return { contents: `module.exports = { ${getters.join(', ')} };`, loader: 'js' };
    });
  },
};

// Built aside and put in place as a whole: a build that fails leaves the last good one.
const target = `dist.${process.pid}`;
const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true, // less for Node to read at every start
  logLevel: 'warning',
};

/** Without React, in the form that the launcher can compile by itself. */
async function buildProgram(): Promise<void> {
  const { outputFiles } = await build({
    write: false,
    ...common,
    entryPoints: ['src/program.ts'],
    outfile: `${target}/program.js`,
    format: 'cjs',
    define: { HMP_VERSION: JSON.stringify(version), 'import.meta.url': 'HMP_URL' },
    banner: { js: "const HMP_URL = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [lazyModules, interpreter, tables, qapiSchema, { name: 'tui', setup: leaveTuiOut }],
  });
  // Code from a cache has no way to import; the launcher, which Node itself loads, lends it one.
  const code = outputFiles![0]!.text.replace(/(?<![\w$.])import\(/g, 'HMP_IMPORT(');
  writeFileSync(
    `${target}/program.js`,
    `(function (require, __filename, HMP_IMPORT, HMP_MACHINE_THREAD) {${code}\n})\n`,
  );
}

/** The interface stays a module of its own, which the program imports when a person is there. */
function leaveTuiOut({ onResolve }: Parameters<Plugin['setup']>[0]): void {
  onResolve({ filter: /\/tui\/index\.tsx$/ }, () => ({ path: './tui/index.mjs', external: true }));
}

async function buildTui(): Promise<void> {
  await build({
    ...common,
    entryPoints: ['src/tui/index.tsx'],
    outdir: `${target}/tui`,
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    // Some of what Ink brings is CommonJS and asks for Node's own modules by require().
    banner: {
      js: "import { createRequire as hmpCreateRequire } from 'node:module'; const require = hmpCreateRequire(import.meta.url);",
    },
    external: ['blessed', 'blessed-contrib', 'react-devtools-core'],
  });
}

async function buildLaunchers(): Promise<void> {
  const hash = createHash('sha256')
    .update(readFileSync(`${target}/program.js`))
    .digest('hex')
    .slice(0, 16);
  const launcher = (file: string, machineThread: boolean, banner: string) =>
    build({
      ...common,
      entryPoints: ['src/launcher/launch.ts'],
      outfile: `${target}/${file}`,
      format: 'cjs',
      define: { HMP_BUILD: JSON.stringify(hash), HMP_MACHINE_THREAD: String(machineThread) },
      banner: { js: banner },
    });
  await launcher('hmp.js', false, '#!/usr/bin/env node');
  chmodSync(`${target}/hmp.js`, 0o755);
  await launcher('machine-thread.js', true, '');
}

mkdirSync(`${target}/guest`, { recursive: true });
writeFileSync(`${target}/package.json`, '{ "type": "commonjs" }\n');
await buildProgram();
await buildTui();
await buildLaunchers();
for (const name of ['firmware.elf', 'guest.elf']) {
  copyFileSync(`src/guest/built/${name}`, `${target}/guest/${name}`);
}
rmSync('dist', { recursive: true, force: true });
renameSync(target, 'dist');
await firstRun('dist/hmp.js');
