import { describe, expect, it } from 'vitest';
import { Chardev } from '../../chardev/chardev.ts';
import { ChardevTable } from '../../chardev/table.ts';
import { FakeStream } from '../../chardev/testing/fake-stream.ts';
import { REG } from './mmio-registers.ts';
import { VirtioSerial } from './serial.ts';
import { VirtioSerialPort } from './serial-port.ts';
import { type DriverQueue, startDriver, text } from './testing/driver.ts';
import { Rig } from './testing/rig.ts';

const MULTIPORT = 2n;

function setUp(options: Record<string, string> = {}) {
  const rig = new Rig();
  const chardevs = new ChardevTable(rig.host);
  const streams = { c0: new FakeStream(), c1: new FakeStream() };
  for (const [label, stream] of Object.entries(streams)) chardevs.add(new Chardev(label, 'vc', stream));
  const device = rig.plug(new VirtioSerial(rig.types, rig.env), { id: 'ser0', max_ports: '4', ...options });
  const addPort = (type: 'virtconsole' | 'virtserialport', values: Record<string, string>) => {
    const port = new VirtioSerialPort(type, rig.types, chardevs);
    port.id = values['id'] ?? '';
    for (const [name, value] of Object.entries(values)) if (name !== 'id') port.setValue(name, value);
    device.buses[0]!.plug(port);
    port.realize();
    return port;
  };
  return { rig, device, streams, addPort, chardevs };
}

function message(port: number, event: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, port, true);
  view.setUint16(4, event, true);
  view.setUint16(6, value, true);
  return bytes;
}

/** The driver's control channel: sends a message and returns what the device says to it. */
class Control {
  readonly rig: Rig;
  readonly input: DriverQueue;
  readonly output: DriverQueue;
  readonly #buffers = new Map<number, number>();

  constructor(rig: Rig, queues: readonly DriverQueue[]) {
    this.rig = rig;
    this.input = queues[2]!;
    this.output = queues[3]!;
    for (let n = 0; n < 12; n++) {
      const { head, at } = this.input.add([32]);
      this.#buffers.set(head, at[0]!);
    }
    this.input.kick();
  }

  say(
    port: number,
    event: number,
    value: number,
  ): { port: number; event: number; value: number; text: string }[] {
    this.output.add([message(port, event, value)]);
    this.output.kick();
    return this.input.takeUsed().map(({ id, length }) => {
      const bytes = this.rig.memory.read(this.#buffers.get(id)!, length);
      const view = new DataView(bytes.buffer);
      return {
        port: view.getUint32(0, true),
        event: view.getUint16(4, true),
        value: view.getUint16(6, true),
        text: text(bytes.subarray(8)),
      };
    });
  }
}

describe('virtio-serial with many ports', () => {
  it('introduces its ports and tells when they open', () => {
    const { rig, addPort } = setUp();
    const console = addPort('virtconsole', { id: 'con0', chardev: 'c0' });
    const port = addPort('virtserialport', { id: 'p1', chardev: 'c1', name: 'org.x' });
    const control = new Control(rig, startDriver(rig, MULTIPORT, 6));
    expect(control.say(0xffff_ffff, 0, 1)).toEqual([
      { port: 0, event: 1, value: 1, text: '' },
      { port: 1, event: 1, value: 1, text: '' },
    ]);
    expect(control.say(0, 3, 1).map(({ event }) => event)).toEqual([4, 6]);
    expect(control.say(1, 3, 1)).toEqual([
      { port: 1, event: 7, value: 1, text: 'org.x\0' },
      { port: 1, event: 6, value: 1, text: '' },
    ]);
    control.say(1, 6, 1);
    expect(port.stateLine).toBe('port 1, guest on, host on, throttle off');
    expect(console.stateLine).toBe('port 0, guest off, host on, throttle off');
    expect(rig.seen.map(({ event, data }) => [event, data])).toEqual([
      ['VSERPORT_CHANGE', { id: 'p1', open: true }],
    ]);
    rig.write(REG.status, 0);
    expect(rig.seen.at(-1)?.data).toEqual({ id: 'p1', open: false });
  });

  it('carries bytes both ways', () => {
    const { rig, streams, addPort } = setUp();
    addPort('virtserialport', { chardev: 'c1' });
    const queues = startDriver(rig, MULTIPORT, 6);
    const control = new Control(rig, queues);
    streams.c1.say('early');
    const { at } = queues[4]!.add([4]);
    const second = queues[4]!.add([100]).at;
    queues[4]!.kick();
    expect(queues[4]!.takeUsed()).toEqual([]); // not open yet
    control.say(1, 6, 1);
    expect(queues[4]!.takeUsed().map(({ length }) => length)).toEqual([4, 1]);
    expect(text(rig.memory.read(at[0]!, 4)) + text(rig.memory.read(second[0]!, 1))).toBe('early');
    queues[5]!.add(['hello ', 'world']);
    queues[5]!.kick();
    expect([streams.c1.written, queues[5]!.takeUsed()]).toEqual(['hello world', [{ id: 0, length: 0 }]]);
  });

  it('tells when somebody comes to the other end or leaves, and waits for the slow', () => {
    const { rig, streams, addPort } = setUp();
    streams.c1.connected = false;
    const port = addPort('virtserialport', { chardev: 'c1' });
    const queues = startDriver(rig, MULTIPORT, 6);
    const control = new Control(rig, queues);
    control.say(1, 6, 1);
    const sent = () => {
      queues[5]!.add(['x']);
      queues[5]!.kick();
      return [streams.c1.written, queues[5]!.takeUsed().length];
    };
    expect(sent()).toEqual(['', 1]);
    streams.c1.tell('opened');
    expect(control.say(1, 6, 1)).toEqual([{ port: 1, event: 6, value: 1, text: '' }]);
    expect(sent()).toEqual(['x', 1]);
    streams.c1.congested = true;
    expect(sent()).toEqual(['x', 0]);
    streams.c1.congested = false;
    streams.c1.tell('drained');
    expect([streams.c1.written, queues[5]!.takeUsed().length]).toEqual(['xx', 1]);
    streams.c1.congested = true;
    expect(sent()).toEqual(['xx', 0]);
    streams.c1.tell('closed');
    expect([streams.c1.written, queues[5]!.takeUsed().length]).toEqual(['xx', 1]);
    expect(port.stateLine).toBe('port 1, guest on, host off, throttle off');
  });

  it('holds back who sends more than the guest has room for', () => {
    const { rig, streams, addPort } = setUp();
    addPort('virtserialport', { chardev: 'c1' });
    const queues = startDriver(rig, MULTIPORT, 6);
    new Control(rig, queues).say(1, 6, 1);
    streams.c1.say('y'.repeat(40_000));
    expect(streams.c1.flowing).toBe(false);
    queues[4]!.add([30_000]);
    queues[4]!.kick();
    expect(streams.c1.flowing).toBe(true);
  });

  it('passes large output on in turns and holds it while stopped', async () => {
    const { rig, streams, addPort } = setUp();
    addPort('virtconsole', { chardev: 'c0' });
    const queues = startDriver(rig, MULTIPORT, 2);
    const big = rig.alloc(0x40000);
    for (let n = 0; n < 8; n++) {
      queues[1]!.descriptor(n, big, 0x40000, n < 7 ? 1 : 0, n + 1);
    }
    queues[1]!.offer(0);
    queues[1]!.kick();
    const first = streams.c0.written.length;
    expect(first).toBeLessThan(8 * 0x40000);
    rig.stop();
    await rig.host.settle();
    expect(streams.c0.written.length).toBe(first);
    rig.cont();
    await rig.host.settle();
    expect([streams.c0.written.length, queues[1]!.takeUsed().length]).toEqual([8 * 0x40000, 1]);
  });

  it('throws output of ports away that nobody has', () => {
    const { rig, device } = setUp();
    const queues = startDriver(rig, MULTIPORT, 6);
    queues[5]!.add(['lost']);
    queues[5]!.kick();
    expect([queues[5]!.takeUsed().length, device.broken]).toEqual([1, false]);
  });

  it('adds and removes ports while the guest runs', () => {
    const { rig, addPort, chardevs } = setUp();
    const control = new Control(rig, startDriver(rig, MULTIPORT, 6));
    const port = addPort('virtserialport', { chardev: 'c1' });
    expect(control.say(0xffff_ffff, 0, 1)).toEqual([
      { port: 1, event: 1, value: 1, text: '' }, // when it came
      { port: 1, event: 1, value: 1, text: '' }, // when the driver asked
    ]);
    port.unrealize();
    expect(control.say(0xffff_ffff, 0, 1)).toEqual([{ port: 1, event: 2, value: 1, text: '' }]);
    expect([chardevs.get('c1')!.inUse, addPort('virtserialport', {}).number]).toEqual([false, 1]);
  });

  it('warns of failures of the guest', () => {
    const { rig, addPort } = setUp();
    addPort('virtconsole', { chardev: 'c0' });
    const control = new Control(rig, startDriver(rig, MULTIPORT, 4));
    control.say(0, 0, 0);
    control.say(9, 3, 1);
    control.say(0, 3, 0);
    expect(rig.warnings).toEqual([
      'virtio-serial-bus: Guest failure in adding device',
      'virtio-serial-bus: Unexpected port id 9 for device ser0',
      'virtio-serial-bus: Guest failure in adding port 0 for device ser0',
    ]);
  });
});

describe('virtio-serial', () => {
  it('serves one console to a driver that knows no more', () => {
    const { rig, streams, addPort } = setUp({ max_ports: '1' });
    const port = addPort('virtconsole', { chardev: 'c0' });
    const [input, output] = startDriver(rig, 0n, 2);
    expect(port.guestConnected).toBe(true);
    const { at } = input!.add([10]);
    input!.kick();
    streams.c0.say('hi');
    expect(input!.takeUsed()).toEqual([{ id: 0, length: 2 }]);
    expect(text(rig.memory.read(at[0]!, 2))).toBe('hi');
    output!.add(['x']);
    output!.kick();
    expect(streams.c0.written).toBe('x');
  });

  it('writes an emergency character without any set-up', () => {
    const { rig, streams, addPort } = setUp();
    addPort('virtconsole', { chardev: 'c0' });
    rig.write(REG.config + 8, 0x41);
    expect([streams.c0.written, rig.read(REG.config + 4), rig.read(REG.config + 8)]).toEqual(['A', 4, 0]);
  });

  it('gives numbers and refuses those that are taken', () => {
    const { addPort, chardevs } = setUp();
    const first = addPort('virtconsole', { chardev: 'c0' });
    const second = addPort('virtserialport', { name: 'a' });
    const third = addPort('virtconsole', {});
    expect([first.number, second.number, third.number]).toEqual([0, 1, 2]);
    expect(() => addPort('virtserialport', { nr: '1' })).toThrow('A port already exists at id 1');
    expect(() => addPort('virtserialport', { nr: '0' })).toThrow(
      'Port number 0 on virtio-serial devices reserved',
    );
    expect(() => addPort('virtserialport', { nr: '4' })).toThrow('max. allowed: 3');
    expect(() => addPort('virtserialport', { name: 'a' })).toThrow('A port already exists by name a');
    expect(() => addPort('virtserialport', { chardev: 'c0' })).toThrow("can't take value 'c0', it's in use");
    expect(() => addPort('virtserialport', { chardev: 'no' })).toThrow("can't find value 'no'");
    addPort('virtserialport', { chardev: 'c1' });
    expect(() => addPort('virtserialport', {})).toThrow('Maximum port limit');
    expect(chardevs.get('c1')!.frontendOpen).toBe(false);
    expect(() => setUp({ max_ports: '0' })).toThrow('max number of ports is 511');
  });
});
