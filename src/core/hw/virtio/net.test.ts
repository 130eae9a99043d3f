import { describe, expect, it } from 'vitest';
import { connect, NetClient, type NicClient } from '../../net/client.ts';
import { HubPort } from '../../net/hub.ts';
import { NetTable } from '../../net/table.ts';
import { netHandlers } from '../../qmp/net.ts';
import { REG } from './mmio-registers.ts';
import { VirtioNet } from './net.ts';
import { type DriverQueue, startDriver } from './testing/driver.ts';
import { Rig } from './testing/rig.ts';

const F = { mrg: 1n << 15n, status: 1n << 16n, ctrl: 1n << 17n, rx: 1n << 18n, vlan: 1n << 19n };
const GUEST_ANNOUNCE = 1n << 21n;
const VERSION_1 = 1n << 32n;
const MAC = [0x52, 0x54, 0, 0x12, 0x34, 0x56];

/** The other end of the cable, in the test's hand. */
class Peer extends NetClient {
  readonly received: Uint8Array[] = [];
  constructor() {
    super('peer', 'peer');
  }
  protected receive(frame: Uint8Array): boolean {
    this.received.push(frame);
    return true;
  }
  get info(): string {
    return 'test';
  }
}

function setUp(options: Record<string, string> = {}, modern = false) {
  const rig = new Rig({ modern });
  const table = new NetTable();
  const peer = new Peer();
  table.add(peer);
  const device = rig.plug(new VirtioNet(rig.types, rig.env, table), {
    id: 'net0',
    netdev: 'peer',
    ...options,
  });
  return { rig, device, peer, table };
}

function frame(target: readonly number[], length = 60): Uint8Array {
  const bytes = new Uint8Array(length).map((_, n) => n & 0xff);
  bytes.set(target);
  bytes.set([0x08, 0x00], 12);
  return bytes;
}

function command(rig: Rig, queue: DriverQueue, ...bytes: number[]): number {
  const { at } = queue.add([Uint8Array.from(bytes), 1]);
  queue.kick();
  expect(queue.takeUsed()).toHaveLength(1);
  return rig.memory.read(at[1]!, 1)[0]!;
}

describe.each([
  ['legacy', false, 0n, 10],
  ['legacy with mergeable buffers', false, F.mrg, 12],
  ['modern', true, VERSION_1, 12],
] as const)('virtio-net %s', (_, modern, features, header) => {
  it('sends frames without their header', () => {
    const { rig, peer } = setUp({}, modern);
    const [, tx] = startDriver(rig, features, 3);
    const data = frame(MAC);
    tx!.add([new Uint8Array(header), data.subarray(0, 20), data.subarray(20)]);
    tx!.kick();
    expect(peer.received).toEqual([data]);
    expect(tx!.takeUsed()).toEqual([{ id: 0, length: 0 }]);
  });

  it('receives frames behind a header', () => {
    const { rig, peer } = setUp({}, modern);
    const [rx] = startDriver(rig, features, 3);
    const { at } = rx!.add([200]);
    rx!.kick();
    peer.send(frame(MAC));
    expect(rx!.takeUsed()).toEqual([{ id: 0, length: header + 60 }]);
    expect(rig.memory.read(at[0]! + header, 60)).toEqual(frame(MAC));
    if (header === 12) expect(rig.memory.readU16(at[0]! + 10)).toBe(1);
    expect(rig.irq).toBe(true);
  });
});

describe('virtio-net', () => {
  it('spreads a frame over mergeable buffers', () => {
    const { rig, peer } = setUp();
    const [rx] = startDriver(rig, F.mrg, 3);
    const places = [rx!.add([40]), rx!.add([40]), rx!.add([40])].map(({ at }) => at[0]!);
    rx!.kick();
    peer.send(frame(MAC, 80));
    expect(rx!.takeUsed().map(used => used.length)).toEqual([40, 40, 12]);
    expect(rig.memory.readU16(places[0]! + 10)).toBe(3);
    expect(rig.memory.read(places[2]!, 12)).toEqual(frame(MAC, 80).subarray(68));
  });

  it('keeps frames until there is room, the driver is up and the machine runs', () => {
    const { rig, peer } = setUp();
    peer.send(frame(MAC));
    const [rx] = startDriver(rig, F.mrg, 3);
    peer.send(frame(MAC));
    rx!.add([100]);
    rig.stop();
    rx!.kick();
    expect(rx!.takeUsed()).toEqual([]);
    rig.cont();
    expect(rx!.takeUsed()).toHaveLength(1);
  });

  it('drops a frame that does not fit one buffer', () => {
    const { rig, peer, device } = setUp();
    const [rx] = startDriver(rig, 0n, 3);
    rx!.add([30]);
    rx!.kick();
    peer.send(frame(MAC));
    expect([rx!.takeUsed(), device.broken, device.queues[0]!.inuse]).toEqual([[], false, 0]);
  });

  it('filters by mode, address table and VLAN', () => {
    const { rig, peer } = setUp();
    const [rx, , ctrl] = startDriver(rig, F.mrg | F.ctrl | F.rx | F.vlan, 3, 64);
    for (let n = 0; n < 20; n++) rx!.add([100]);
    rx!.kick();
    const got = (data: Uint8Array) => {
      peer.send(data);
      return rx!.takeUsed().length;
    };
    const other = [2, 0, 0, 0, 0, 9];
    const group = [1, 0, 0x5e, 0, 0, 1];
    const everyone = [255, 255, 255, 255, 255, 255];
    expect(got(frame(other))).toBe(1);
    expect(command(rig, ctrl!, 0, 0, 0)).toBe(0); // promiscuous off
    expect([got(frame(other)), got(frame(MAC)), got(frame(group)), got(frame(everyone))]).toEqual([
      0, 1, 0, 1,
    ]);
    expect(command(rig, ctrl!, 1, 0, 1, 0, 0, 0, ...other, 1, 0, 0, 0, ...group)).toBe(0);
    expect([got(frame(other)), got(frame(group))]).toEqual([1, 1]);
    expect(command(rig, ctrl!, 0, 5, 1)).toBe(0); // no broadcast
    expect(got(frame(everyone))).toBe(0);
    const tagged = frame(MAC);
    tagged.set([0x81, 0, 0, 7], 12);
    expect(got(tagged)).toBe(0);
    expect(command(rig, ctrl!, 2, 0, 7, 0)).toBe(0);
    expect(got(tagged)).toBe(1);
    expect(command(rig, ctrl!, 2, 1, 7, 0)).toBe(0);
    expect(got(tagged)).toBe(0);
    expect(rig.seen.map(({ event, data }) => [event, data])).toEqual([
      ['NIC_RX_FILTER_CHANGED', { name: 'net0', path: '/net0' }],
    ]);
  });

  it('answers malformed commands with an error, and breaks on missing headers', () => {
    const { rig, device } = setUp();
    const [, , ctrl] = startDriver(rig, F.ctrl, 3, 64);
    expect(command(rig, ctrl!, 0, 9, 1)).toBe(1);
    expect(command(rig, ctrl!, 1, 0, 255, 255, 255, 255)).toBe(1);
    expect(command(rig, ctrl!, 1, 1, 1, 2, 3)).toBe(1);
    expect(command(rig, ctrl!, 2, 0, 0, 16)).toBe(1);
    expect(command(rig, ctrl!, 4, 0, 2, 0)).toBe(1);
    expect(command(rig, ctrl!, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0)).toBe(1); // not negotiated
    ctrl!.add([Uint8Array.of(0), 1]);
    ctrl!.kick();
    expect([device.broken, rig.warnings.at(-1)]).toEqual([
      true,
      expect.stringContaining('ctrl missing headers'),
    ]);
  });

  it('changes its address by command and, for old drivers, by configuration', () => {
    const { rig, device } = setUp();
    const [, , ctrl] = startDriver(rig, F.ctrl | (1n << 23n), 3);
    expect(command(rig, ctrl!, 1, 1, 2, 0, 0, 0, 0, 1)).toBe(0);
    expect([...device.filter.mac]).toEqual([2, 0, 0, 0, 0, 1]);
    rig.write(REG.status, 0);
    expect([...device.filter.mac]).toEqual(MAC);
    startDriver(rig, 0n, 3);
    rig.write(REG.config + 5, 0x99, 1);
    expect(device.filter.mac[5]).toBe(0x99);
  });

  it('reports its link, and asks for announcements', async () => {
    const { rig, device, table } = setUp();
    const [, , ctrl] = startDriver(rig, F.status | F.ctrl | GUEST_ANNOUNCE, 3);
    const setLink = netHandlers(table).set_link!;
    expect(rig.read(REG.config + 6, 2)).toBe(1);
    await setLink({ name: 'net0', up: false });
    expect([rig.read(REG.config + 6, 2), rig.read(REG.interruptStatus)]).toEqual([0, 3]);
    await setLink({ name: 'peer', up: true }); // a back end takes its card along
    expect(rig.read(REG.config + 6, 2)).toBe(1);
    expect(() => setLink({ name: 'nope', up: true })).toThrow("Device 'nope' not found");
    expect([device.announce(), rig.read(REG.config + 6, 2)]).toEqual([true, 3]);
    expect([command(rig, ctrl!, 3, 0), rig.read(REG.config + 6, 2)]).toEqual([0, 1]);
    expect(command(rig, ctrl!, 3, 0)).toBe(1);
  });

  it('sends and receives nothing while its link is down', async () => {
    const { rig, peer, table } = setUp();
    const [rx, tx] = startDriver(rig, F.mrg, 3);
    await netHandlers(table).set_link!({ name: 'net0', up: false });
    rx!.add([100]);
    rx!.kick();
    tx!.add([new Uint8Array(12), frame(MAC)]);
    tx!.kick();
    peer.send(frame(MAC));
    expect([peer.received.length, rx!.takeUsed().length, tx!.takeUsed().length]).toEqual([0, 0, 1]);
  });

  it('breaks on frames without a header and survives absurd ones', () => {
    const { rig, device, peer } = setUp();
    const [, tx] = startDriver(rig, 0n, 3);
    tx!.add([new Uint8Array(10), new Uint8Array(70_000)]);
    tx!.kick();
    expect([peer.received.length, device.broken, tx!.takeUsed().length]).toEqual([0, false, 1]);
    tx!.add([new Uint8Array(4)]);
    tx!.kick();
    expect([device.broken, rig.warnings.at(-1)]).toEqual([true, expect.stringContaining('header incorrect')]);
  });

  it('shows what it was given, and refuses what it cannot', () => {
    const { rig } = setUp({ host_mtu: '1400', speed: '1000', duplex: 'full', mac: '02-00-00-00-00-0A' });
    expect([rig.read(REG.config + 5, 1), rig.read(REG.config + 10, 2)]).toEqual([10, 1400]);
    expect([rig.read(REG.config + 12), rig.read(REG.config + 16, 1), rig.read(REG.config + 17, 1)]).toEqual([
      1000, 1, 255,
    ]);
    expect(() => setUp({ rx_queue_size: '300' })).toThrow('Invalid rx_queue_size (= 300)');
    expect(() => setUp({ netdev: 'nope' })).toThrow("can't find value 'nope'");
    expect(() => setUp({ duplex: 'both' })).toThrow("'duplex' must be 'half' or 'full'");
    expect(() => setUp({ mq: 'on' })).toThrow("'mq=on' is not supported");
  });
});

describe('two cards on a hub', () => {
  const build = () => {
    const rigs = [new Rig(), new Rig()] as const;
    const table = new NetTable();
    for (const name of ['n0', 'n1']) table.add(new HubPort(name, table.hub(0)));
    table.add(new Peer());
    rigs.forEach((rig, n) => {
      rig.plug(new VirtioNet(rig.types, rig.env, table), { id: `net${n}`, netdev: `n${n}` });
    });
    return { rigs, table };
  };

  it('carries frames between them', () => {
    const { rigs } = build();
    const [, tx] = startDriver(rigs[0], F.mrg, 3);
    const [rx] = startDriver(rigs[1], F.mrg, 3);
    rx!.add([100]);
    rx!.kick();
    tx!.add([new Uint8Array(12), frame(MAC)]);
    tx!.kick();
    expect(rx!.takeUsed()).toEqual([{ id: 0, length: 72 }]);
  });

  it('is listed with its hub', async () => {
    const { rigs, table } = build();
    const rig = new Rig();
    rig.plug(new VirtioNet(rig.types, rig.env, table), { id: 'net2', netdev: 'peer' });
    expect(rigs).toHaveLength(2);
    expect((await netHandlers(table)['x-query-network']!({}))['human-readable-text']).toBe(
      [
        'hub 0',
        ' \\ n1: net1: index=0,type=nic,model=virtio-net-device,macaddr=52:54:00:12:34:57',
        ' \\ n0: net0: index=0,type=nic,model=virtio-net-device,macaddr=52:54:00:12:34:56',
        'net2: index=0,type=nic,model=virtio-net-device,macaddr=52:54:00:12:34:58',
        ' \\ peer: index=0,type=peer,test',
        '',
      ].join('\n'),
    );
  });

  it('refuses back ends that are wrong or taken', () => {
    const { table } = build();
    const rig = new Rig();
    const again = () => rig.plug(new VirtioNet(rig.types, rig.env, table), { netdev: 'n0' });
    expect(again).toThrow("can't take value 'n0', it's in use");
  });
});

describe('a card', () => {
  it('tells what it receives, and tells a change once until it is asked again', () => {
    const { device, table } = setUp();
    const card = table.find('net0') as NicClient;
    expect(card.queryReceiveFilter()).toMatchObject({
      name: 'net0',
      promiscuous: true,
      'main-mac': '52:54:00:12:34:56',
      vlan: 'none',
      'unicast-table': [],
    });
    device.filter.setTables(['525400123457'], []);
    device.filter.setVlan(5, true);
    expect(card.queryReceiveFilter()).toMatchObject({
      vlan: 'normal',
      'vlan-table': [5n],
      'unicast-table': ['52:54:00:12:34:57'],
    });
  });

  it('announces where it is', () => {
    const { peer, table } = setUp();
    (table.find('net0') as NicClient).announce();
    const [sent] = peer.received;
    expect(sent).toHaveLength(60);
    expect([...sent!.subarray(0, 14)]).toEqual([...Array(6).fill(255), ...MAC, 0x80, 0x35]);
  });

  it('loses its link with its back end, which stays plugged in', async () => {
    const { device, peer, table } = setUp();
    table.removeBackend(peer);
    expect(device.netStatus & 1).toBe(0);
    expect(table.findBackend('peer')).toBeUndefined();
    expect((await netHandlers(table)['x-query-network']!({}))['human-readable-text']).toMatch(
      /net0: .*\n \\ peer: /,
    );
    device.unrealize();
    expect(table.clients).toEqual([]);
  });
});

it('joins two ends', () => {
  const [a, b] = [new Peer(), new Peer()];
  connect(a, b);
  a.send(Uint8Array.of(1));
  expect(b.received).toEqual([Uint8Array.of(1)]);
});
