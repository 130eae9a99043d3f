import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A step of the tutorial: a fenced block whose info string says what to do with it. */
export type Step =
  | { readonly kind: 'new'; readonly file: string; readonly text: string }
  | { readonly kind: 'append'; readonly file: string; readonly text: string }
  | { readonly kind: 'insert'; readonly file: string; readonly after: string; readonly text: string }
  | { readonly kind: 'console'; readonly text: string };

const FENCE = /^```(\w+)(?: (new|append|insert)=(\S+))?(?: after="(.+)")?\n([\s\S]*?)^```$/gm;

export function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(FENCE)].flatMap(([, language, kind, file, after, text]): Step[] => {
    if (language === 'console') return [{ kind: 'console', text: text! }];
    if (kind === 'insert') return [{ kind, file: file!, after: after!, text: text! }];
    return kind === 'new' || kind === 'append' ? [{ kind, file: file!, text: text! }] : [];
  });
}

/** Copies what a build needs; packages are shared by a link. */
export function copyTree(target: string): void {
  const root = resolve('.');
  for (const name of ['src', 'commands', 'hx', 'scripts', 'test', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, name), join(target, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'));
}

export function applyStep(root: string, step: Exclude<Step, { kind: 'console' }>): void {
  const path = join(root, step.file);
  mkdirSync(dirname(path), { recursive: true });
  if (step.kind === 'new') writeFileSync(path, step.text, { flag: 'wx' });
  else if (step.kind === 'append') appendFileSync(path, step.text);
  else insertAfter(path, step.after, step.text);
}

function insertAfter(path: string, anchor: string, text: string): void {
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines.findIndex(line => line.includes(anchor));
  if (at < 0) throw new Error(`${path} has no line with ${anchor}`);
  lines.splice(at + 1, 0, text.replace(/\n$/, ''));
  writeFileSync(path, lines.join('\n'));
}

/** The commands of a console block and what each prints; `cat > FILE` takes the lines up to the next prompt. */
export function consoleCommands(text: string): { command: string; output: string }[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map(part => {
      const [command = '', ...output] = part.split('\n');
      return { command, output: output.join('\n') };
    });
}
