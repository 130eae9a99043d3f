import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNodeHost } from '../../host/node-host.ts';
import { NullStream } from '../../host/streams.ts';
import { machineMemory } from '../board/machine-memory.ts';
import { testConfig } from '../board/testing/test-board.ts';
import type { Secret } from './secret.ts';
import { describeObjects, ObjectTable, parseObject } from './table.ts';

const host = createNodeHost(() => new NullStream());

async function tableOf(...objects: string[]) {
  const table = new ObjectTable(host);
  for (const object of objects) await table.add(parseObject(object));
  return table;
}

const secretOf = (table: ObjectTable, id: string) =>
  new TextDecoder().decode((table.container.children.get(id) as Secret).data);

describe('objects of users', () => {
  it('are made and removed', async () => {
    const table = await tableOf(
      'rng-random,id=r0',
      'memory-backend-ram,id=m0,size=1M,share=on',
      'rng-builtin,id=r1',
    );
    expect(table.rng('r0')?.typeName).toBe('rng-random');
    expect(table.rng('m0')).toBeUndefined();
    expect(table.memory('m0')?.switches).toEqual({
      ...{ dump: true, merge: true, prealloc: false, reserve: true, share: true },
    });
    expect(table.container.children.get('m0')!.getProperty('size')).toBe(1n << 20n);
    table.remove('r0');
    expect(table.rng('r0')).toBeUndefined();
  });

  it('are threads with settings', async () => {
    const table = await tableOf('iothread,id=t0', 'iothread,id=t1,poll-max-ns=5,aio-max-batch=9');
    const [first, second] = table.ioThreads.map(thread => thread.describe(77));
    const settings = { 'poll-max-ns': 32768n, 'poll-grow': 0n, 'poll-shrink': 0n, 'aio-max-batch': 0n };
    expect(first).toEqual({ id: 't0', 'thread-id': 77n, ...settings });
    expect(second).toEqual({ ...first, id: 't1', 'poll-max-ns': 5n, 'aio-max-batch': 9n });
    const t1 = table.container.children.get('t1')!;
    t1.setProperty('poll-grow', 2n);
    expect(table.ioThreads[1]!.describe(77)['poll-grow']).toBe(2n);
    expect(() => t1.setProperty('poll-max-ns', -1n)).toThrow(
      'poll-max-ns value must be in range [0, 9223372036854775807]',
    );
    expect(() => t1.setProperty('poll-max-ns', 'x')).toThrow('Invalid parameter type');
    expect(t1.getProperty('poll-max-ns')).toBe(5n);
    table.remove('t0');
    expect(table.ioThreads.length).toBe(1);
  });

  it('keep secrets as they are, in base64, or in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hmp-secret-'));
    const path = join(folder, 's');
    writeFileSync(path, 'from a file');
    const table = await tableOf(
      'secret,id=a,data=a,,b',
      'secret,id=b,data=aGVsbG8=,format=base64',
      `{"qom-type":"secret","id":"c","file":${JSON.stringify(path)}}`,
    );
    expect(['a', 'b', 'c'].map(id => secretOf(table, id))).toEqual(['a,b', 'hello', 'from a file']);
    expect(() => table.container.children.get('a')!.getProperty('data')).toThrow('not found');
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['foo,id=x', "Parameter 'qom-type' does not accept value 'foo'"],
    ['id=x', "Parameter 'qom-type' is missing"],
    ['rng-random', "Parameter 'id' is missing"],
    ['rng-random,id=r,foo=1', "Parameter 'foo' is unexpected"],
    ['rng-builtin,id=1x', "Parameter 'id' expects an identifier"],
    ['rng-builtin,id=r1', "attempt to add duplicate property 'r1' to object (type 'container')"],
    ['memory-backend-ram,id=m', "Parameter 'size' is missing"],
    ['memory-backend-ram,id=m,size=0', "property 'size' of memory-backend-ram doesn't take value '0'"],
    ['memory-backend-ram,id=m,size=abc', "Parameter 'size' expects size"],
    ['memory-backend-ram,id=m,size=1M,merge=maybe', "Parameter 'merge' expects 'on' or 'off'"],
    ['secret,id=s', "Either 'file' or 'data' must be provided"],
    ['secret,id=s,data=a,file=/x', "'file' and 'data' are mutually exclusive"],
    [
      'secret,id=s,file=/nonexistent',
      'Unable to read /nonexistent: Failed to open file “/nonexistent”: No such file or directory',
    ],
    ['secret,id=s,data=!!,format=base64', 'Base64 data contains invalid characters'],
  ])('refuse %s', async (text, message) => {
    const table = await tableOf('rng-builtin,id=r1');
    await expect((async () => table.add(parseObject(text)))()).rejects.toThrow(message);
    expect(table.container.children.size).toBe(1);
  });

  it('stay while they are in use', async () => {
    const table = await tableOf('memory-backend-ram,id=m0,size=16M');
    const config = testConfig({ ramSize: 16 << 20, machineProperties: { 'memory-backend': 'm0' } });
    expect(machineMemory(table, config)).toBe(table.memory('m0'));
    expect(() => table.remove('m0')).toThrow("object 'm0' is in use, can not be deleted");
    expect(() => table.remove('x')).toThrow("object 'x' not found");
    expect(() => machineMemory(table, { ...config, ramSize: 1 })).toThrow('Size specified by -m option');
    expect(() => machineMemory(new ObjectTable(host), config)).toThrow("Memory backend 'm0' not found");
  });

  it('are explained', () => {
    expect(describeObjects('rng-random')).toBe('rng-random options:\n  filename=<string>\n');
    expect(describeObjects('rng-builtin')).toBe('There are no options for rng-builtin.\n');
    expect(describeObjects('foo')).toMatch(
      /^List of user creatable objects:\n {2}iothread\n {2}memory-backend-ram\n/,
    );
    expect(describeObjects('memory-backend-ram')).toMatch(/^ {2}size=<int> {13}- Bytes/m);
  });
});
