import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { SchemaInfo } from './generated/types.ts';
import { introspect, loadSchema, restrictSchema, validateReturn } from './index.ts';

const schema = loadSchema();

function table(entries: SchemaInfo[]): Map<string, SchemaInfo> {
  return new Map(entries.map(entry => [entry.name, entry]));
}

/** Writes a type out to the given depth, so that two servers' numbers do not matter. */
function shape(types: Map<string, SchemaInfo>, name: string, depth = 6): unknown {
  const entry = types.get(name);
  if (entry === undefined || depth === 0) return '...';
  switch (entry['meta-type']) {
    case 'builtin':
      return entry['json-type'];
    case 'enum':
      return entry.members.map(member => member.name).sort();
    case 'array':
      return [shape(types, entry['element-type'], depth - 1)];
    case 'alternate':
      return entry.members.map(member => shape(types, member.type, depth - 1));
    case 'object': {
      const members = entry.members.map(member => {
        const inner = shape(types, member.type, depth - 1);
        return [`${'default' in member ? '*' : ''}${member.name}`, inner];
      });
      const variants = entry.variants?.map(item => [item.case, shape(types, item.type, depth - 1)]).sort();
      return { members: Object.fromEntries(members), tag: entry.tag, variants };
    }
    default:
      throw new Error(`'${name}' is no type`);
  }
}

describe('introspection', () => {
  const entries = introspect(schema);

  it('fits its own type', () => {
    expect(() => validateReturn(schema, 'query-qmp-schema', entries)).not.toThrow();
  });

  it('describes every command, event and type that it names', () => {
    const types = table(entries);
    expect(types.size).toBe(entries.length);
    for (const name of [...Object.keys(schema.commands), ...Object.keys(schema.events)]) {
      expect(types.has(name), name).toBe(true);
    }
    const named = JSON.stringify(entries).matchAll(/"(?:arg-type|ret-type|element-type|type)":"([^"]+)"/g);
    for (const [, name] of named) expect(types.has(name!), name).toBe(true);
  });

  it('masks the names of types and calls every integer int', () => {
    const command = table(entries).get('x-query-virtio-queue-status');
    expect(command).toMatchObject({ 'meta-type': 'command', features: ['unstable'] });
    const types = table(entries);
    const argType = command?.['meta-type'] === 'command' ? command['arg-type'] : '';
    expect(argType).toMatch(/^\d+$/);
    expect(types.get(argType)).toMatchObject({
      members: [
        { name: 'path', type: 'str' },
        { name: 'queue', type: 'int' },
      ],
    });
    expect(types.get('[str]')).toEqual({ name: '[str]', 'meta-type': 'array', 'element-type': 'str' });
    expect(entries.some(entry => entry.name === 'VirtioInfo')).toBe(false);
  });

  it('marks optional members and lists a variant for each value of the tag', () => {
    const types = table(entries);
    const cpus = shape(types, (types.get('query-cpus-fast') as { 'ret-type': string })['ret-type']);
    expect(cpus).toMatchObject([{ members: { 'cpu-index': 'int', '*props': {} }, tag: 'target' }]);
    const [{ variants }] = cpus as [{ variants: [string, { members: object }][] }];
    expect(variants.find(([value]) => value === 'riscv64')?.[1].members).toEqual({});
    expect(variants.find(([value]) => value === 's390x')?.[1].members).toHaveProperty('cpu-state');
  });

  it('of a restricted schema leaves out what nobody needs', () => {
    const few = introspect(restrictSchema(schema, name => name === 'query-name'));
    const commands = few.filter(entry => entry['meta-type'] === 'command');
    expect(commands.map(entry => entry.name)).toEqual(['query-name']);
    expect(few.length).toBeLessThan(entries.length);
  });
});

const qemu = spawnSync('qemu-system-riscv64', ['--version'], { encoding: 'utf8' });
const release = /version (\d+)\.(\d+)/
  .exec(qemu.stdout ?? '')
  ?.slice(1)
  .join('.');

/** Commands whose type did not change between QEMU 7.2 and 10.2. */
const UNCHANGED = [
  ...[
    'query-commands',
    'query-name',
    'query-uuid',
    'query-kvm',
    'query-iothreads',
    'query-chardev',
    'query-balloon',
    'query-mice',
    'screendump',
  ],
  ...['query-memory-size-summary', 'query-version', 'query-qmp-schema', 'set-action', 'watchdog-set-action'],
  ...[
    'balloon',
    'set_link',
    'stop',
    'cont',
    'quit',
    'system_reset',
    'inject-nmi',
    'qom-list',
    'qom-get',
    'qom-set',
  ],
  ...['qom-list-types', 'qom-list-properties', 'device-list-properties', 'device_add', 'device_del'],
  ...[
    'x-query-roms',
    'x-query-jit',
    'x-query-virtio',
    'x-query-virtio-queue-status',
    'x-query-virtio-queue-element',
  ],
  ...['qmp_capabilities', 'STOP', 'RESUME', 'RESET', 'SHUTDOWN', 'WATCHDOG', 'BALLOON_CHANGE', 'RTC_CHANGE'],
  ...['DEVICE_DELETED', 'VSERPORT_CHANGE', 'NIC_RX_FILTER_CHANGED', 'POWERDOWN', 'SUSPEND', 'WAKEUP'],
];

describe.skipIf(release !== '7.2')('beside QEMU 7.2 (skipped where another or none is installed)', () => {
  const lines = ['{"execute":"qmp_capabilities"}', '{"execute":"query-qmp-schema"}', '{"execute":"quit"}'];
  const options = '-M virt -S -display none -bios none -m 16M -qmp stdio'.split(' ');
  const ask = () =>
    spawnSync('qemu-system-riscv64', options, { input: `${lines.join('\n')}\n`, encoding: 'utf8' });

  it('gives the same types', () => {
    const reply = ask()
      .stdout.split('\n')
      .find(line => line.includes('"meta-type"'));
    const theirs = table((JSON.parse(reply!) as { return: SchemaInfo[] }).return);
    const ours = table(introspect(schema));
    const describeEntry = (types: Map<string, SchemaInfo>, name: string) => {
      const entry = types.get(name);
      if (entry?.['meta-type'] !== 'command' && entry?.['meta-type'] !== 'event') return 'absent';
      const returns = 'ret-type' in entry ? shape(types, entry['ret-type']) : undefined;
      return { args: shape(types, entry['arg-type']), returns, features: entry.features };
    };
    for (const name of UNCHANGED) {
      expect(describeEntry(ours, name), name).toEqual(describeEntry(theirs, name));
    }
  });
});
