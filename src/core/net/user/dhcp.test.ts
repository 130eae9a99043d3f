import { afterEach, describe, expect, it } from 'vitest';
import { BROADCAST, formatAddress } from './address.ts';
import { GUEST_MAC, ip, startNet, type TestNet } from './test-support.ts';

let test: TestNet;
afterEach(() => test.close());

interface Message {
  readonly type: number;
  readonly mac?: Uint8Array;
  readonly client?: string;
  readonly options?: readonly number[];
}

/** A message of a client, written byte by byte from RFC 2131. */
function ask({ type, mac = GUEST_MAC, client = '0.0.0.0', options = [] }: Message): void {
  const bytes = new Uint8Array(300);
  bytes.set([1, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef]);
  bytes.set(client.split('.').map(Number), 12);
  bytes.set(mac, 28);
  bytes.set([0x63, 0x82, 0x53, 0x63, 53, 1, type, ...options, 255], 236);
  test.guest.sendUdp(BROADCAST, 67, bytes, { sourcePort: 68, source: 0 });
}

const requested = (address: string) => [50, 4, ...address.split('.').map(Number)];

async function reply(): Promise<{ yours: string; options: Map<number, number[]>; bytes: Uint8Array }> {
  const { source, sourcePort, destinationPort, data: bytes } = await test.guest.nextDatagram();
  expect([source, sourcePort, destinationPort]).toEqual([test.net.config.host, 67, 68]);
  const options = new Map<number, number[]>();
  for (let at = 240; bytes[at] !== 255; at += 2 + bytes[at + 1]!) {
    options.set(bytes[at]!, [...bytes.subarray(at + 2, at + 2 + bytes[at + 1]!)]);
  }
  const yours = formatAddress(new DataView(bytes.buffer, bytes.byteOffset).getUint32(16));
  return { yours, options, bytes };
}

describe('dhcp', () => {
  it('tells domains and what to boot from', async () => {
    const long = Array.from({ length: 5 }, (_, n) => `${'x'.repeat(60)}${n}.y`);
    test = await startNet({
      ...{ domainname: 'box.test', 'tftp-server-name': 'boot.test', bootfile: '/pxe' },
      dnssearch: ['a.test', 'b', ...long],
    });
    ask({ type: 1 });
    const { options, bytes } = await reply();
    const words = (code: number) => Buffer.from(options.get(code)!).toString();
    expect([words(15), words(66)]).toEqual(['box.test', 'boot.test']);
    expect(Buffer.from(bytes.subarray(108, 113)).toString()).toBe('/pxe\0');
    const search = Buffer.from(bytes.subarray(240)).indexOf(Buffer.from([119, 255, 1, 97, 4]));
    expect(search).toBeGreaterThan(0);
    expect([...options.get(119)!].length).toBe(11 + 5 * 65 - 255);
  });

  it('offers and gives the first address with all that the guest needs', async () => {
    test = await startNet({ hostname: 'box' });
    ask({ type: 1 });
    const offer = await reply();
    expect([...offer.bytes.subarray(0, 8)]).toEqual([2, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef]);
    expect(offer.options.get(53)).toEqual([2]);
    expect(offer.yours).toBe('10.0.2.15');
    ask({ type: 3, options: [...requested('10.0.2.15'), 54, 4, 10, 0, 2, 2] });
    const { yours, options } = await reply();
    expect(yours).toBe('10.0.2.15');
    expect(Object.fromEntries(options)).toEqual({
      53: [5],
      54: [10, 0, 2, 2],
      1: [255, 255, 255, 0],
      3: [10, 0, 2, 2],
      6: [10, 0, 2, 3],
      51: [0, 1, 0x51, 0x80],
      12: [...Buffer.from('box')],
    });
  });

  it('gives another client the next address, and the same client its own', async () => {
    test = await startNet({ dhcpstart: '10.0.2.40' });
    ask({ type: 3, options: requested('10.0.2.40') });
    await reply();
    ask({ type: 1, mac: Uint8Array.of(2, 0, 0, 0, 0, 1) });
    expect((await reply()).yours).toBe('10.0.2.41');
    ask({ type: 1 });
    expect((await reply()).yours).toBe('10.0.2.40');
  });

  it('refuses an address that is not its to give or is taken', async () => {
    test = await startNet();
    ask({ type: 3, options: requested('192.168.1.1') });
    expect((await reply()).options.get(53)).toEqual([6]);
    ask({ type: 3, options: requested('10.0.2.15') });
    await reply();
    ask({ type: 3, client: '10.0.2.15', mac: Uint8Array.of(2, 0, 0, 0, 0, 1) });
    expect((await reply()).options.get(53)).toEqual([6]);
  });

  it('leaves requests to other servers alone and has a released address again', async () => {
    test = await startNet();
    ask({ type: 3, options: [...requested('10.0.2.15'), 54, 4, 10, 0, 2, 99] });
    ask({ type: 3, options: requested('10.0.2.15') });
    expect((await reply()).options.get(53)).toEqual([5]);
    ask({ type: 7, client: '10.0.2.15' });
    ask({ type: 1, mac: Uint8Array.of(2, 0, 0, 0, 0, 1) });
    expect((await reply()).yours).toBe('10.0.2.15');
  });

  it('has sixteen addresses', async () => {
    test = await startNet();
    for (let n = 0; n < 16; n++) {
      ask({ type: 3, mac: Uint8Array.of(2, 0, 0, 0, 1, n), options: requested(`10.0.2.${15 + n}`) });
      expect((await reply()).options.get(53)).toEqual([5]);
    }
    ask({ type: 1 });
    ask({ type: 3, options: requested('10.0.2.31') });
    expect((await reply()).options.get(53)).toEqual([6]);
  });

  it('tells neither router nor name server on a restricted network', async () => {
    test = await startNet({ restrict: 'on' });
    ask({ type: 1 });
    const { options } = await reply();
    expect([options.has(3), options.has(6)]).toEqual([false, false]);
    expect(test.net.config.host).toBe(ip('10.0.2.2'));
  });
});
