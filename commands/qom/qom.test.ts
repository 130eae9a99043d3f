import { describe, expect, it } from 'vitest';
import { QmpError } from '../../src/qapi/errors.ts';
import type { ObjectPropertyInfo } from '../../src/qapi/generated/types.ts';
import type { QmpValue } from '../../src/qapi/value.ts';
import { shown, testContext } from '../test-support.ts';
import { completeQomPath, completeQomProperty } from './completion.ts';
import { qomGet, qomList, qomSet } from './properties.ts';
import { infoQomTree } from './tree.ts';

const OBJECTS: Readonly<Record<string, readonly [name: string, type: string][]>> = {
  '/': [['machine', 'child<virt-machine>']],
  '/machine': [
    ['type', 'string'],
    ['usb', 'bool'],
    ['limit', 'uint32'],
    ['peripheral', 'child<container>'],
    ['fw_cfg', 'child<fw_cfg_mem>'],
    ['ram', 'link<memory-region>'],
  ],
  '/machine/peripheral': [['type', 'string']],
  '/machine/fw_cfg': [
    ['irq[2]', 'child<irq>'],
    ['irq[10]', 'child<irq>'],
    ['irq[1]', 'child<irq>'],
    ['\\x2from@etc\\x2ftable-loader[0]', 'child<memory-region>'],
  ],
};

function machine(values: Readonly<Record<string, QmpValue>> = { type: 'virt-machine' }) {
  return testContext({
    'qom-list': ({ path }): ObjectPropertyInfo[] =>
      (OBJECTS[path] ?? []).map(([name, type]) => ({ name, type })),
    'qom-get': ({ path, property }) => {
      const value = values[property];
      if (!OBJECTS[path]) throw new QmpError(`Device '${path}' not found`, 'DeviceNotFound');
      if (value === undefined) throw new QmpError(`Property 'virt-machine.${property}' not found`);
      return value;
    },
    'qom-set': () => ({}),
  });
}

describe('info qom-tree', () => {
  it('shows the children by the order of their names', async () => {
    const result = await infoQomTree(machine(), {});
    expect(shown(result)).toBe(
      `/machine (virt-machine)
  /fw_cfg (fw_cfg_mem)
    /\\x2from@etc\\x2ftable-loader[0] (memory-region)
    /irq[10] (irq)
    /irq[1] (irq)
    /irq[2] (irq)
  /peripheral (container)
`,
    );
    expect(result).toMatchObject({ data: { name: 'machine', children: [{ name: 'fw_cfg' }, {}] } });
  });

  it('begins where it is told', async () => {
    const ctx = machine({ type: 'container' });
    for (const path of ['/machine/peripheral', '/machine/peripheral/']) {
      expect(shown(await infoQomTree(ctx, { path }))).toBe('/peripheral (container)\n');
    }
    expect(shown(await infoQomTree(ctx, { path: '/' }))).toMatch(/^\/ \(container\)\n {2}\/machine /);
  });

  it('says that a path leads nowhere', async () => {
    await expect(infoQomTree(machine(), { path: '/nope' })).rejects.toThrow(
      "Path '/nope' could not be resolved.",
    );
  });
});

describe('qom-list and qom-get', () => {
  it('lists names and types', async () => {
    expect(shown(await qomList(machine(), {}))).toBe('/\n');
    expect(shown(await qomList(machine(), { path: '/machine/peripheral' }))).toBe('type (string)\n');
  });

  it('prints JSON', async () => {
    const ctx = machine({ type: 'virt-machine', size: 134217728n, smp: { cpus: 1, threads: 1 } });
    const get = async (property: string) => shown(await qomGet(ctx, { path: '/machine', property }));
    expect(await get('type')).toBe('"virt-machine"\n');
    expect(await get('size')).toBe('134217728\n');
    expect(await get('smp')).toBe('{\n    "cpus": 1,\n    "threads": 1\n}\n');
    await expect(get('nope')).rejects.toThrow("Property 'virt-machine.nope' not found");
  });
});

describe('qom-set', () => {
  const path = '/machine';
  const set = async (property: string, value: string, json = false) => {
    const ctx = machine();
    await qomSet(ctx, { json, path, property, value });
    return ctx.asked.at(-1);
  };

  it.each<[string, string, QmpValue]>([
    ['usb', 'on', true],
    ['usb', 'off', false],
    ['limit', '0x10', 16n],
    ['limit', '-3', -3n],
    ['type', '5', '5'],
    ['nosuch', '1', '1'],
  ])('reads %s %s by its type', async (property, value, expected) => {
    expect(await set(property, value)).toEqual({
      command: 'qom-set',
      args: { path, property, value: expected },
    });
  });

  it('reads JSON with -j', async () => {
    expect((await set('usb', '{"a": [1, true]}', true))?.args).toMatchObject({
      value: { a: [1, true] },
    });
    await expect(set('usb', '{', true)).rejects.toThrow('JSON parse error');
  });

  it('refuses text that does not fit', async () => {
    await expect(set('usb', 'maybe')).rejects.toThrow("Invalid parameter type for 'usb', expected: boolean");
    await expect(set('limit', 'many')).rejects.toThrow("Parameter 'limit' expects uint32");
  });
});

describe('completion', () => {
  const { qmp, session, signal } = machine();
  const request = (words: string[], index: number) => ({
    qmp,
    session,
    signal,
    words,
    index,
    prefix: words.at(-1) ?? '',
  });
  const texts = async (typed: string) =>
    (await completeQomPath(request(['qom-list', typed], 1))).map(({ text }) => text);

  it('offers the objects below a path', async () => {
    expect(await texts('/machine/')).toEqual(['/machine/peripheral', '/machine/fw_cfg']);
    expect(await texts('/machine')).toEqual(['/machine']);
    expect(await texts('/nope')).toEqual([]);
  });

  it('leads on with a slash from the only object that fits, if it has children', async () => {
    expect(await texts('')).toEqual(['/machine/']);
    expect(await texts('/machine/f')).toEqual(['/machine/fw_cfg/']);
    expect(await texts('/machine/p')).toEqual(['/machine/peripheral']);
  });

  it('offers the properties of the object', async () => {
    const properties = await completeQomProperty(request(['qom-set', '-j', '/machine', ''], 2));
    expect(properties.map(each => each.text)).toContain('usb');
  });
});
