/**
 * Messages to a QMP server at random, as bytes: most of them wrong somewhere. None of them reaches the handler of a
 * command that changes anything, so that two servers which were sent the same messages stay comparable.
 */
import type { MemberModel, Schema, TypeRef } from '../../src/qapi/schema-model.ts';
import type { Random } from './random.ts';

/** Commands without arguments whose answers depend on nothing. */
export const HARMLESS = [
  'query-name',
  'query-uuid',
  'query-iothreads',
  'query-jobs',
  'query-block-jobs',
] as const;

/** An object before it is written: names and values are JSON text. */
type Members = [name: string, value: string][];

const NAMES = [
  ...['x', 'id', 'node', 'device', 'execute', 'exec-oob', 'arguments', 'a', 'aa', 'ab', 'surplus', 'data', 'type'],
  ...['', '__proto__', 'constructor', 'toString', '0', '1', '10', '-1', 'x.y', 'a[0]', 'caf\u00e9', '\u{1f600}', '%s'],
]; // biome-ignore format: a list

const STRINGS = [
  ...['""', "'single'", '"x"', '"\\u0000"', '"a\\u0000b"', '"\\ud83d\\ude00"', '"\\ud800"', '"\\udc00\\ud800"'],
  ...['"\\uFFFE"', '"\\ufdd0"', '"\\u12"', '"\\x41"', '"\\/\\b\\f\\n\\r\\t\\\\\\""', '"caf\u00e9"', '"\u{10ffff}"'],
  ...['"\u{1f600}\u2028"', '"tab\\tquote\\\'"', '"%s%n"', '"/machine"', '"on"', '"file:x"', '"\x7f"', '"\\u001f\\u000b"'],
]; // biome-ignore format: a list

const NUMBERS = [
  ...['0', '-0', '1', '-1', '7', '127', '128', '255', '256', '-128', '-129', '32767', '32768', '65535', '65536'],
  ...['2147483647', '2147483648', '-2147483648', '-2147483649', '4294967295', '4294967296'],
  ...['9007199254740991', '9007199254740993', '-9007199254740993', '9223372036854775807', '9223372036854775808'],
  ...['-9223372036854775808', '-9223372036854775809', '18446744073709551615', '18446744073709551616'],
  ...['100000000000000000000000', '-100000000000000000000000', '0.0', '-0.0', '1.0', '1.5', '-2.5e3', '1e3', '0.1'],
  ...['1e16', '1e17', '123456789012345678.0', '1e-4', '1e-5', '1.00000762939453125', '3.14159265358979323846'],
  ...['1e308', '1e309', '-1e309', '1e-400', '5e-324', '1E+2', '1e22', '1e21', '2.5', '12345.678', '1e-7'],
]; // biome-ignore format: a list

const WRONG = [
  '01',
  '1.',
  '.5',
  '+1',
  '-',
  '1e',
  '1e+',
  'nul',
  'nulll',
  'True',
  'NaN',
  'inf',
  '0x10',
  "'",
  '"',
  'a-b',
];

/** What is put into a text at a random place. */
const SPLINTERS = [
  ...['\0', '\x01', '\t', '\r', '\n', '\x1f', '\x7f', '\x80', '\xbf', '\xc0\x80', '\xc1', '\xc3', '\xc3\xa9', '\xe2\x82'],
  ...['\xed\xa0\x80', '\xef\xb7\x90', '\xef\xbb\xbf', '\xef\xbf\xbe', '\xf0\x9f\x98\x80', '\xf4\x90\x80\x80', '\xf8'],
  ...['\xfc\x80\x80\x80\x80\x80', '\xfe', '\xff', '"', "'", '\\', '\\u', '\\u0000', '{', '}', '[', ']', ',', ':', '-'],
  ...['0', '1', '.', 'e', 'E', '+', 'null', 'true', 'x', 'X', '%', '%d', '/*', '//', '#', '$', '&', '(', '=', '\x0b'],
]; // biome-ignore format: a list

/** Makes messages by a seed. */
export class QmpMessages {
  readonly #schema: Schema;
  readonly #random: Random;
  readonly #commands: readonly string[];

  /** @param commands with arguments that both servers understand alike */
  constructor(schema: Schema, commands: readonly string[], random: Random) {
    this.#schema = schema;
    this.#random = random;
    this.#commands = commands.filter(name => schema.commands[name]?.gen !== false);
  }

  next(): Buffer {
    const kind = this.#random.below(20);
    if (kind < 8) return Buffer.from(this.#wrongArguments());
    if (kind < 11) return Buffer.from(this.#envelope());
    if (kind < 17) return this.#mutated(Buffer.from(this.#envelope()));
    if (kind < 18) return Buffer.from(this.#value(3));
    if (kind < 19) return this.#garbage();
    return Buffer.from(this.#deep());
  }

  /** A command whose arguments are as they should be, save one thing or more on the outermost level. */
  #wrongArguments(): string {
    const name = this.#random.pick(this.#commands);
    const type = this.#schema.commands[name]!.data;
    const members = type === undefined ? [] : this.#members(type, 3);
    const required = type === undefined ? [] : this.#membersOf(type);
    const surplus = () => {
      const count = this.#random.pick([1, 1, 1, 2, 3, 4, 6, 9, 14, 30]);
      for (let index = 0; index < count; index++) this.#insert(members, this.#surplusName(), this.#value(1));
    };
    const wrong = this.#random.pick(required);
    if (wrong !== undefined && this.#random.below(2) === 0) {
      this.#replace(members, wrong, this.#random.below(3) === 0 ? null : this.#otherThan(wrong.type));
      if (this.#random.below(3) === 0) surplus();
      else if (wrong.optional === true || wrong.type === 'any') surplus();
    } else {
      surplus();
    }
    return object([['execute', quote(name)], ['arguments', object(members)], ...this.#id()]);
  }

  /** A name that no command's arguments have. */
  #surplusName(): string {
    if (this.#random.below(3) === 0) return `s-${this.#random.pick(NAMES)}`;
    const length = 1 + this.#random.below(9);
    return `s${Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz-_0123'[this.#random.below(32)]).join('')}`;
  }

  /** Without a value the member goes. */
  #replace(members: Members, { name }: MemberModel, value: string | null): void {
    const index = members.findIndex(([other]) => other === name);
    if (value === null) {
      if (index >= 0) members.splice(index, 1);
    } else if (index >= 0) {
      members[index] = [name, value];
    } else {
      this.#insert(members, name, value);
    }
  }

  #insert(members: Members, name: string, value: string): void {
    members.splice(this.#random.below(members.length + 1), 0, [name, value]);
  }

  #id(): Members {
    return this.#random.below(3) === 0 ? [] : [['id', this.#value(2)]];
  }

  #membersOf(type: string): readonly MemberModel[] {
    const model = this.#schema.types[type];
    return model?.kind === 'struct' || model?.kind === 'union' ? model.members : [];
  }

  #members(type: string, depth: number): Members {
    const model = this.#schema.types[type];
    const members: Members = [];
    for (const member of this.#membersOf(type)) {
      if (member.optional === true && this.#random.below(3) > 0) continue;
      members.push([member.name, this.#valueOf(member.type, depth - 1)]);
    }
    if (model?.kind === 'union') this.#addVariant(members, model.discriminator, model.variants, depth);
    if (this.#random.below(4) === 0) members.reverse();
    return members;
  }

  #addVariant(
    members: Members,
    tag: string,
    variants: Readonly<Record<string, string>>,
    depth: number,
  ): void {
    const value = members.find(([name]) => name === tag)?.[1] ?? '';
    const variant = variants[value.slice(1, -1)];
    if (variant !== undefined) members.push(...this.#members(variant, depth));
  }

  /** A value of a type; now and then, deep inside, one that is none. */
  #valueOf(type: TypeRef, depth: number): string {
    if (this.#random.below(12) === 0) return this.#value(1);
    if (typeof type !== 'string') {
      const count = depth <= 0 ? 0 : this.#random.below(3);
      return `[${Array.from({ length: count }, () => this.#valueOf(type[0], depth - 1)).join(',')}]`;
    }
    const model = this.#schema.types[type];
    switch (model?.kind) {
      case 'enum':
        return quote(this.#random.below(10) === 0 ? 'nonesuch' : this.#random.pick(model.values).name);
      case 'alternate':
        return this.#valueOf(this.#random.pick(model.variants), depth - 1);
      case undefined:
        return this.#builtin(type);
      default: {
        const members = depth <= -2 ? [] : this.#members(type, depth);
        if (this.#random.below(8) === 0) this.#insert(members, this.#surplusName(), this.#value(1));
        return object(members);
      }
    }
  }

  #builtin(type: string): string {
    if (type === 'str')
      return this.#random.pick(['"x"', '"disk0"', '"/tmp/none"', this.#random.pick(STRINGS)]);
    if (type === 'bool') return this.#random.pick(['true', 'false']);
    if (type === 'null') return 'null';
    if (type === 'any') return this.#value(2);
    return this.#random.pick(NUMBERS);
  }

  #otherThan(type: TypeRef): string {
    const kinds = ['null', 'true', '7', '1.0', '"text"', '[]', '{}'];
    if (typeof type !== 'string') return this.#random.pick(kinds.filter(kind => kind !== '[]'));
    const model = this.#schema.types[type];
    if (model?.kind === 'enum' || type === 'str')
      return this.#random.pick(kinds.filter(kind => kind !== '"text"'));
    if (model?.kind === 'alternate' || type === 'any') return this.#random.pick(['null', '1.5']);
    if (model !== undefined) return this.#random.pick(kinds.filter(kind => kind !== '{}'));
    if (type === 'bool') return this.#random.pick(kinds.filter(kind => kind !== 'true'));
    if (type === 'number') return this.#random.pick(kinds.filter(kind => kind !== '7' && kind !== '1.0'));
    return this.#random.pick([...kinds.filter(kind => kind !== '7'), '1e400', '99999999999999999999']);
  }

  /** Any value. */
  #value(depth: number): string {
    const kind = this.#random.below(depth > 0 ? 10 : 7);
    if (kind < 1) return this.#random.pick(['null', 'true', 'false']);
    if (kind < 4) return this.#random.pick(NUMBERS);
    if (kind < 7) return this.#random.pick(STRINGS);
    const count = this.#random.below(5);
    if (kind < 8) return `[${Array.from({ length: count }, () => this.#value(depth - 1)).join(', ')}]`;
    return object(Array.from({ length: count }, () => [this.#random.pick(NAMES), this.#value(depth - 1)]));
  }

  /** A request for something harmless, with an envelope that may be wrong. */
  #envelope(): string {
    const members: Members = [];
    const name = this.#random.pick([...HARMLESS, 'nonesuch', 'qmp_capabilities', '']);
    if (this.#random.below(10) > 0) members.push(['execute', quote(name)]);
    if (this.#random.below(12) === 0) members.push(['exec-oob', quote(name)]);
    if (this.#random.below(3) === 0)
      members.push(['arguments', this.#random.pick(['{}', '{}', this.#value(2)])]);
    members.push(...this.#id());
    const surplus = this.#random.pick([0, 0, 0, 1, 2, 3, 8]);
    for (let index = 0; index < surplus; index++) {
      const other = this.#random.below(2) === 0 ? this.#random.pick(NAMES) : this.#surplusName();
      this.#insert(members, other, this.#value(2));
    }
    if (this.#random.below(12) === 0) this.#insert(members, 'execute', this.#value(1));
    return object(members);
  }

  #mutated(bytes: Buffer): Buffer {
    let result = bytes;
    const times = 1 + this.#random.below(4);
    for (let time = 0; time < times; time++) {
      const at = this.#random.below(result.length + 1);
      const skip = this.#random.pick([0, 0, 0, 1, 1, 2, 5]);
      const splinter = this.#random.pick(['', ...SPLINTERS, ...WRONG, ...SPLINTERS]);
      result = Buffer.concat([
        result.subarray(0, at),
        Buffer.from(splinter, 'latin1'),
        result.subarray(at + skip),
      ]);
    }
    return result;
  }

  #garbage(): Buffer {
    const count = 1 + this.#random.below(12);
    const piece = () => {
      if (this.#random.below(3) === 0)
        return Buffer.from(this.#random.pick([...WRONG, ...STRINGS, ...NUMBERS]));
      return Buffer.from(this.#random.pick(SPLINTERS), 'latin1');
    };
    return Buffer.concat(Array.from({ length: count }, piece));
  }

  #deep(): string {
    const depth = this.#random.pick([10, 100, 1022, 1023, 1024, 1025, 2000]);
    const open = this.#random.pick(['[', '{"a":', '[{"b":']);
    const close = { '[': ']', '{"a":': '}', '[{"b":': '}]' }[open] ?? '';
    const inside = `${open.repeat(depth)}${this.#random.pick(['', '1', '}', ']'])}${close.repeat(depth)}`;
    return this.#random.below(2) === 0
      ? inside
      : object([
          ['execute', '"query-name"'],
          ['id', inside],
        ]);
  }
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function object(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([name, value]) => `${quote(name)}: ${value}`).join(', ')}}`;
}
