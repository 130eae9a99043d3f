import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { GuestTcp } from './guest-tcp.test-support.ts';
import { describeUserNetwork } from './report.ts';
import { FLAG } from './tcp-segment.ts';
import { DNS_SERVER, GATEWAY, GUEST, ip, pattern, startNet, type TestNet } from './test-support.ts';

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function start(...args: Parameters<typeof startNet>): Promise<TestNet & { tcp: GuestTcp }> {
  const test = await startNet(...args);
  open.push(test);
  return { ...test, tcp: new GuestTcp(test.guest) };
}

/** A server on the loopback; resolves to its port. */
function serve(handle: (socket: Socket) => void, options = {}): Promise<number> {
  const server: Server = createServer(options, socket => {
    socket.on('error', () => {});
    handle(socket);
  });
  open.push(server);
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

const echo = (socket: Socket) => void socket.pipe(socket);

describe('address resolution', () => {
  it('answers for the gateway and the name server, and for nobody else', async () => {
    const { guest } = await start();
    for (const address of [ip('10.0.2.77'), GATEWAY, DNS_SERVER]) guest.askFor(address);
    await guest.until(() => guest.arps.length === 2);
    expect(guest.arps.map(({ sender }) => sender)).toEqual([GATEWAY, DNS_SERVER]);
    expect([...guest.arps[0]!.senderMac]).toEqual([0x52, 0x55, 10, 0, 2, 2]);
  });
});

describe('echo requests', () => {
  const request = Uint8Array.of(8, 0, 0xf7, 0xfd, 0, 1, 0, 1);

  it('to the gateway are answered', async () => {
    const { guest } = await start();
    guest.sendIp({ source: GUEST, destination: GATEWAY, protocol: 1, payload: request });
    const reply = await guest.nextPacket();
    expect(reply.source).toBe(GATEWAY);
    expect([...reply.payload]).toEqual([0, 0, 0xff, 0xfd, 0, 1, 0, 1]);
  });

  it('to the world are told to be unreachable', async () => {
    const { guest } = await start();
    guest.sendIp({ source: GUEST, destination: ip('192.0.2.1'), protocol: 1, payload: request });
    const reply = await guest.nextPacket();
    expect([...reply.payload.subarray(0, 2)]).toEqual([3, 0]);
    expect([...reply.payload.subarray(28)]).toEqual([...request]);
  });

  it('are answered when they come in fragments, in fragments', async () => {
    const { guest } = await start();
    const payload = new Uint8Array(4000);
    payload.set([8, 0, 0xf7, 0xff]);
    guest.sendIp({ source: GUEST, destination: GATEWAY, protocol: 1, payload });
    await guest.until(() => guest.packets.length === 3);
    expect(guest.packets.map(packet => packet.payload.length)).toEqual([1480, 1480, 1040]);
  });
});

describe('udp', () => {
  it('reaches the host and brings its answers back', async () => {
    const { guest, net } = await start();
    const server = createSocket('udp4');
    open.push(server);
    server.on('message', (data, from) => server.send(`${data} back`, from.port, from.address));
    await new Promise<void>(resolve => server.bind(0, '127.0.0.1', resolve));
    const { port } = server.address();
    guest.sendUdp(GATEWAY, port, Buffer.from('there'), { sourcePort: 1234 });
    const answer = await guest.nextDatagram();
    expect(answer).toMatchObject({ source: GATEWAY, sourcePort: port, destinationPort: 1234 });
    expect(Buffer.from(answer.data).toString()).toBe('there back');
    const text = describeUserNetwork(net).split('\n')[2];
    expect(text?.slice(0, 19)).toMatch(/^ {2}UDP\[2(39|40) sec\] +$/);
    expect(text?.slice(23)).toBe(
      `       10.0.2.15  1234        10.0.2.2 ${String(port).padStart(5)}     0     0`,
    );
  });

  it('to another address of the network is told to be unreachable', async () => {
    const { guest } = await start();
    guest.sendUdp(ip('10.0.2.99'), 9, Buffer.from('x'));
    const { payload } = await guest.nextPacket();
    expect([...payload.subarray(0, 2)]).toEqual([3, 1]);
  });
});

describe('tcp from the guest', () => {
  it('reaches a server on the loopback, echoes, and closes from the guest', async () => {
    const { net, tcp } = await start();
    const port = await serve(echo);
    const socket = tcp.connect({ address: GATEWAY, port });
    socket.write(Buffer.from('hello'));
    await socket.until(() => socket.receivedBytes === 5);
    expect(describeUserNetwork(net)).toMatch(
      /^ {2}TCP\[ESTABLISHED\] +\d+ {7}10\.0\.2\.15 50000 {8}10\.0\.2\.2 +\d+ {5}0 {5}0$/m,
    );
    socket.end();
    await socket.until(() => socket.ended);
    expect(socket.text).toBe('hello');
    expect([...net.tcp.connections]).toEqual([]);
    socket.stop();
  });

  it('gets what the host sends before it closes first', async () => {
    const { net, tcp } = await start();
    const port = await serve(socket => socket.end('bye'));
    const socket = tcp.connect({ address: GATEWAY, port });
    await socket.until(() => socket.ended);
    expect(socket.text).toBe('bye');
    expect([...net.tcp.connections][0]?.state).toBe('FIN_WAIT_2');
    socket.end();
    await socket.until(() => socket.segments.at(-1)!.acknowledgment === socket.sequence);
    expect([...net.tcp.connections][0]?.state).toBe('TIME_WAIT');
  });

  it('can go on sending after the host has finished', async () => {
    const { tcp } = await start();
    const got: Buffer[] = [];
    const over = new Promise<void>(resolve => {
      void serve(
        socket => {
          socket.end('first');
          socket.on('data', data => got.push(data));
          socket.on('end', resolve);
        },
        { allowHalfOpen: true },
      ).then(async port => {
        const socket = tcp.connect({ address: GATEWAY, port });
        await socket.until(() => socket.ended);
        socket.write(Buffer.from('second'));
        socket.end();
        await over;
        socket.stop();
      });
    });
    await over;
    expect(Buffer.concat(got).toString()).toBe('second');
  });

  it('is refused where nobody listens', async () => {
    const { tcp } = await start();
    const port = await serve(echo);
    (open.pop() as Server).close();
    const socket = tcp.connect({ address: GATEWAY, port });
    await socket.until(() => socket.reset);
    expect(socket.established).toBe(false);
  });

  it('resets when the host resets, and the other way round', async () => {
    const { tcp, net } = await start();
    const port = await serve(socket => socket.on('data', () => socket.resetAndDestroy()));
    const socket = tcp.connect({ address: GATEWAY, port });
    socket.write(Buffer.from('x'));
    await socket.until(() => socket.reset);
    expect([...net.tcp.connections]).toEqual([]);
    const code = new Promise(resolve => {
      void serve(peer => peer.on('error', error => resolve((error as NodeJS.ErrnoException).code))).then(
        async other => {
          const second = tcp.connect({ address: GATEWAY, port: other });
          await second.until(() => second.established);
          second.abort();
        },
      );
    });
    expect(await code).toBe('ECONNRESET');
  });

  it('moves data through a link that loses frames, both ways', async () => {
    const { tcp, guest } = await start();
    const port = await serve(
      socket => {
        const got: Buffer[] = [];
        socket.on('data', piece => got.push(piece)).on('end', () => socket.end(Buffer.concat(got)));
      },
      { allowHalfOpen: true },
    );
    let frames = 0;
    guest.loses = () => ++frames % 40 === 39;
    guest.losesSent = () => ++frames % 40 === 19;
    const data = pattern(300_000);
    const socket = tcp.connect({ address: GATEWAY, port });
    socket.write(data);
    socket.end();
    await socket.until(() => socket.ended);
    socket.stop();
    expect(Buffer.compare(Buffer.concat(socket.received), data)).toBe(0);
  });

  it('keeps to the guest’s window, and goes on when a closed one opens', async () => {
    const { tcp, net } = await start();
    const port = await serve(socket => socket.end(pattern(50_000)));
    const socket = tcp.connect({ address: GATEWAY, port }, 1000);
    await socket.until(() => socket.receivedBytes >= 5000);
    expect(socket.largest).toBeLessThanOrEqual(1000);
    socket.setWindow(0);
    const before = socket.receivedBytes;
    await socket.until(() => socket.segments.at(-1)!.data.length === 1); // a probe
    expect(socket.receivedBytes).toBe(before);
    expect([...net.tcp.connections][0]!.toGuest).toBeGreaterThan(0);
    socket.setWindow(0xffff);
    await socket.until(() => socket.ended);
    expect(Buffer.compare(Buffer.concat(socket.received), pattern(50_000))).toBe(0);
  });

  it('closes its window when the host does not take the data', async () => {
    const { tcp, net } = await start();
    let peer: Socket | undefined;
    const port = await serve(socket => {
      peer = socket.pause();
    });
    const socket = tcp.connect({ address: GATEWAY, port });
    const data = pattern(20_000_000);
    socket.write(data);
    await socket.until(() => socket.segments.at(-1)?.window === 0);
    expect([...net.tcp.connections][0]!.toHost).toBeLessThanOrEqual(0xffff);
    const got: Buffer[] = [];
    const whole = new Promise<void>(resolve => {
      peer!.on('data', piece => got.push(piece)).on('end', resolve);
    });
    socket.end();
    peer!.resume();
    await whole;
    socket.stop();
    expect(Buffer.compare(Buffer.concat(got), data)).toBe(0);
  });

  it('answers a segment that belongs to nothing with a reset', async () => {
    const { tcp } = await start();
    const port = await serve(echo);
    const socket = tcp.connect({ address: GATEWAY, port: 1 });
    await socket.until(() => socket.reset);
    socket.reset = false;
    socket.transmit(77, FLAG.ack, Buffer.from('?'));
    await socket.until(() => socket.reset);
    expect(port).toBeGreaterThan(0);
  });
});

describe('restrict=on', () => {
  it('keeps the guest in', async () => {
    const { tcp, guest } = await start({ restrict: 'on' });
    const port = await serve(() => {
      throw new Error('somebody got out');
    });
    const socket = tcp.connect({ address: GATEWAY, port });
    await socket.until(() => socket.reset);
    guest.sendUdp(DNS_SERVER, 53, Buffer.from('no query'));
    expect([...(await guest.nextPacket()).payload.subarray(0, 2)]).toEqual([3, 1]);
  });
});
