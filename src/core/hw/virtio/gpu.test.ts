import { describe, expect, it } from 'vitest';
import { Displays } from '../../display/console.ts';
import { capture } from '../../display/surface.ts';
import { VirtioGpu } from './gpu.ts';
import { CMD, RESP } from './gpu-format.ts';
import { REG } from './mmio-registers.ts';
import { startDriver } from './testing/driver.ts';
import { RAM, Rig } from './testing/rig.ts';

const FEATURES = (1n << 32n) | 2n;
const BACKING = RAM + 0x80000;
const WIDTH = 32;
const HEIGHT = 16;
const SIZE = WIDTH * HEIGHT * 4;

function setUp(options: Record<string, string> = {}) {
  const rig = new Rig({ modern: true });
  const displays = new Displays();
  const device = rig.plug(new VirtioGpu(rig.types, rig.env, displays), { id: 'gpu0', ...options });
  const [control, cursor] = startDriver(rig, FEATURES, 2, 16);
  rig.memory.write(
    BACKING,
    Uint8Array.from({ length: SIZE }, (_, n) => n & 0xff),
  );
  /** Sends bytes; resolves to what was written in answer. */
  const raw = (request: Uint8Array, room = 2048): DataView => {
    const { at } = control!.add([request, room]);
    control!.kick();
    const [used] = control!.takeUsed();
    const bytes = rig.memory.read(at[1]!, used!.length);
    return new DataView(bytes.buffer, 0, bytes.length);
  };
  const ask = (type: number, ...fields: number[]) => raw(request(type, fields));
  /** The type of the answer. */
  const answer = (type: number, ...fields: number[]) => ask(type, ...fields).getUint32(0, true);
  const picture = (head = 0) => capture(displays.find('gpu0', head)!.surface);
  return { rig, device, control: control!, cursor: cursor!, raw, ask, answer, picture };
}

/** A command without a fence; each field has 32 bits. */
function request(type: number, fields: readonly number[], flags = 0): Uint8Array {
  const view = new DataView(new ArrayBuffer(24 + 4 * fields.length));
  view.setUint32(0, type, true);
  view.setUint32(4, flags, true);
  view.setBigUint64(8, 0x1122_3344_5566_7788n, true);
  view.setUint32(16, 7, true);
  for (const [n, field] of fields.entries()) view.setUint32(24 + 4 * n, field, true);
  return new Uint8Array(view.buffer);
}

/** Makes resource 1 with a backing in one piece and shows it on the first display. */
function show(gpu: ReturnType<typeof setUp>, format = 1): void {
  const answers = [
    gpu.answer(CMD.resourceCreate2d, 1, format, WIDTH, HEIGHT),
    gpu.answer(CMD.resourceAttachBacking, 1, 1, BACKING, 0, SIZE, 0),
    gpu.answer(CMD.transferToHost2d, 0, 0, WIDTH, HEIGHT, 0, 0, 1, 0),
    gpu.answer(CMD.setScanout, 0, 0, WIDTH, HEIGHT, 0, 1),
    gpu.answer(CMD.resourceFlush, 0, 0, WIDTH, HEIGHT, 1, 0),
  ];
  expect(answers).toEqual(Array(5).fill(RESP.okNoData));
}

describe('what the driver is told', () => {
  it('in the configuration space', () => {
    const { rig } = setUp({ max_outputs: '3' });
    expect([0, 4, 8, 12, 16].map(at => rig.read(REG.config + at))).toEqual([0, 0, 3, 0, 0xffff_ffff]);
    rig.write(REG.config + 4, 1);
    expect(rig.read(REG.config + 4)).toBe(0);
  });

  it('of the displays', () => {
    const { ask } = setUp({ xres: '1024', yres: '768' });
    const info = ask(CMD.getDisplayInfo);
    expect([info.byteLength, info.getUint32(0, true)]).toEqual([408, RESP.okDisplayInfo]);
    const mode = Array.from({ length: 12 }, (_, n) => info.getUint32(24 + 4 * n, true));
    expect(mode).toEqual([0, 0, 1024, 768, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('of the monitor', () => {
    const { ask, answer } = setUp({ xres: '640', yres: '480' });
    const edid = ask(CMD.getEdid, 0, 0);
    expect([edid.byteLength, edid.getUint32(0, true), edid.getUint32(24, true)]).toEqual([
      1056,
      RESP.okEdid,
      1024,
    ]);
    expect(edid.getUint8(32 + 54 + 2)).toBe(640 & 0xff);
    expect(answer(CMD.getEdid, 1, 0)).toBe(RESP.invalidParameter);
  });

  it('with its fence given back', () => {
    const { raw } = setUp();
    const fenced = raw(request(CMD.resourceUnref, [9, 0], 0xff));
    expect([fenced.getUint32(0, true), fenced.getUint32(4, true)]).toEqual([RESP.invalidResource, 1]);
    expect([fenced.getBigUint64(8, true), fenced.getUint32(16, true)]).toEqual([0x1122_3344_5566_7788n, 7]);
    const plain = raw(request(CMD.resourceUnref, [9, 0], 2));
    expect([plain.getUint32(4, true), plain.getBigUint64(8, true)]).toEqual([0, 0n]);
  });

  it('as far as it has left room', () => {
    const { raw } = setUp();
    expect(raw(request(CMD.getDisplayInfo, []), 10).byteLength).toBe(10);
  });
});

describe('pictures', () => {
  it.each([
    ['B8G8R8A8', 1, [2, 1, 0]],
    ['B8G8R8X8', 2, [2, 1, 0]],
    ['A8R8G8B8', 3, [1, 2, 3]],
    ['X8R8G8B8', 4, [1, 2, 3]],
    ['R8G8B8A8', 67, [0, 1, 2]],
    ['X8B8G8R8', 68, [3, 2, 1]],
    ['A8B8G8R8', 121, [3, 2, 1]],
    ['R8G8B8X8', 134, [0, 1, 2]],
  ])('%s', (_, format, order) => {
    const gpu = setUp();
    show(gpu, format);
    const { width, height, rgb } = gpu.picture();
    expect([width, height, [...rgb.subarray(0, 3)]]).toEqual([WIDTH, HEIGHT, order]);
    expect([...rgb.subarray(-3)]).toEqual(order.map(place => (SIZE - 4 + place) & 0xff));
  });

  it('in many pieces of memory, and a part of them', () => {
    const gpu = setUp();
    expect(gpu.answer(CMD.resourceCreate2d, 1, 67, WIDTH, HEIGHT)).toBe(RESP.okNoData);
    const pieces = [100, 28, 900, SIZE - 1028].flatMap((length, n) => [BACKING + n * 0x1000, 0, length, 0]);
    pieces.forEach((_, n) => {
      if (n < 4) gpu.rig.memory.write(BACKING + n * 0x1000, new Uint8Array(SIZE).fill(n + 1));
    });
    expect(gpu.answer(CMD.resourceAttachBacking, 1, 4, ...pieces)).toBe(RESP.okNoData);
    gpu.answer(CMD.transferToHost2d, 0, 0, WIDTH, HEIGHT, 0, 0, 1, 0);
    gpu.answer(CMD.setScanout, 0, 0, WIDTH, HEIGHT, 0, 1);
    const reds = () => [...gpu.picture().rgb].filter((_, n) => n % 3 === 0);
    const expected = [
      ...Array(25).fill(1),
      ...Array(7).fill(2),
      ...Array(225).fill(3),
      ...Array(255).fill(4),
    ];
    expect(reds()).toEqual(expected);
    gpu.rig.memory.write(BACKING, new Uint8Array(100).fill(9));
    gpu.answer(CMD.transferToHost2d, 2, 1, 3, 1, 40, 0, 1, 0);
    for (const x of [2, 3, 4]) expected[WIDTH + x] = 9;
    expect(reds()).toEqual(expected);
  });

  it('shown in part, and gone when the driver says so', () => {
    const gpu = setUp();
    show(gpu);
    expect(gpu.answer(CMD.setScanout, 8, 0, 20, 16, 0, 1)).toBe(RESP.okNoData);
    const part = gpu.picture();
    expect([part.width, part.height, [...part.rgb.subarray(0, 3)]]).toEqual([20, 16, [34, 33, 32]]);
    expect(gpu.answer(CMD.setScanout, 0, 0, 0, 0, 0, 0)).toBe(RESP.okNoData);
    expect([gpu.picture().width, gpu.picture().rgb.includes(34)]).toEqual([20, false]);
  });

  it.each([
    ['its resource', (gpu: ReturnType<typeof setUp>) => gpu.answer(CMD.resourceUnref, 1, 0)],
    ['a reset', (gpu: ReturnType<typeof setUp>) => gpu.rig.write(REG.status, 0)],
  ])('gone with %s', (_, drop) => {
    const gpu = setUp();
    show(gpu);
    drop(gpu);
    expect(gpu.picture().rgb.includes(34)).toBe(false);
  });

  it('of a display that was never driven: a message', () => {
    const { picture } = setUp();
    const { width, height, rgb } = picture();
    expect([width, height]).toEqual([640, 480]);
    expect(new Set(rgb)).toEqual(new Set([0, 0xaa]));
  });
});

describe('refusals', () => {
  const { create, big } = { create: CMD.resourceCreate2d, big: 0xffff_ffff };
  it.each([
    ['resource 0', RESP.invalidResource, create, [0, 1, 8, 8]],
    ['a resource that exists', RESP.invalidResource, create, [1, 1, 8, 8]],
    ['a format that does not', RESP.invalidParameter, create, [2, 5, 8, 8]],
    ['more pixels than there are', RESP.outOfMemory, create, [2, 1, big, big]],
    ['a size that overflows', RESP.outOfMemory, create, [2, 1, 0x4000_0001, 4]],
    ['more than the limit', RESP.outOfMemory, create, [2, 1, 512, 512]],
    ['unref of none', RESP.invalidResource, CMD.resourceUnref, [9, 0]],
    ['a scanout that does not exist', RESP.invalidScanout, CMD.setScanout, [0, 0, 16, 16, 1, 1]],
    ['a scanout of none', RESP.invalidResource, CMD.setScanout, [0, 0, 16, 16, 0, 9]],
    ['a scanout too small', RESP.invalidParameter, CMD.setScanout, [0, 0, 15, 16, 0, 1]],
    ['a scanout too wide', RESP.invalidParameter, CMD.setScanout, [big, 0, 32, 16, 0, 1]],
    ['a scanout without backing', RESP.unspecified, CMD.setScanout, [0, 0, 16, 16, 0, 3]],
    ['a flush of none', RESP.invalidResource, CMD.resourceFlush, [0, 0, 1, 1, 9, 0]],
    ['a flush outside', RESP.invalidParameter, CMD.resourceFlush, [0, big, 1, 1, 1, 0]],
    ['a transfer to none', RESP.invalidResource, CMD.transferToHost2d, [0, 0, 1, 1, 0, 0, 9, 0]],
    ['a transfer from none', RESP.unspecified, CMD.transferToHost2d, [0, 0, 1, 1, 0, 0, 3, 0]],
    ['a transfer outside', RESP.invalidParameter, CMD.transferToHost2d, [1, 0, 32, 1, 0, 0, 1, 0]],
    ['a backing of none', RESP.invalidResource, CMD.resourceAttachBacking, [9, 0]],
    ['a second backing', RESP.unspecified, CMD.resourceAttachBacking, [1, 1, BACKING, 0, 16, 0]],
    ['too many pieces', RESP.unspecified, CMD.resourceAttachBacking, [3, 16385]],
    ['fewer pieces than said', RESP.unspecified, CMD.resourceAttachBacking, [3, 2, BACKING, 0, 16, 0]],
    ['an empty piece', RESP.unspecified, CMD.resourceAttachBacking, [3, 1, BACKING, 0, 0, 0]],
    ['a piece that is not RAM', RESP.unspecified, CMD.resourceAttachBacking, [3, 1, 0x1000, 0, 16, 0]],
    ['a piece beyond everything', RESP.unspecified, CMD.resourceAttachBacking, [3, 1, big, big, big, 0]],
    ['no backing to take away', RESP.unspecified, CMD.resourceDetachBacking, [3, 0]],
    ['a backing of none to take away', RESP.invalidResource, CMD.resourceDetachBacking, [9, 0]],
    ['blobs', RESP.invalidParameter, CMD.resourceCreateBlob, [1]],
    ['three dimensions', RESP.unspecified, 0x200, []],
    ['half a command', RESP.unspecified, create, [2]],
    ['what is no command', RESP.unspecified, 0x1234, []],
  ])('%s', (_, expected, type, fields) => {
    const gpu = setUp({ max_hostmem: '1M' });
    show(gpu);
    gpu.answer(create, 3, 1, 16, 16);
    expect(gpu.answer(type, ...fields)).toBe(expected);
    expect(gpu.device.broken).toBe(false);
  });

  it('nothing is written in answer to half a header', () => {
    const { raw } = setUp();
    expect(raw(new Uint8Array(23)).byteLength).toBe(0);
  });

  it('give memory back: as much fits again after a resource has gone', () => {
    const { answer } = setUp({ max_hostmem: '1M' });
    for (let n = 0; n < 5; n++) {
      expect(answer(create, 1, 1, 512, 500)).toBe(RESP.okNoData);
      expect(answer(create, 2, 1, 512, 500)).toBe(RESP.outOfMemory);
      expect(answer(CMD.resourceUnref, 1, 0)).toBe(RESP.okNoData);
    }
  });

  it('of properties', () => {
    expect(() => setUp({ max_outputs: '17' })).toThrow('invalid max_outputs > 16');
    expect(() => setUp({ blob: 'on' })).toThrow("virtio-gpu-device: 'blob=on' is not supported");
  });
});

describe('the mouse pointer', () => {
  it('is moved and changed through a queue of its own', () => {
    const { device, cursor } = setUp();
    cursor.add([request(CMD.updateCursor, [0, 5, 6, 0, 42, 1, 2, 0])]);
    cursor.add([request(CMD.moveCursor, [0, 7, 8, 0, 99, 0, 0, 0])]);
    cursor.add([request(CMD.moveCursor, [1, 9, 9, 0, 0, 0, 0, 0])]);
    cursor.add([request(CMD.moveCursor, [0])]);
    cursor.kick();
    expect(cursor.takeUsed().map(({ length }) => length)).toEqual([0, 0, 0, 0]);
    expect(device.cursor(0)).toEqual({ x: 7, y: 8, hotX: 1, hotY: 2, resource: 42 });
    expect(device.cursor(1)).toBeUndefined();
  });
});

describe('work that takes long', () => {
  it('is done in turns', async () => {
    const { rig, control, answer } = setUp();
    expect(answer(CMD.resourceCreate2d, 1, 1, 2048, 2048)).toBe(RESP.okNoData);
    const pieces = Array.from({ length: 32 }, () => [RAM, 0, 512 * 1024, 0]).flat();
    expect(answer(CMD.resourceAttachBacking, 1, 32, ...pieces)).toBe(RESP.okNoData);
    for (let n = 0; n < 2; n++)
      control.add([request(CMD.transferToHost2d, [0, 0, 2048, 2048, 0, 0, 1, 0]), 24]);
    control.kick();
    expect(control.takeUsed()).toHaveLength(1);
    await rig.host.settle();
    expect(control.takeUsed()).toHaveLength(1);
  });
});
