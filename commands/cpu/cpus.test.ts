import { describe, expect, it } from 'vitest';
import type { CpuInfoFast } from '../../src/qapi/generated/types.ts';
import { shown, testContext } from '../test-support.ts';
import { completeCpu, cpu, infoCpus, infoRegisters } from './cpus.ts';

function hart(index: bigint): CpuInfoFast {
  return {
    'cpu-index': index,
    'qom-path': `/machine/soc0/harts[${index}]`,
    'thread-id': 14839n + index,
    'qom-type': 'rv64-riscv-cpu',
    target: 'riscv64',
  };
}

function machine() {
  return testContext({
    'query-cpus-fast': () => [hart(0n), hart(1n)],
    'x-query-registers': args => ({ 'human-readable-text': `registers ${args.all ?? args['cpu-index']}\n` }),
  });
}

describe('harts', () => {
  it('info cpus marks the current one', async () => {
    const ctx = machine();
    ctx.session.currentCpu = 1;
    expect(shown(await infoCpus(ctx))).toBe(
      '  CPU #0: thread_id=14839 model=rv64\n* CPU #1: thread_id=14840 model=rv64\n',
    );
  });

  it('cpu chooses one that exists', async () => {
    const ctx = machine();
    await cpu(ctx, { index: 1n });
    expect(ctx.session.currentCpu).toBe(1);
    await expect(cpu(ctx, { index: 5n })).rejects.toThrow('invalid CPU index');
    expect(ctx.session.currentCpu).toBe(1);
  });

  it('info registers shows the current one, one by number, or all', async () => {
    const ctx = machine();
    ctx.session.currentCpu = 1;
    expect(shown(await infoRegisters(ctx, {}))).toBe('registers 1\n');
    expect(shown(await infoRegisters(ctx, { vcpu: 0n }))).toBe('registers 0\n');
    expect(shown(await infoRegisters(ctx, { cpustate_all: true }))).toBe('registers true\n');
    await expect(infoRegisters(ctx, { vcpu: 5n })).rejects.toThrow('CPU#5 not available');
  });

  it('completes numbers', async () => {
    expect((await completeCpu(machine())).map(each => each.text)).toEqual(['0', '1']);
  });
});
