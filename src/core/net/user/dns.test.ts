import { afterEach, describe, expect, it } from 'vitest';
import { DNS_SERVER, startNet, type TestNet } from './test-support.ts';

let test: TestNet;
afterEach(() => test.close());

const notFound = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });

/** A resolver that knows little. */
const names = {
  lookup: async (name: string) => {
    if (name === 'both.example') return ['192.0.2.7', '2001:db8::1:2', '192.0.2.8'];
    if (name === 'v6.example') return ['::1'];
    if (name === 'many.example') return Array.from({ length: 100 }, (_, n) => `192.0.2.${n}`);
    if (name === 'broken.example') throw Object.assign(new Error('again'), { code: 'EAI_AGAIN' });
    throw notFound;
  },
  reverse: async (address: string) => {
    if (address === '192.0.2.7') return ['both.example'];
    throw notFound;
  },
};

function query(name: string, type: number, kind = 1): Uint8Array {
  const labels = name.split('.').flatMap(label => [label.length, ...Buffer.from(label)]);
  return Uint8Array.of(0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, kind);
}

/** Return code and the data of the answers. */
async function ask(message: Uint8Array): Promise<{ rcode: number; answers: number[][] }> {
  test.guest.sendUdp(DNS_SERVER, 53, message);
  const { source, sourcePort, data } = await test.guest.nextDatagram();
  expect([source, sourcePort]).toEqual([DNS_SERVER, 53]);
  expect([...data.subarray(0, 3)]).toEqual([0xab, 0xcd, 0x81]);
  const answers: number[][] = [];
  for (let at = message.length; at < data.length; at += 12 + data[at + 11]!) {
    answers.push([...data.subarray(at + 12, at + 12 + data[at + 11]!)]);
  }
  expect(answers).toHaveLength((data[6]! << 8) | data[7]!);
  return { rcode: data[3]! & 0xf, answers };
}

describe('names', () => {
  it('are answered by the resolver of the host', async () => {
    test = await startNet({}, names);
    const v4 = await ask(query('both.example', 1));
    expect(v4).toEqual({
      rcode: 0,
      answers: [
        [192, 0, 2, 7],
        [192, 0, 2, 8],
      ],
    });
    const v6 = await ask(query('both.example', 28));
    expect(v6.answers).toEqual([[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2]]);
    expect(await ask(query('v6.example', 1))).toEqual({ rcode: 0, answers: [] });
  });

  it('that are unknown, broken or no names say so', async () => {
    test = await startNet({}, names);
    const rcodes = [];
    for (const name of ['none.example', 'broken.example', 'a b']) {
      rcodes.push((await ask(query(name, 1))).rcode);
    }
    expect(rcodes).toEqual([3, 2, 3]);
    expect((await ask(query('both.example', 15))).rcode).toBe(4);
    expect((await ask(query('both.example', 1, 3))).rcode).toBe(4);
  });

  it('of addresses are found', async () => {
    test = await startNet({}, names);
    const { answers } = await ask(query('7.2.0.192.in-addr.arpa', 12));
    expect(answers).toEqual([[4, ...Buffer.from('both'), 7, ...Buffer.from('example'), 0]]);
    expect((await ask(query('8.2.0.192.in-addr.arpa', 12))).rcode).toBe(3);
    expect((await ask(query('300.2.0.192.in-addr.arpa', 12))).rcode).toBe(3);
  });

  it('with more addresses than fit give as many as do', async () => {
    test = await startNet({}, names);
    const { answers } = await ask(query('many.example', 1));
    expect(answers).toHaveLength(Math.floor((512 - query('many.example', 1).length) / 16));
  });

  it('of the host itself work with the real resolver', async () => {
    test = await startNet();
    const { answers } = await ask(query('localhost', 1));
    expect(answers).toContainEqual([127, 0, 0, 1]);
  });

  it('in messages that are none get no answer', async () => {
    test = await startNet({}, names);
    const good = query('both.example', 1);
    for (let length = 0; length < good.length; length++) {
      test.guest.sendUdp(DNS_SERVER, 53, good.subarray(0, length));
    }
    test.guest.sendUdp(
      DNS_SERVER,
      53,
      good.map((byte, at) => (at === 2 ? byte | 0x80 : byte)),
    );
    expect((await ask(good)).rcode).toBe(0);
    expect(test.guest.datagrams).toEqual([]);
  });
});
