import { afterEach, describe, expect, it } from 'vitest';
import { Chardev } from '../../chardev/chardev.ts';
import { FakeStream } from '../../chardev/testing/fake-stream.ts';
import { parseGuestForward } from './guest-forwards.ts';
import { GuestTcp } from './guest-tcp.test-support.ts';
import { configOf, ip, startNet, type TestNet } from './test-support.ts';

const PLACE = { address: ip('10.0.2.100'), port: 7 };

let test: TestNet | undefined;
afterEach(() => test?.close());

async function start(stream = new FakeStream(), options = {}) {
  test = await startNet(options);
  let released = false;
  const chardev = new Chardev('c', 'null', stream);
  test.net.guestForwards.add(PLACE, chardev, () => {
    released = true;
  });
  return { ...test, stream, chardev, tcp: new GuestTcp(test.guest), gone: () => released };
}

describe('a rule of guestfwd', () => {
  const config = configOf({});
  it.each([
    ['tcp:10.0.2.100:7-chardev:c0', { ...PLACE, device: 'chardev:c0' }],
    [':10.0.2.100:0x7-tcp:1.2.3.4:5', { ...PLACE, device: 'tcp:1.2.3.4:5' }],
    ['tcp::7-null', { address: ip('10.0.2.4'), port: 7, device: 'null' }],
  ])('%s', (text, expected) => {
    expect(parseGuestForward(text, config)).toEqual(expected);
  });

  it.each([
    '',
    'tcp',
    'udp:10.0.2.100:7-null',
    'tcp:x:7-null',
    'tcp::0-null',
    'tcp::70000-null',
    'tcp::7',
  ])('%o is none', text => {
    expect(() => parseGuestForward(text, config)).toThrow(`Invalid guest forwarding rule '${text}'`);
  });

  it('executes no command', () => {
    expect(() => parseGuestForward('tcp::7-cmd:cat', config)).toThrow(
      "Could not open guest forwarding device 'cmd:cat': commands are not executed",
    );
  });
});

describe('guestfwd', () => {
  it('leads the guest to a character device and back, in a restricted network too', async () => {
    const { tcp, stream, chardev, net, guest } = await start(new FakeStream(), { restrict: 'on' });
    guest.askFor(PLACE.address);
    await guest.until(() => guest.arps.some(({ sender }) => sender === PLACE.address));
    const socket = tcp.connect(PLACE);
    socket.write(Buffer.from('to the device'));
    await socket.until(() => stream.written === 'to the device');
    stream.say('and back');
    await socket.until(({ text }) => text === 'and back');
    expect([...net.tcp.connections].map(({ state }) => state)).toEqual(['ESTABLISHED']);
    expect(chardev.frontendOpen).toBe(true);
    socket.end();
    await socket.until(({ ended }) => ended);
    const again = tcp.connect(PLACE);
    await again.until(({ established }) => established);
    stream.say('once more');
    await again.until(({ text }) => text === 'once more');
  });

  it('lets the device go with the network', async () => {
    const { net, chardev, gone } = await start();
    expect(chardev.inUse).toBe(true);
    net.close();
    expect([chardev.inUse, gone(), net.guestForwards.has(PLACE.address)]).toEqual([false, true, false]);
  });

  it('has a place to itself, inside of the network', async () => {
    const { net } = await start();
    const fits = (address: string, port: number) => net.guestForwards.fits({ address: ip(address), port });
    expect([fits('10.0.2.100', 7), fits('10.0.2.2', 7), fits('10.0.2.3', 7), fits('10.0.3.1', 7)]).toEqual([
      ...[false, false, false, false],
    ]);
    expect([fits('10.0.2.100', 8), fits('10.0.2.5', 7)]).toEqual([true, true]);
  });

  it('other ports of the address are refused', async () => {
    const { tcp } = await start();
    const socket = tcp.connect({ ...PLACE, port: 8 });
    await socket.until(({ reset }) => reset);
  });
});
