import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestVm } from './support/vm.ts';

describe('HMP over QMP', () => {
  let vm: TestVm;
  const run = (line: string, cpu?: bigint) =>
    vm.qmp.execute('human-monitor-command', {
      'command-line': line,
      ...(cpu === undefined ? {} : { 'cpu-index': cpu }),
    });

  beforeAll(async () => {
    vm = await TestVm.start(['-S', '-smp', '2', '-drive', 'if=none,id=d0,file=mem:64K']);
  });
  afterAll(() => vm.close());

  it('gives what the line prints, as a terminal gets it', async () => {
    expect(await run('info status')).toBe('VM status: paused (prelaunch)\r\n');
    expect(await run('nosuch')).toBe("unknown command: 'nosuch'\r\n");
    expect(await run('')).toBe('');
  });

  it('has the words of the image tester in quotes', async () => {
    expect(await run('qemu-io d0 "write -q -P 0x55 512 1k"')).toBe('');
    expect(await run('qemu-io d0 "read -v -C 510 4"')).toMatch(
      /^000001fe: {2}.. .. 55 55 {2}..UU\r\n4,1,0:00/,
    );
    expect(await run('qemu-io d0 "read 1M 1"')).toBe('read failed: Input/output error\r\n');
    expect(await run('qemu-io d0 length extra')).toContain('extraneous characters at the end of line');
  });

  it('is about the hart that the client names', async () => {
    const hart = async (cpu?: bigint) => / mhartid +(\w+)/.exec(await run('info registers', cpu))?.[1];
    expect([await hart(), await hart(1n), await hart()]).toEqual(
      [0, 1, 0].map(id => id.toString(16).padStart(16, '0')),
    );
    await expect(run('info registers', 7n)).rejects.toThrow("Parameter 'cpu-index' expects a CPU number");
  });

  it('begins a dialogue with every line', async () => {
    expect(await run('cpu 1')).toBe('');
    expect(await run('print $mhartid')).toBe('0\r\n');
    expect(await run('info history')).toBe('');
  });
});
