/** What is wrong with a command line is said in QEMU's words, and the program ends with QEMU's status. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BAD_COMMAND_LINES } from './support/bad-command-lines.ts';
import { hmp } from './support/hmp.ts';
import { saidTo } from './support/refusals.ts';

const QEMU = 'qemu-system-riscv64';
const hasQemu = /version 7\.2/.test(spawnSync(QEMU, ['--version'], { encoding: 'utf8' }).stdout ?? '');
/** QEMU is asked about one line of so many: it takes a moment for each. */
const SHARE = 3;
const QEMU_PATIENCE = 120_000;

const argumentsOf = (words: string) => {
  const given = words.split(' ');
  return ['-S', ...(given.includes('-M') ? [] : ['-M', 'virt']), ...given];
};

/** Keeps QEMU off the terminal where the line does not say who is on it. */
function quiet(given: readonly string[]): string[] {
  return ['-display', '-monitor', '-serial'].flatMap(name => (given.includes(name) ? [] : [name, 'none']));
}

describe('a bad command line', () => {
  it.each(BAD_COMMAND_LINES)('%s', async (words, said) => {
    const { lines, refused } = await saidTo(argumentsOf(words));
    expect(lines.join('\n')).toBe(said);
    expect(refused).toBe(true);
  });

  it.skipIf(!hasQemu)(
    'is refused by QEMU in the same words',
    () => {
      const asked = BAD_COMMAND_LINES.filter((_, index) => index % SHARE === 0);
      const differ = asked.flatMap(([words, said]) => {
        const given = argumentsOf(words);
        const run = spawnSync(QEMU, [...quiet(given), ...given], { encoding: 'utf8', timeout: 10_000 });
        const theirs = run.stderr
          .replace(/^qemu-system-riscv64: ?/gm, '')
          .replace(/ +$/gm, '')
          .trim();
        return theirs === said && run.status === 1 ? [] : [{ words, said, theirs, status: run.status }];
      });
      expect(differ).toEqual([]);
    },
    QEMU_PATIENCE,
  );

  it('ends the program with status 1, after one message', async () => {
    const run = await hmp(['-M', 'virt', '-device', 'virtio-rng-device,bus=x', '-c', 'info status']);
    expect(run).toEqual({
      stdout: '',
      stderr: "hmp: -device virtio-rng-device,bus=x: Bus 'x' not found\n",
      code: 1,
    });
  });

  it('warns of flags before it refuses', async () => {
    const run = await hmp(['-chardev', 'socket,id=c0,path=/no/such,nowait,server=maybe']);
    const where = '-chardev socket,id=c0,path=/no/such,nowait,server=maybe';
    expect(run.stderr).toBe(
      `hmp: ${where}: warning: short-form boolean option 'nowait' deprecated\nPlease use wait=off instead\n` +
        `hmp: ${where}: Parameter 'server' expects 'on' or 'off'\n`,
    );
  });
});
