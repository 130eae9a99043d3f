import type { OptionValues } from '../core/config.ts';
import type { HxOptionTable } from '../hx/model.ts';
import { formatOptions } from '../qapi/keyval.ts';
import type { GivenOption } from './argv.ts';
import { locating, UsageError } from './errors.ts';
import { readConfigFile } from './options/config-file.ts';
import { groupNamed, groupOfOption, type OptionGroup } from './options/groups.ts';
import { jsonValues, parseObject } from './options/json.ts';
import { checked, type Entry, type Opts, parseOpts } from './options/qemu-opts.ts';

const isJson = (text: string) => text.startsWith('{');
const SET = /^([^.]{1,63})\.([^.]{1,63})\.([^=]{1,63})=(.*)$/s;

/** The options of a command line, by name; what `-readconfig` and `-set` say is among them. */
export class GivenOptions {
  /** As they were given. */
  readonly order: readonly GivenOption[];
  readonly #opts: ReadonlyMap<GivenOption, Opts>;

  /** @param warn hears of what is out of favour. @throws UsageError */
  constructor(table: HxOptionTable, given: readonly GivenOption[], warn: (line: string) => void) {
    const order: GivenOption[] = [];
    for (const one of given) {
      if (one.option.name === 'readconfig') order.push(...locating(one.origin, () => configured(table, one)));
      else if (one.option.name === 'set') locating(one.origin, () => change(order, one.argument));
      else order.push(one);
    }
    this.order = order;
    this.#opts = new Map(
      order.flatMap(one => {
        const group = groupOfOption(one.option.name);
        const { argument, origin } = one;
        if (!group || group.plain?.test(argument)) return [];
        if (isJson(argument)) {
          locating(origin, () => parseObject(argument));
          return [];
        }
        const parse = () => parseOpts(group, argument, line => warn(`${origin}: ${line}`));
        return [[one, locating(origin, parse)]];
      }),
    );
    this.#refuseTwins();
  }

  #refuseTwins(): void {
    const seen = new Set<string>();
    for (const [{ option, origin }, { id }] of this.#opts) {
      if (id === undefined) continue;
      const name = groupOfOption(option.name)!.name;
      if (seen.has(`${name} ${id}`)) throw new UsageError(`Duplicate ID '${id}' for ${name}`, origin);
      seen.add(`${name} ${id}`);
    }
  }

  has(...names: string[]): boolean {
    return this.order.some(({ option }) => names.includes(option.name));
  }

  /** Those of the names, in order. */
  given(...names: string[]): GivenOption[] {
    return this.order.filter(({ option }) => names.includes(option.name));
  }

  /** Their arguments. */
  all(...names: string[]): string[] {
    return this.given(...names).map(({ argument }) => argument);
  }

  last(...names: string[]): string | undefined {
    return this.all(...names).at(-1);
  }

  /** Their keys and values, each read by `read`, whose errors are about the option. @throws UsageError */
  map<T>(name: string, read: (values: OptionValues, given: GivenOption) => T): T[] {
    return this.given(name).map(one => locating(one.origin, () => read(this.valuesOf(one), one)));
  }

  /** Keys and values; those of the id among them. */
  valuesOf(one: GivenOption): OptionValues {
    const opts = this.#opts.get(one);
    if (!opts) return isJson(one.argument) ? locating(one.origin, () => jsonValues(one.argument)) : {};
    return Object.fromEntries(entriesOf(opts));
  }

  values(name: string): OptionValues[] {
    return this.given(name).map(one => this.valuesOf(one));
  }

  /** All that was said of a group whose options are one. */
  merged(...names: string[]): OptionValues {
    return Object.assign({}, ...this.given(...names).map(one => this.valuesOf(one)));
  }

  /** Each as one text for the machine, without flags. */
  texts(name: string): string[] {
    return this.given(name).map(one => this.textOf(one));
  }

  textOf(one: GivenOption): string {
    const opts = this.#opts.get(one);
    return opts ? formatOptions(entriesOf(opts)) : one.argument;
  }
}

function entriesOf({ id, entries }: Opts): Entry[] {
  return id === undefined ? [...entries] : [...entries, ['id', id]];
}

/** The groups of a configuration file, as options. @throws UsageError */
function configured(table: HxOptionTable, { argument: path }: GivenOption): GivenOption[] {
  return readConfigFile(path).map(({ group: name, entries, where }) => {
    const group = groupNamed(name);
    const option = group && table.byName.get(group.option);
    if (!option) throw new UsageError(`There is no option group '${name}'`, where);
    return { option, argument: formatOptions(entries), origin: where };
  });
}

/** `-set GROUP.ID.KEY=VALUE`: one more key of an option before it. @throws UsageError */
function change(order: GivenOption[], text: string): void {
  const [, name, id, key, value] = SET.exec(text) ?? [];
  if (name === undefined || key === undefined || value === undefined) {
    throw new UsageError(`can't parse: "${text}"`);
  }
  const group = groupNamed(name);
  if (!group) throw new UsageError(`There is no option group '${name}'`);
  if (group.fixed) throw new UsageError(`-set is not supported with ${name}`);
  const at = order.findIndex(one => isOf(group, one) && idOf(group, one) === id);
  const found = order[at];
  if (!found) throw new UsageError(`there is no ${name} "${id}" defined`);
  checked(group, [[key, value]]);
  order[at] = { ...found, argument: `${found.argument},${formatOptions([[key, value]])}` };
}

function isOf({ option }: OptionGroup, { option: { name }, argument }: GivenOption): boolean {
  return name === option && !isJson(argument);
}

function idOf(group: OptionGroup, { argument }: GivenOption): string | undefined {
  const { parameters: _any, ...lenient } = group;
  return parseOpts(lenient, argument, () => {}).id;
}
