/** Bundles the program into dist/: the monitor, the machine's thread, and the images of the bundled guest. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';
import { buildInterpreter, interpreterKey } from '../src/core/cpu/emit/interpreter.ts';
import { DEFAULT_BLOCK_SIZES } from '../src/core/cpu/engine.ts';
import { DEFAULT_TRANSLATE_AFTER } from '../src/core/cpu/translator/translator.ts';
import { WITHOUT_BY_DEFAULT } from '../src/core/isa/index.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

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
    onLoad({ filter: /.*/, namespace: 'built' }, () => ({ contents: bytes, loader: 'binary' }));
    onLoad({ filter: /prebuilt-interpreter\.ts$/ }, () => ({
      contents: `import bytes from 'interpreter.wasm';
        export const PREBUILT_INTERPRETER = {
          key: ${JSON.stringify(interpreterKey(options))}, bytes, ...JSON.parse(${JSON.stringify(JSON.stringify(rest))}),
        };`,
    }));
  },
};

// Built aside and put in place as a whole: a build that fails leaves the last good one.
const target = `dist.${process.pid}`;
mkdirSync(`${target}/guest`, { recursive: true });
await build({
  entryPoints: { hmp: 'src/main.ts', 'machine-worker': 'src/machine-worker.ts' },
  outdir: target,
  bundle: true,
  splitting: true, // the TUI, and React with it, is a chunk of its own: scripts never load it
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true, // less for Node to read at every start
  jsx: 'automatic',
  loader: { '.hx': 'text' },
  define: { 'process.env.NODE_ENV': '"production"', HMP_VERSION: JSON.stringify(version) },
  // Some of what Ink brings is CommonJS and asks for Node's own modules by require().
  banner: {
    js: "import { createRequire as hmpCreateRequire } from 'node:module'; const require = hmpCreateRequire(import.meta.url);",
  },
  plugins: [interpreter],
  external: ['blessed', 'blessed-contrib', 'react-devtools-core'],
  logLevel: 'warning',
});
for (const name of ['firmware.elf', 'guest.elf']) {
  copyFileSync(`src/guest/built/${name}`, `${target}/guest/${name}`);
}
chmodSync(`${target}/hmp.js`, 0o755);
rmSync('dist', { recursive: true, force: true });
renameSync(target, 'dist');
