import { describe, expect, it } from 'vitest';
import type { Replies } from '../test-support.ts';
import { shown, testContext } from '../test-support.ts';
import { completeQemuIo, qemuIo } from './qemu-io.ts';

const answer = (text: string, failed: boolean) =>
  testContext({ 'x-qemu-io': () => ({ 'human-readable-text': text, failed }) });

describe('qemu-io', () => {
  it('passes the command on and shows what it says', async () => {
    const ctx = answer('1 MiB\n', false);
    expect(shown(await qemuIo(ctx, { device: 'd0', command: 'length' }))).toBe('1 MiB\n');
    expect(shown(await qemuIo(ctx, { qdev: true, device: 'blk0', command: 'length' }))).toBe('1 MiB\n');
    expect(ctx.asked.map(({ args }) => args)).toEqual([
      { device: 'd0', qdev: false, command: 'length' },
      { device: 'blk0', qdev: true, command: 'length' },
    ]);
  });

  it('fails where the command does', async () => {
    const ctx = answer('read failed: Input/output error\n', true);
    await expect(qemuIo(ctx, { device: 'd0', command: 'read 9T 1' })).rejects.toThrow(
      /^read failed: Input\/output error$/,
    );
  });

  it('completes drives and nodes, with -d devices', async () => {
    const replies = {
      'query-block': () => [{ device: 'd0', qdev: 'blk0' }, { device: '', qdev: 'blk1' }, { device: 'd1' }],
      'query-named-block-nodes': () => [
        { 'node-name': 'n0', file: 'a.raw' },
        { 'node-name': '#block001', file: 'b.raw' },
      ],
    } as unknown as Replies;
    const complete = async (...words: string[]) => {
      const { qmp, session, signal } = testContext(replies);
      const index = words.filter(word => !word.startsWith('-')).length;
      const candidates = await completeQemuIo({ qmp, session, signal, words, index, prefix: '' });
      return candidates.map(({ text }) => text);
    };
    expect(await complete('qemu-io')).toEqual(['d0', 'd1', 'n0']);
    expect(await complete('qemu-io', '-d')).toEqual(['blk0', 'blk1']);
    expect(await complete('qemu-io', 'd0')).toEqual([]);
  });
});
