import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { GuestTcp } from './guest-tcp.test-support.ts';
import { describeUserNetwork } from './report.ts';
import { GATEWAY, GUEST, pattern, startNet, type TestNet } from './test-support.ts';

let test: TestNet;
const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
  test.close();
});

const portOf = (net: TestNet['net']) => net.forwards.all.at(-1)!.local.port;

function dial(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  open.push({ close: () => socket.destroy() });
  return socket.on('error', () => {});
}

async function datagramSocket(): Promise<DatagramSocket> {
  const socket = createSocket('udp4');
  open.push(socket);
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

describe('a forwarded tcp port', () => {
  it('brings connections to the guest, from the gateway', async () => {
    test = await startNet({ hostfwd: ['tcp:127.0.0.1:0-:22'] });
    const tcp = new GuestTcp(test.guest);
    const served = new Promise<void>(resolve => {
      tcp.listeners.set(22, async socket => {
        expect(socket.peer.address).toBe(GATEWAY);
        socket.write(Buffer.from('welcome '));
        await socket.until(() => socket.ended);
        socket.write(Buffer.from(`and bye ${socket.text}`));
        socket.end();
        resolve();
      });
    });
    const port = portOf(test.net);
    const caller = dial(port);
    caller.end('caller');
    const text = Buffer.concat(await caller.toArray()).toString();
    await served;
    expect(text).toBe('welcome and bye caller');
    expect(describeUserNetwork(test.net)).toMatch(
      new RegExp(
        `^ {2}TCP\\[HOST_FORWARD\\] +\\d+ {7}127\\.0\\.0\\.1 +${port} {7}10\\.0\\.2\\.15 {4}22 {5}0 {5}0$`,
        'm',
      ),
    );
    for (const socket of tcp.sockets.values()) socket.stop();
  });

  it('resets callers when the guest refuses', async () => {
    test = await startNet({ hostfwd: ['tcp:127.0.0.1:0-:23'] });
    const tcp = new GuestTcp(test.guest);
    const caller = dial(portOf(test.net));
    await new Promise(resolve => caller.on('close', resolve));
    expect(tcp.sockets.size).toBe(0);
    expect([...test.net.tcp.connections]).toEqual([]);
  });

  it('gives up on a guest that is silent', async () => {
    test = await startNet({ hostfwd: ['tcp:127.0.0.1:0-:23'] });
    test.guest.answersArp = false;
    const caller = dial(portOf(test.net));
    await test.guest.until(() => test.guest.arps.length >= 2); // the SYN and its repetition
    expect([...test.net.tcp.connections].map(({ state }) => state)).toEqual(['SYN_SENT']);
    caller.destroy();
  });

  it('takes much data before the guest reads it, but not all', async () => {
    test = await startNet({ hostfwd: ['tcp:127.0.0.1:0-:25'] });
    const tcp = new GuestTcp(test.guest);
    const data = pattern(3_000_000);
    const whole = new Promise<Buffer>(resolve => {
      tcp.listeners.set(25, async socket => {
        await socket.until(() => socket.ended);
        resolve(Buffer.concat(socket.received));
        socket.end();
      });
    });
    dial(portOf(test.net)).end(data);
    expect(Buffer.compare(await whole, data)).toBe(0);
  });

  it('works although the network is restricted', async () => {
    test = await startNet({ hostfwd: ['tcp:127.0.0.1:0-:22'], restrict: 'on' });
    const tcp = new GuestTcp(test.guest);
    tcp.listeners.set(22, socket => {
      socket.write(Buffer.from('in'));
      socket.end();
    });
    const caller = dial(portOf(test.net));
    expect(Buffer.concat(await caller.toArray()).toString()).toBe('in');
    for (const socket of tcp.sockets.values()) socket.stop();
  });
});

describe('a forwarded udp port', () => {
  it('brings datagrams to the guest and its answers back', async () => {
    test = await startNet({ hostfwd: ['udp:127.0.0.1:0-10.0.2.15:53'], restrict: 'on' });
    const caller = await datagramSocket();
    const answer = new Promise<string>(resolve => caller.on('message', data => resolve(data.toString())));
    caller.send('question', portOf(test.net), '127.0.0.1');
    const { source, sourcePort, destinationPort, data } = await test.guest.nextDatagram();
    expect([source, sourcePort, destinationPort]).toEqual([GATEWAY, caller.address().port, 53]);
    expect(Buffer.from(data).toString()).toBe('question');
    test.guest.sendUdp(source, sourcePort, Buffer.from('answer'), { sourcePort: 53, source: GUEST });
    expect(await answer).toBe('answer');
  });
});

describe('rules', () => {
  it('for a port that is taken are refused in the words that name the rule', async () => {
    test = await startNet();
    const server = createServer();
    open.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const rule = `tcp:127.0.0.1:${(server.address() as AddressInfo).port}-:22`;
    await expect(test.net.forwards.add(rule)).rejects.toThrow(
      `Could not set up host forwarding rule '${rule}'`,
    );
    await expect(startNet({ hostfwd: [rule] })).rejects.toMatchObject({ name: 'QmpError' });
  });

  it('end when they are removed', async () => {
    test = await startNet();
    await test.net.forwards.add('tcp:127.0.0.1:0-:22');
    await test.net.forwards.add('udp:127.0.0.1:0-:22');
    const [tcp, udp] = test.net.forwards.all;
    expect(() => test.net.forwards.remove(`tcp:127.0.0.2:${tcp!.local.port}`)).toThrow(
      `host forwarding rule for tcp:127.0.0.2:${tcp!.local.port} not found`,
    );
    test.net.forwards.remove(`tcp:127.0.0.1:${tcp!.local.port}`);
    test.net.forwards.remove(`udp:127.0.0.1:${udp!.local.port}`);
    expect(test.net.forwards.all).toEqual([]);
    const code = await new Promise(resolve => {
      connect(tcp!.local.port, '127.0.0.1').on('error', error =>
        resolve((error as NodeJS.ErrnoException).code),
      );
    });
    expect(code).toBe('ECONNREFUSED');
  });
});
