import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePorts, freeUdpPorts } from '../../../test/support/ports.ts';
import { until } from '../../../test/support/waiting.ts';
import { createNodeHost } from '../../host/node-host.ts';
import { NullStream } from '../../host/streams.ts';
import { QmpError } from '../../qapi/errors.ts';
import { testConfig } from '../board/testing/test-board.ts';
import { parseChardev } from '../chardev/options.ts';
import { ChardevTable } from '../chardev/table.ts';
import { VirtualClock } from '../clock.ts';
import type { MachineConfig } from '../config.ts';
import { EventBus } from '../events.ts';
import { connect, NetClient } from './client.ts';
import { addNetdev, type NetContext, parseNetdev } from './create.ts';
import { FrameReader, framed } from './frame-stream.ts';
import { planNetwork } from './legacy.ts';
import { NetTable } from './table.ts';

const host = createNodeHost(() => new NullStream());

/** What a card in its place would see. */
class Card extends NetClient {
  readonly info = 'card';
  readonly frames: string[] = [];
  constructor() {
    super('card', 'peer');
  }
  protected receive(frame: Uint8Array): boolean {
    this.frames.push(Buffer.from(frame).toString('latin1'));
    return true;
  }
}

const frame = (text: string) => Buffer.from(text, 'latin1');
const [port = 0] = await freePorts(1);

let context: NetContext;
let told: string[];

beforeEach(() => {
  const events = new EventBus(() => 0);
  told = [];
  events.on(({ event, data }) => void told.push(`${event} ${JSON.stringify(data)}`));
  context = {
    table: new NetTable(),
    host,
    clock: new VirtualClock(host),
    events,
    chardevs: new ChardevTable(host),
  };
});
afterEach(() => context.table.close());

async function add(text: string): Promise<{ client: NetClient; card: Card }> {
  const client = await addNetdev(context, parseNetdev(text));
  const card = new Card();
  connect(client, card);
  return { client, card };
}

async function exchange(a: { card: Card }, b: { card: Card }): Promise<void> {
  a.card.send(frame('from a'));
  await until(() => b.card.frames.length > 0);
  b.card.send(frame('from b'));
  b.card.send(frame('again'));
  await until(() => a.card.frames.length > 1);
  expect([a.card.frames, b.card.frames]).toEqual([['from b', 'again'], ['from a']]);
}

describe('a user network', () => {
  const rule = (device: string) => `user,id=u,guestfwd=tcp:10.0.2.100:7-${device}`;

  it('has the devices of guestfwd= for as long as it is there', async () => {
    await context.chardevs.openRequest(parseChardev('ringbuf,id=c0'));
    const { client } = await add(`${rule('chardev:c0')},guestfwd=tcp:10.0.2.100:8-null`);
    const used = () => context.chardevs.all().map(({ label, inUse }) => `${label} ${inUse}`);
    expect(used()).toEqual(['c0 true', 'guestfwd.tcp.8 true']);
    context.table.removeBackend(client);
    expect(used()).toEqual(['c0 false']);
  });

  it.each([
    [rule('chardev:nosuch'), "Could not open guest forwarding device 'guestfwd.tcp.7'"],
    [rule('nosuch'), "Could not open guest forwarding device 'guestfwd.tcp.7'"],
    [
      `${rule('null')},guestfwd=tcp:10.0.2.100:7-null`,
      "Conflicting/invalid host:port in guest forwarding rule 'tcp:10.0.2.100:7-null'",
    ],
    ['user,id=u,tftp=/nosuch', "Could not open tftp folder '/nosuch': No such file or directory"],
  ])('%s is refused and leaves nothing', async (text, message) => {
    await expect(add(text)).rejects.toThrow(message);
    expect(context.chardevs.all()).toEqual([]);
  });
});

describe('two machines', () => {
  it('exchange frames through a socket', async () => {
    const a = await add(`socket,id=a,listen=:${port}`);
    expect(a.client.info).toBe('');
    const b = await add(`socket,id=b,connect=127.0.0.1:${port}`);
    await until(() => a.client.info !== '' && b.client.info !== '');
    await exchange(a, b);
    expect(a.client.info).toMatch(/^socket: connection from 127\.0\.0\.1:\d+$/);
    expect(b.client.info).toBe(`socket: connect to 127.0.0.1:${port}`);
    context.table.removeBackend(b.client);
    await until(() => a.client.info === '');
    expect(told).toEqual([]);
  });

  it('exchange frames through a stream, and find each other again', async () => {
    const server = `stream,id=a,server=on,addr.type=inet,addr.host=127.0.0.1,addr.port=${port}`;
    const b = await add(`stream,id=b,addr.type=inet,addr.host=127.0.0.1,addr.port=${port},reconnect-ms=5`);
    let a = await add(server);
    await until(() => [a, b].every(({ client }) => client.info.startsWith('tcp:')));
    await exchange(a, b);
    expect(b.client.info).toBe(`tcp:127.0.0.1:${port}`);
    context.table.removeBackend(a.client);
    await until(() => told.some(line => line === 'NETDEV_STREAM_DISCONNECTED {"netdev-id":"b"}'));
    a = await add(server);
    await until(() => [a, b].every(({ client }) => client.info.startsWith('tcp:')));
    const address = `{"type":"inet","host":"127.0.0.1","port":"${port}"}`;
    const found = `NETDEV_STREAM_CONNECTED {"netdev-id":"b","addr":${address}}`;
    expect(told.filter(line => line === found)).toHaveLength(2);
  });

  it('exchange frames in datagrams', async () => {
    const [one, other] = await freeUdpPorts(2);
    const a = await add(`socket,id=a,udp=127.0.0.1:${one},localaddr=127.0.0.1:${other}`);
    const end = (name: string, at?: number) => `${name}.type=inet,${name}.host=127.0.0.1,${name}.port=${at}`;
    const b = await add(`dgram,id=b,${end('local', one)},${end('remote', other)}`);
    await exchange(a, b);
    expect(a.client.info).toBe(`socket: udp=127.0.0.1:${one}`);
    expect(b.client.info).toBe(`udp=127.0.0.1:${one}/127.0.0.1:${other}`);
  });

  it('exchange frames in a multicast group, where each hears itself as well', async () => {
    const [one] = await freeUdpPorts(1);
    const a = await add(`socket,id=a,mcast=230.0.0.7:${one},localaddr=127.0.0.1`);
    const remote = `remote.type=inet,remote.host=230.0.0.7,remote.port=${one}`;
    const b = await add(`dgram,id=b,${remote},local.type=inet,local.host=127.0.0.1,local.port=0`);
    a.card.send(frame('from a'));
    await until(() => a.card.frames.length > 0 && b.card.frames.length > 0);
    expect([a.card.frames, b.card.frames]).toEqual([['from a'], ['from a']]);
    expect(a.client.info).toBe(`socket: mcast=230.0.0.7:${one}`);
    expect(b.client.info).toBe(`mcast=230.0.0.7:${one}`);
  });

  it('exchange frames through a socket that has a name and no file', async () => {
    const path = `hmp-test-${process.pid}`;
    const at = `addr.type=unix,addr.path=${path},addr.abstract=on`;
    const a = await add(`stream,id=a,server=on,${at}`);
    expect(a.client.info).toBe('listening');
    const b = await add(`stream,id=b,${at}`);
    expect(b.client.info).toBe('connecting');
    await until(() => a.client.info !== 'listening' && b.client.info !== 'connecting');
    await exchange(a, b);
    expect([a.client.info, b.client.info]).toEqual([`unix:${path}`, `unix:${path}`]);
    const data = `{"netdev-id":"a","addr":{"type":"unix","path":"${path}","abstract":true,"tight":true}}`;
    expect(told).toContain(`NETDEV_STREAM_CONNECTED ${data}`);
    context.table.removeBackend(b.client);
    await until(() => a.client.info === 'listening');
  });

  it('tell when nobody is there, and take no other protocol for frames', async () => {
    const alone = await add(`stream,id=a,addr.type=unix,addr.path=/nonexistent/s`);
    await until(() => alone.client.info.startsWith('error: '));
    const reason = "Failed to connect to '/nonexistent/s': No such file or directory";
    expect(alone.client.info).toBe(`error: ${reason}`);
    const server = await add(`stream,id=s,server=on,addr.type=inet,addr.host=127.0.0.1,addr.port=${port}`);
    const caller = host.network.connectTcp(
      { address: '127.0.0.1', port },
      {
        connected: () => caller.write(frame('GET / HTTP/1.0\r\n\r\n')),
        data: () => {},
        flushed: () => {},
        ended: () => caller.end(),
        closed: () => {},
      },
    );
    await until(() => told.includes('NETDEV_STREAM_DISCONNECTED {"netdev-id":"s"}'));
    expect(server.card.frames).toEqual([]);
  });
});

describe('frames in a stream', () => {
  it('come out as they went in, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })),
        fc.integer({ min: 1, max: 9 }),
        (frames, size) => {
          const got: Uint8Array[] = [];
          const reader = new FrameReader(one => got.push(one));
          const bytes = Buffer.concat(frames.map(framed));
          for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
          expect(got.map(one => [...one])).toEqual(frames.map(one => [...one]));
        },
      ),
    );
  });
});

describe('-netdev', () => {
  it.each([
    ['foo,id=x', "Parameter 'type' does not accept value 'foo'"],
    ['user', "Parameter 'id' is missing"],
    ['id=x', "Parameter 'type' is missing"],
    ['user,id=1u', "Parameter 'id' expects an identifier"],
    ['user,id=u,foo=1', "Invalid parameter 'foo'"],
    ['user,id=u,restrict=maybe', "Parameter 'restrict' expects 'on' or 'off'"],
    ['hubport,id=h', "Parameter 'hubid' is missing"],
    ['hubport,id=h,hubid=0,netdev=x', "netdev 'x' not found"],
    ['socket,id=s', 'exactly one of listen=, connect=, mcast= or udp= is required'],
    ['socket,id=s,listen=:1,connect=:2', 'exactly one of listen=, connect=, mcast= or udp= is required'],
    ['socket,id=s,listen=foo', "host address 'foo' doesn't contain ':' separating host from port"],
    ['socket,id=s,udp=127.0.0.1:1', 'localaddr= is mandatory with udp='],
    ['socket,id=s,fd=abc', "File descriptor named 'abc' has not been found"],
    ['stream,id=s', "Parameter 'addr' is missing"],
    ['stream,id=s,addr.type=vsock,addr.cid=1,addr.port=2', 'socket family AF_VSOCK unsupported'],
    ['stream,id=s,addr.type=inet,addr=x', "Parameters 'addr.*' used inconsistently"],
    [
      'socket,id=s,mcast=127.0.0.1:1',
      'specified mcastaddr 127.0.0.1 (0x7f000001) does not contain a multicast address',
    ],
    ['dgram,id=d', 'dgram requires local= parameter'],
    ['dgram,id=d,local.type=unix,local.path=/a', 'type=inet or type=unix requires remote parameter'],
    [
      'dgram,id=d,local.type=fd,local.str=9,remote.type=unix,remote.path=/a',
      "don't set remote with local.fd",
    ],
    [
      'dgram,id=d,remote.type=inet,remote.host=230.0.0.1,remote.port=1,local.type=unix,local.path=/a',
      'multicast only support inet type',
    ],
    ['dgram,id=d,local.type=fd,local.str=1', 'File descriptor 1 is not a datagram socket of the file system'],
    ['tap,id=t', 'could not configure /dev/net/tun: Operation not permitted'],
    ['{"type":"user","id":"u","restrict":"on"}', "Invalid parameter type for 'restrict', expected: boolean"],
    ['{"type":', 'JSON parse error'],
  ])('refuses %s', async (text, message) => {
    await expect(add(text)).rejects.toThrow(message);
    expect(context.table.clients).toEqual([]);
  });

  it('says what is wrong with any text', () => {
    const word = fc.oneof(
      fc.constantFrom('user', 'stream', 'id', 'addr.type', 'addr', 'hubid', '__proto__.x'),
      fc.string(),
    );
    const element = fc.tuple(word, fc.constantFrom('', '=', '=on', '=inet', '=a', '=-1', '=,,'));
    fc.assert(
      fc.property(fc.array(element.map(([key, value]) => `${key}${value}`)), elements => {
        try {
          parseNetdev(elements.join(','));
        } catch (error) {
          expect(error).toBeInstanceOf(QmpError);
        }
      }),
    );
  });
});

describe('-nic, -net and nothing', () => {
  const plan = (changes: Partial<MachineConfig>) => planNetwork(testConfig(changes), () => '45');

  it('plans a network on a hub with a port for a card when nothing is said', () => {
    const { unnamed, cards, isDefault } = plan({ defaultNetwork: true });
    expect(unnamed).toEqual([
      { type: 'hubport', id: 'hub0port0', hubid: 0 },
      { type: 'user', id: '#net145' },
      { type: 'hubport', id: 'hub0port1', hubid: 0, netdev: '#net145' },
    ]);
    expect([cards, isDefault]).toEqual([[], true]);
  });

  it('plans a card with its back end', () => {
    const { unnamed, cards } = plan({
      nics: ['user,model=virtio-net-pci,mac=52:54:00:00:00:01,net=10.1.0.0/16', 'none'],
    });
    expect(unnamed).toEqual([{ type: 'user', id: '#net045', net: '10.1.0.0/16' }]);
    expect(cards).toEqual([{ driver: 'virtio-net-pci', mac: '52:54:00:00:00:01', netdev: '#net045' }]);
    expect(plan({ nics: ['user,id=u0'] }).cards).toEqual([
      { driver: 'virtio-net-device', id: 'u0', netdev: 'u0' },
    ]);
  });

  it('plans cards and back ends on hub 0', () => {
    const { unnamed, cards } = plan({ nets: ['nic', 'user', 'nic,netdev=x'] });
    expect(unnamed.map(({ id }) => id)).toEqual(['hub0port0', '#net145', 'hub0port1']);
    expect(cards).toEqual([
      { driver: 'virtio-net-device', netdev: 'hub0port0' },
      { driver: 'virtio-net-device', netdev: 'x' },
    ]);
  });

  it('names the option that is wrong', () => {
    expect(() => plan({ nics: ['foo'] })).toThrow("-nic foo: Parameter 'type' does not accept value 'foo'");
    expect(() => plan({ nets: ['nic,foo=1'] })).toThrow("-net nic,foo=1: Invalid parameter 'foo'");
  });
});
