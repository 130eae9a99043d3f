import { describe, expect, it } from 'vitest';
import { shown, testContext } from '../test-support.ts';
import {
  chardevAdd,
  chardevChange,
  chardevRemove,
  chardevSendBreak,
  completeChardevAdd,
  completeChardevChange,
  completeChardevRemove,
} from './chardev.ts';
import { completeRingbuf, ringbufRead, ringbufWrite } from './ringbuf.ts';

function machine() {
  return testContext({
    'query-chardev': () => [
      { label: 'serial0', filename: 'vc', 'frontend-open': true },
      { label: 'r0', filename: 'ringbuf', 'frontend-open': false },
    ],
    'query-chardev-backends': () => [{ name: 'null' }, { name: 'socket' }],
    'x-chardev-add': () => ({}),
    'x-chardev-change': () => ({}),
    'chardev-remove': () => ({}),
    'chardev-send-break': () => ({}),
    'ringbuf-write': () => ({}),
    'ringbuf-read': () => 'a\\b\u0001\tc\n',
  });
}

describe('character devices', () => {
  it('lists the back ends', async () => {
    expect(shown(await chardevAdd(machine(), { args: 'help' }))).toBe(
      'Available chardev backend types: \n  null\n  socket\n',
    );
  });

  it('tells the name of a pseudo-terminal', async () => {
    const ctx = testContext({
      'query-chardev': () => [{ label: 'p0', filename: 'pty:/dev/pts/7', 'frontend-open': false }],
      'x-chardev-add': () => ({ pty: '/dev/pts/7' }),
    });
    expect(shown(await chardevAdd(ctx, { args: 'pty,id=p0' }))).toBe(
      'char device redirected to /dev/pts/7 (label p0)\n',
    );
  });

  it('hands on what is written', async () => {
    const ctx = machine();
    await chardevAdd(ctx, { args: 'null,id=c0' });
    await chardevChange(ctx, { id: 'c0', args: 'vc' });
    await chardevSendBreak(ctx, { id: 'c0' });
    await chardevRemove(ctx, { id: 'c0' });
    await ringbufWrite(ctx, { device: 'r0', data: 'x' });
    expect(ctx.asked).toEqual([
      { command: 'x-chardev-add', args: { options: 'null,id=c0' } },
      { command: 'x-chardev-change', args: { id: 'c0', options: 'vc' } },
      { command: 'chardev-send-break', args: { id: 'c0' } },
      { command: 'chardev-remove', args: { id: 'c0' } },
      { command: 'ringbuf-write', args: { device: 'r0', data: 'x' } },
    ]);
  });

  it('makes control characters visible', async () => {
    const result = await ringbufRead(machine(), { device: 'r0', size: 9n });
    expect(result).toEqual({ kind: 'data', data: 'a\\b\u0001\tc\n', text: 'a\\\\b\\u0001\tc\n\n' });
  });

  it('completes devices and back ends', async () => {
    const { qmp, session, signal } = machine();
    const at = (index: number) => ({ qmp, session, signal, words: [], index, prefix: '' });
    const texts = (candidates: { text: string }[]) => candidates.map(candidate => candidate.text);
    expect(texts(await completeChardevAdd(at(1)))).toEqual(['help', 'null,id=', 'socket,id=']);
    expect(texts(await completeChardevRemove(at(1)))).toEqual(['serial0', 'r0']);
    expect(texts(await completeChardevChange(at(1)))).toEqual(['serial0', 'r0']);
    expect(texts(await completeChardevChange(at(2)))).toEqual(['null', 'socket']);
    expect(texts(await completeRingbuf(at(1)))).toEqual(['r0']);
    for (const complete of [completeChardevAdd, completeChardevRemove, completeRingbuf]) {
      expect(await complete(at(2))).toEqual([]);
    }
  });
});
