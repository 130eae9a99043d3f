import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QmpError } from './errors.ts';
import { loadSchema } from './index.ts';
import { checkSchema } from './parser/check.ts';
import { compileSchema } from './parser/compile.ts';
import { parseSchema } from './parser/parse.ts';
import {
  decodeReturn,
  SchemaMismatchError,
  validateArguments,
  validateEvent,
  validateReturn,
} from './validate.ts';

const schema = loadSchema();

const OWN = `
{ 'enum': 'Kind', 'data': [ 'file', 'null', 'other' ] }
{ 'struct': 'File', 'data': { 'filename': 'str', '*aio': 'Kind' } }
{ 'union': 'Options', 'base': { 'driver': 'Kind' }, 'discriminator': 'driver', 'data': { 'file': 'File' } }
{ 'alternate': 'Ref', 'data': { 'definition': 'Options', 'reference': 'str' } }
{ 'alternate': 'StrOrNull', 'data': { 's': 'str', 'n': 'null' } }
{ 'struct': 'Item', 'data': { 'id': 'int', '*tags': [ 'Kind' ], '*inner': 'Item' } }
{ 'command': 'add', 'data': 'Options', 'boxed': true }
{ 'command': 'set', 'data': { '*file': 'Ref', '*refs': [ 'Ref' ], '*name': 'StrOrNull', '*items': [ 'Item' ],
  '*small': 'int8', '*bytes': [ 'uint8' ], '*level': 'number', '*what': 'any', '*nothing': 'null', '*size': 'size',
  '*many': 'uint64' } }
`;
const parsed = parseSchema('own.json', () => OWN);
checkSchema(parsed);
const own = compileSchema(parsed);

function refusal(run: () => unknown): { errorClass: string; desc: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof QmpError) return { errorClass: error.errorClass, desc: error.desc };
    throw error;
  }
  return { errorClass: 'none', desc: 'accepted' };
}

describe("arguments are refused with QEMU's sentences", () => {
  it.each<[string, unknown, string]>([
    ['query-status', { x: 1 }, "Parameter 'x' is unexpected"],
    ['query-status', [], "QMP input member 'arguments' must be an object"],
    ['x-query-virtio-status', {}, "Parameter 'path' is missing"],
    ['x-query-virtio-status', undefined, "Parameter 'path' is missing"],
    ['x-query-virtio-status', { path: 5 }, "Invalid parameter type for 'path', expected: string"],
    ['x-query-virtio-queue-status', { path: 'x', queue: 70000 }, "Parameter 'queue' expects uint16_t"],
    ['x-query-virtio-queue-status', { path: 'x', queue: -1 }, "Parameter 'queue' expects uint16_t"],
    ['x-query-virtio-queue-status', { path: 'x', queue: '0' }, "Parameter 'queue' expects uint64"],
    ['x-query-virtio-queue-status', { path: 'x', queue: 1.5 }, "Parameter 'queue' expects uint64"],
    ['x-query-virtio-queue-status', { path: 'x', queue: 1n << 64n }, "Parameter 'queue' expects uint64"],
    ['x-query-virtio-queue-status', { queue: 99999, zz: 5 }, "Parameter 'path' is missing"],
    ['set-action', { reboot: 'sideways' }, "Parameter 'reboot' does not accept value 'sideways'"],
    ['set-action', { reboot: null }, "Invalid parameter type for 'reboot', expected: string"],
    ['balloon', { value: true }, "Invalid parameter type for 'value', expected: integer"],
    ['balloon', { value: 18446744073709551615n }, "Invalid parameter type for 'value', expected: integer"],
    ['set_link', { name: 'x', up: 1 }, "Invalid parameter type for 'up', expected: boolean"],
    ['qom-set', { path: '/machine', property: 'x' }, "Parameter 'value' is missing"],
    ['device_add', { bus: 'x' }, "Parameter 'driver' is missing"],
    ['qmp_capabilities', { enable: ['x'] }, "Parameter 'null' does not accept value 'x'"],
  ])('%s, case %#', (command, args, desc) => {
    expect(refusal(() => validateArguments(schema, command, args))).toEqual({
      errorClass: 'GenericError',
      desc,
    });
  });

  it.each<[string, unknown, string]>([
    ['add', { driver: 'nope' }, "Parameter 'driver' does not accept value 'nope'"],
    ['add', { driver: 'file', zz: 5 }, "Parameter 'filename' is missing"],
    ['add', { driver: 'null', filename: 'x' }, "Parameter 'filename' is unexpected"],
    ['set', { file: 5 }, "Invalid parameter type for 'file', expected: Ref"],
    ['set', { refs: [5] }, "Invalid parameter type for 'null', expected: Ref"],
    ['set', { file: { driver: 'file' } }, "Parameter 'file.filename' is missing"],
    [
      'set',
      { file: { driver: 'file', filename: 5 } },
      "Invalid parameter type for 'file.filename', expected: string",
    ],
    ['set', { file: { driver: 'file', filename: 'x', zz: 1 } }, "Parameter 'file.zz' is unexpected"],
    [
      'set',
      { file: { driver: 'file', filename: 'x', aio: 'y' } },
      "Parameter 'aio' does not accept value 'y'",
    ],
    ['set', { name: 5 }, "Invalid parameter type for 'name', expected: StrOrNull"],
    ['set', { items: 5 }, "Invalid parameter type for 'items', expected: array"],
    ['set', { items: [5] }, "Invalid parameter type for 'items[0]', expected: object"],
    ['set', { items: [{ id: 1 }, { id: 2, inner: {} }] }, "Parameter 'items[1].inner.id' is missing"],
    ['set', { small: 128 }, "Parameter 'small' expects int8_t"],
    ['set', { bytes: [0, 'a'] }, "Parameter 'bytes[1]' expects uint64"],
    ['set', { bytes: [0, 256] }, "Parameter 'null' expects uint8_t"],
    ['set', { level: '1' }, "Invalid parameter type for 'level', expected: number"],
    ['set', { nothing: 0 }, "Invalid parameter type for 'nothing', expected: null"],
    ['set', { size: -9223372036854775809n }, "Parameter 'size' expects uint64"],
    ['set', { what: [{ f: () => 1 }] }, "Invalid parameter type for 'what[0].f', expected: value"],
  ])('%s, case %#', (command, args, desc) => {
    expect(refusal(() => validateArguments(own, command, args)).desc).toBe(desc);
  });

  it('names an unknown command, even one named like a method of objects', () => {
    const desc = 'The command no-such-command has not been found';
    expect(refusal(() => validateArguments(schema, 'no-such-command', {}))).toEqual({
      errorClass: 'CommandNotFound',
      desc,
    });
    expect(refusal(() => validateArguments(schema, 'toString', {})).errorClass).toBe('CommandNotFound');
  });
});

describe('accepted values take their canonical form', () => {
  it('is bigint for 64 bits and number below', () => {
    const args = { small: -128n, bytes: [255n, 0], size: 4096, many: -1, level: 3n, name: null, file: 'f' };
    expect(validateArguments(own, 'set', args)).toEqual({
      small: -128,
      bytes: [255, 0],
      size: 4096n,
      many: 0xffffffffffffffffn,
      level: 3,
      name: null,
      file: 'f',
    });
  });

  it('leaves out what is undefined and keeps further arguments where the command checks them', () => {
    expect(
      validateArguments(schema, 'device_add', {
        driver: 'virtio-rng-device',
        id: undefined,
        bus: 'b',
        period: 5,
      }),
    ).toEqual({ driver: 'virtio-rng-device', bus: 'b', period: 5 });
  });

  it('does not touch prototypes', () => {
    const value = JSON.parse('{"what": {"__proto__": {"a": 1}}}') as unknown;
    const result = validateArguments(own, 'set', value)['what'] as object;
    expect(Object.keys(result)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });

  it('is stable: a second pass changes nothing, and any value ends in a QmpError or a result', () => {
    const keys = fc.constantFrom(
      'file',
      'items',
      'small',
      'bytes',
      'level',
      'what',
      'size',
      'driver',
      'id',
      'inner',
    );
    const { tree } = fc.letrec<{ tree: unknown }>(tie => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>(null, true, 'file', 1.5),
        fc.integer(),
        fc.bigInt(-(2n ** 65n), 2n ** 65n),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(keys, tree, { maxKeys: 3 }), args => {
        try {
          const first = validateArguments(own, 'set', args);
          expect(validateArguments(own, 'set', first)).toEqual(first);
        } catch (error) {
          expect(error).toBeInstanceOf(QmpError);
        }
      }),
    );
  });
});

describe('replies and events', () => {
  it('are checked strictly', () => {
    const version = { qemu: { major: 10, minor: 2n, micro: 2 }, package: '' };
    expect(validateReturn(schema, 'query-version', version)).toEqual({
      qemu: { major: 10n, minor: 2n, micro: 2n },
      package: '',
    });
    expect(validateReturn(schema, 'stop', {})).toEqual({});
    expect(() => validateReturn(schema, 'stop', { a: 1 })).toThrow(SchemaMismatchError);
    expect(() => validateReturn(schema, 'stop', undefined)).toThrow(SchemaMismatchError);
    expect(() => validateReturn(schema, 'query-status', { running: true })).toThrow(
      "the reply of query-status does not fit the schema: Parameter 'return.status' is missing",
    );
    expect(validateEvent(schema, 'RESET', { guest: true, reason: 'guest-reset' })).toMatchObject({
      guest: true,
    });
    expect(() => validateEvent(schema, 'RESET', {})).toThrow('the data of RESET does not fit the schema');
    expect(() => validateEvent(schema, 'NOPE', {})).toThrow("the schema has no event 'NOPE'");
  });

  it("select a union's members by its tag", () => {
    const cpu = { 'cpu-index': 0, 'qom-path': '/c', 'thread-id': 1, 'qom-type': 't', target: 'riscv64' };
    expect(validateReturn(schema, 'query-cpus-fast', [cpu])).toMatchObject([{ 'cpu-index': 0n }]);
    expect(() => validateReturn(schema, 'query-cpus-fast', [{ ...cpu, target: 's390x' }])).toThrow(
      "'return[0].cpu-state' is missing",
    );
  });

  it('of another server pass with what it has more or less', () => {
    const reply = { running: true, status: 'new-state', singlestep: false };
    expect(decodeReturn(schema, 'query-status', reply)).toEqual(reply);
    expect(decodeReturn(schema, 'query-balloon', { actual: 5 })).toEqual({ actual: 5n });
    expect(() => decodeReturn(schema, 'query-status', { running: 'yes' })).toThrow(SchemaMismatchError);
  });
});
