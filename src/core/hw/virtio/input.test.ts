import { describe, expect, it } from 'vitest';
import { Displays } from '../../display/console.ts';
import { Input } from '../../input/input.ts';
import { VirtioInput } from './input.ts';
import { INPUT_MODELS } from './input-models.ts';
import { REG } from './mmio-registers.ts';
import { type DriverQueue, startDriver } from './testing/driver.ts';
import { Rig } from './testing/rig.ts';

const VERSION_1 = 1n << 32n;

function setUp(kind: string, options: Record<string, string> = {}, modern = true) {
  const rig = new Rig({ modern });
  const model = INPUT_MODELS.find(({ typeName }) => typeName === `virtio-${kind}-device`)!;
  const backends = { input: new Input(rig.clock), displays: new Displays() };
  const device = rig.plug(new VirtioInput(model, rig.types, rig.env, backends), options);
  return { rig, device, input: backends.input };
}

/** Asks as Linux does: both bytes of the question, then the length, then the answer. */
function ask(rig: Rig, select: number, subsel: number): string {
  rig.write(REG.config, select, 1);
  rig.write(REG.config + 1, subsel, 1);
  const length = rig.read(REG.config + 2, 1);
  const bytes = Array.from({ length }, (_, n) => rig.read(REG.config + 8 + n, 1));
  return bytes.map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/** Every answer that there is, as `select.subsel: bytes`. */
function answers(rig: Rig): string[] {
  const questions = Array.from({ length: 0x20 * 0x40 }, (_, n) => [n >> 6, n & 0x3f] as const);
  return questions.flatMap(([select, subsel]) => {
    const bytes = ask(rig, select, subsel);
    return bytes === '' ? [] : [`${select.toString(16)}.${subsel.toString(16)}: ${bytes}`];
  });
}

const hex = (text: string) => Buffer.from(text).toString('hex');
const BUTTONS = `${'00'.repeat(34)}1f${'00'.repeat(6)}0403`;

/** The events in the buffers that the device gave back, as type/code/value. */
function events(rig: Rig, queue: DriverQueue, at: readonly number[]): string[] {
  return queue.takeUsed().map(({ id, length }) => {
    expect(length).toBe(8);
    const view = new DataView(rig.memory.read(at[id]!, 8).buffer);
    return `${view.getUint16(0, true)}/${view.getUint16(2, true)}/${view.getInt32(4, true)}`;
  });
}

/** A driver that has left room for `room` events. */
function listen(rig: Rig, room: number, modern = true) {
  const [queue, status] = startDriver(rig, modern ? VERSION_1 : 0n, 2, 16);
  const at = Array.from({ length: room }, () => queue!.add([8]).at[0]!);
  queue!.kick();
  return { status: status!, got: () => events(rig, queue!, at), more: () => at.push(queue!.add([8]).at[0]!) };
}

describe('what the devices say of themselves', () => {
  it('keyboard', () => {
    const { rig } = setUp('keyboard');
    expect(answers(rig)).toEqual([
      `1.0: ${hex('QEMU Virtio Keyboard\0')}`,
      '3.0: 0600270601000100',
      '11.1: feffffffffffffffffffcf7bffffbefeffdf00f8783080ff0700000004',
      '11.11: 07',
      '11.14: 00',
    ]);
  });

  it('mouse', () => {
    const { rig } = setUp('mouse');
    const name = `1.0: ${hex('QEMU Virtio Mouse\0')}`;
    expect(answers(rig)).toEqual([name, '3.0: 0600270602000200', `11.1: ${BUTTONS}`, '11.2: 0301']);
  });

  it('tablet, with a serial number', () => {
    const { rig } = setUp('tablet', { serial: 'abc' });
    const range = `00000000ff7f0000${'00'.repeat(12)}`;
    expect(answers(rig)).toEqual([
      `1.0: ${hex('QEMU Virtio Tablet\0')}`,
      '2.0: 616263',
      '3.0: 0600270603000200',
      `11.1: ${BUTTONS}`,
      '11.2: 0001',
      '11.3: 03',
      `12.0: ${range}`,
      `12.1: ${range}`,
    ]);
  });

  it('multitouch', () => {
    const { rig } = setUp('multitouch');
    const range = (max: string) => `00000000${max}0000${'00'.repeat(12)}`;
    expect(answers(rig)).toEqual([
      `1.0: ${hex('QEMU Virtio MultiTouch\0')}`,
      '3.0: 0600270603000100',
      '10.0: 02',
      `11.1: ${BUTTONS}`,
      '11.3: 0000000000806002',
      `12.2f: ${range('0a00')}`,
      `12.35: ${range('ff7f')}`,
      `12.36: ${range('ff7f')}`,
      `12.39: ${range('0a00')}`,
    ]);
  });

  it('nothing to a question without an answer, nor behind the longest answer', () => {
    const { rig } = setUp('keyboard');
    expect(ask(rig, 1, 9)).toBe('');
    expect([0, 1, 2, 8].map(at => rig.read(REG.config + at, 1))).toEqual([0, 0, 0, 0]);
    expect(ask(rig, 1, 0)).not.toBe('');
    expect([0, 1, 2].map(at => rig.read(REG.config + at, 1))).toEqual([1, 0, 21]);
    expect([rig.read(REG.config + 36, 1), rig.read(REG.config + 37, 1)]).toEqual([0, 0xff]);
  });
});

describe.each([true, false])('events, modern %s', modern => {
  it('come in groups with a sync behind', () => {
    const { rig, input } = setUp('keyboard', {}, modern);
    const { got } = listen(rig, 8, modern);
    input.sendKeys([{ type: 'qcode', data: 'a' }]);
    expect(got()).toEqual(['1/30/1', '0/0/0']);
    expect(rig.irq).toBe(true);
    rig.pass(10);
    expect(got()).toEqual(['1/30/0', '0/0/0']);
  });

  it('are lost as a group when there is not room for all', () => {
    const { rig, input } = setUp('mouse', {}, modern);
    const { got, more } = listen(rig, 2, modern);
    input.moveMouse(1n, 2n, 0n);
    expect(got()).toEqual([]);
    more();
    input.moveMouse(3n, -4n, 0n);
    expect(got()).toEqual(['2/0/3', '2/1/-4', '0/0/0']);
  });
});

describe('events', () => {
  it('of buttons and the wheel', () => {
    const { rig, input } = setUp('mouse');
    const { got } = listen(rig, 12);
    input.setButtons(1n);
    expect(got()).toEqual(['1/272/1', '0/0/0']);
    input.moveMouse(0n, 0n, -1n);
    expect(got()).toEqual(['2/0/0', '2/1/0', '2/8/-1', '0/0/0', '1/336/0', '0/0/0']);
  });

  it('of a wheel that is a button', () => {
    const { rig, input } = setUp('tablet', { 'wheel-axis': 'off' });
    const { got } = listen(rig, 8);
    input.send({ type: 'btn', data: { button: 'wheel-up', down: true } });
    input.send({ type: 'abs', data: { axis: 'y', value: 0x7fffn } });
    input.sync();
    expect(got()).toEqual(['1/337/1', '3/1/32767', '0/0/0']);
  });

  it('of fingers', () => {
    const { rig, input } = setUp('multitouch');
    const { got } = listen(rig, 8);
    const finger = { slot: 1n, 'tracking-id': 5n, axis: 'x', value: 100n } as const;
    input.send({ type: 'mtt', data: { type: 'begin', ...finger } });
    input.send({ type: 'mtt', data: { type: 'data', ...finger } });
    input.sync();
    expect(got()).toEqual(['3/47/1', '3/57/5', '3/53/100', '0/0/0']);
  });

  it('do not come of keys that no keyboard has, nor before the driver is ready, nor after a reset', () => {
    const { rig, input } = setUp('keyboard');
    input.sendKeys([{ type: 'qcode', data: 'a' }]);
    rig.pass(10); // the key goes up
    rig.pass(10);
    const { got } = listen(rig, 8);
    input.sendKeys([{ type: 'number', data: 0x1000n }]);
    expect(got()).toEqual(['0/0/0']);
    rig.write(REG.status, 0);
    rig.pass(100);
    expect([rig.irq, got()]).toEqual([false, []]);
  });

  it('do not come while the machine stands still', () => {
    const { rig, input } = setUp('keyboard');
    const { got } = listen(rig, 8);
    rig.stop();
    input.sendKeys([{ type: 'qcode', data: 'a' }]);
    rig.cont();
    rig.pass(100);
    expect(got()).toEqual([]);
  });
});

describe('the status queue', () => {
  const led = (code: number, value: number) => Uint8Array.of(0x11, 0, code, 0, value, 0, 0, 0);

  it('lights LEDs', () => {
    const { rig, device } = setUp('keyboard');
    const { status } = listen(rig, 0);
    for (const message of [led(1, 1), led(2, 1), led(1, 0), Uint8Array.of(0x12, 0, 0, 0, 1, 0, 0, 0)]) {
      status.add([message]);
    }
    status.add([Uint8Array.of(0x11, 0)]);
    status.kick();
    expect(status.takeUsed().map(({ length }) => length)).toEqual([8, 8, 8, 8, 2]);
    expect(device.leds).toBe(4);
    rig.write(REG.status, 0);
    expect(device.leds).toBe(0);
  });
});

describe('the place among the mice', () => {
  it('is first for the device whose driver came last, and none after unplugging', () => {
    const { rig, device, input } = setUp('tablet');
    const other = { name: 'Other', kinds: ['rel'], event: () => {}, sync: () => {} } as const;
    input.handlers.activate(input.handlers.register(other));
    const names = () => input.handlers.mice().map(({ name, current }) => `${current ? '*' : ''}${name}`);
    expect(names()).toEqual(['QEMU Virtio Tablet', '*Other']);
    listen(rig, 0);
    expect(names()).toEqual(['Other', '*QEMU Virtio Tablet']);
    rig.write(REG.status, 0);
    expect(names()).toEqual(['QEMU Virtio Tablet', '*Other']);
    device.unrealize();
    expect(names()).toEqual(['*Other']);
  });
});
