import { describe, expect, it } from 'vitest';
import type { InputEvent } from '../../qapi/generated/types.ts';
import { Displays } from '../display/console.ts';
import { VirtioGpu } from '../hw/virtio/gpu.ts';
import { Rig } from '../hw/virtio/testing/rig.ts';
import { Input } from '../input/input.ts';
import { Bus } from '../qom/device.ts';
import { displayHandlers } from './display.ts';
import { inputHandlers } from './input.ts';

/** A machine with a display device of two displays, and a host that keeps what is saved. */
function setUp() {
  const rig = new Rig();
  const displays = new Displays();
  const input = new Input(rig.clock);
  const gpu = rig.plug(new VirtioGpu(rig.types, rig.env, displays), { id: 'gpu0', max_outputs: '2' });
  const sysbus = new Bus('System');
  sysbus.plug(gpu);
  const saved = new Map<string, Buffer>();
  const host = {
    saveFile: async (path: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) => {
      if (path === '/no/file') throw new Error(`Could not open '${path}': No such file or directory`);
      if (path === '/full') throw new Error(`Could not write '${path}': No space left on device`);
      saved.set(path, Buffer.concat([...(chunks as Iterable<Uint8Array>)]));
    },
    deflate: async () => Uint8Array.of(0xaa),
  };
  const handlers = { ...inputHandlers(input, displays, sysbus), ...displayHandlers(displays, sysbus, host) };
  return { rig, input, displays, handlers, saved };
}

const key = (data: 'a', down = true): InputEvent => ({
  type: 'key',
  data: { key: { type: 'qcode', data }, down },
});
const x = (value: bigint): InputEvent => ({ type: 'rel', data: { axis: 'x', value } });

describe('input-send-event', () => {
  it('sends all events and one sync, or nothing at all', () => {
    const { rig, input, handlers } = setUp();
    const log: string[] = [];
    const taker = (name: string, kind: 'key' | 'rel') => ({
      name,
      kinds: [kind],
      event: ({ type }: InputEvent) => void log.push(`${name} ${type}`),
      sync: () => void log.push(`${name} |`),
    });
    input.handlers.register(taker('kbd', 'key'));
    const send = handlers['input-send-event']!;
    expect(() => send({ events: [key('a'), x(1n)] })).toThrow('Input handler not found for event type rel');
    expect(log).toEqual([]);
    send({ events: [key('a'), key('a', false)] });
    expect(log.splice(0)).toEqual(['kbd key', 'kbd key', 'kbd |']);
    rig.stop();
    expect(() => send({ events: [] })).toThrow('VM not running');
    expect(() => send({ device: 'nope', events: [] })).toThrow("Device 'nope' not found");
    expect(() => send({ device: 'gpu0', head: 2n, events: [] })).toThrow(
      'Device gpu0 (head 2) is not bound to a QemuConsole',
    );
  });

  it('prefers devices that are tied to the display', () => {
    const { input, displays, handlers } = setUp();
    const log: string[] = [];
    const taker = (name: string) => ({
      name,
      kinds: ['rel'] as const,
      event: () => void log.push(name),
      sync: () => {},
    });
    input.handlers.register(taker('second'), displays.find('gpu0', 1));
    const send = handlers['input-send-event']!;
    expect(() => send({ events: [x(1n)] })).toThrow('Input handler not found');
    input.handlers.register(taker('any'));
    for (const head of [0n, 1n]) send({ device: 'gpu0', head, events: [x(1n)] });
    send({ events: [x(1n)] });
    expect(log).toEqual(['any', 'second', 'any']);
  });
});

describe('screendump', () => {
  it('saves a display', async () => {
    const { handlers, saved } = setUp();
    await handlers.screendump!({ filename: 'a' });
    await handlers.screendump!({ filename: 'b', device: 'gpu0', head: 1n, format: 'ppm' });
    await handlers.screendump!({ filename: 'c', format: 'png' });
    expect(saved.get('a')!.subarray(0, 15).toString()).toBe('P6\n640 480\n255\n');
    expect(saved.get('a')!.equals(saved.get('b')!)).toBe(true);
    expect(saved.get('c')!.subarray(0, 4).toString('latin1')).toBe('\x89PNG');
  });

  it.each([
    [{ filename: 'a', head: 1n }, "'head' must be specified together with 'device'"],
    [{ filename: 'a', device: 'nope' }, "Device 'nope' not found"],
    [{ filename: 'a', device: 'gpu0', head: 7n }, 'Device gpu0 (head 7) is not bound to a QemuConsole'],
    [{ filename: '/no/file' }, "failed to open file '/no/file': No such file or directory"],
    [{ filename: '/full' }, "Could not write '/full': No space left on device"],
  ])('%o: refused', async (args, message) => {
    await expect(setUp().handlers.screendump!(args)).rejects.toThrow(message);
  });

  it('says that there is no display', async () => {
    const handlers = displayHandlers(new Displays(), new Bus('System'), {
      saveFile: async () => {},
      deflate: async bytes => bytes,
    });
    await expect(handlers.screendump!({ filename: 'a' })).rejects.toThrow(
      'There is no console to take a screendump from',
    );
  });
});
