import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFolder } from '../../../host/folder.ts';
import { GATEWAY, pattern, startNet, type TestNet } from './test-support.ts';

const FILE = pattern(1500);
let folder: string;
let test: TestNet;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-tftp-'));
  writeFileSync(join(folder, 'file'), FILE);
  writeFileSync(join(folder, 'even'), FILE.subarray(0, 1024));
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub', 'small'), 'hi');
  symlinkSync('/etc/hostname', join(folder, 'way-out'));
  test = await startNet();
  test.net.serveFiles(await openFolder(folder));
});
afterEach(() => {
  test.close();
  rmSync(folder, { recursive: true });
});

const text = (...words: string[]) => Buffer.from(words.map(word => `${word}\0`).join(''));
const send = (operation: number, rest: Uint8Array) =>
  test.guest.sendUdp(GATEWAY, 69, Uint8Array.of(0, operation, ...rest), { sourcePort: 2000 });
const acknowledge = (block: number) => send(4, Uint8Array.of(block >> 8, block & 0xff));

async function answer() {
  const { source, sourcePort, destinationPort, data } = await test.guest.nextDatagram();
  expect([source, sourcePort, destinationPort]).toEqual([GATEWAY, 69, 2000]);
  return { operation: data[1], number: (data[2]! << 8) | data[3]!, rest: data.subarray(4), data };
}

/** All blocks of a file from the first answer on. */
async function receive(blockSize: number): Promise<Buffer> {
  const blocks: Uint8Array[] = [];
  for (let block = 1; ; block++) {
    const { operation, number, rest } = await answer();
    expect([operation, number]).toEqual([3, block]);
    blocks.push(rest);
    acknowledge(block);
    if (rest.length < blockSize) return Buffer.concat(blocks);
  }
}

describe('tftp', () => {
  it.each([
    ['file', FILE],
    ['/even', FILE.subarray(0, 1024)],
    ['./sub//small', Buffer.from('hi')],
  ])('serves %s in blocks of 512 bytes', async (name, contents) => {
    send(1, text(name, 'octet'));
    expect((await receive(512)).equals(contents)).toBe(true);
  });

  it('says the size, and takes larger blocks', async () => {
    send(1, text('file', 'OCTET', 'tsize', '0', 'blksize', '9000'));
    const { operation, data } = await answer();
    expect(operation).toBe(6);
    expect(Buffer.from(data.subarray(2)).toString()).toBe('tsize\x001500\x00blksize\x001428\x00');
    acknowledge(0);
    expect((await receive(1428)).equals(FILE)).toBe(true);
  });

  it('sends a block again that was lost', async () => {
    send(1, text('file', 'octet'));
    await answer();
    acknowledge(1);
    expect((await answer()).number).toBe(2);
    acknowledge(1);
    expect((await answer()).number).toBe(2);
    acknowledge(9); // of nothing that was sent
    acknowledge(2);
    expect((await answer()).number).toBe(3);
  });

  it.each([
    [['nosuch', 'octet'], 1, 'File not found'],
    [['way-out', 'octet'], 1, 'File not found'],
    [['../x', 'octet'], 2, 'Access violation'],
    [['/', 'octet'], 2, 'Access violation'],
    [['sub', 'octet'], 1, 'File not found'],
    [['file', 'netascii'], 4, 'Unsupported transfer mode'],
  ])('refuses %o', async (words, code, message) => {
    send(1, text(...words));
    const { operation, number, rest } = await answer();
    expect([operation, number, Buffer.from(rest).toString()]).toEqual([5, code, `${message}\0`]);
  });

  it('takes no files, and survives what is no message', async () => {
    send(2, text('file', 'octet'));
    expect((await answer()).number).toBe(2);
    send(1, Buffer.from('file'));
    send(1, new Uint8Array(0));
    send(9, Uint8Array.of(1, 2, 3));
    acknowledge(1);
    send(1, text('sub/small', 'octet'));
    expect((await answer()).operation).toBe(3);
  });
});
