import { QmpError } from '../../qapi/errors.ts';
import type { QmpValue } from '../../qapi/value.ts';

/** A property as `qom-list`, `qom-get` and `qom-set` see it. `type` is QOM's name: bool, str, uint32, link<...>. */
export interface QomProperty {
  readonly type: string;
  readonly description?: string;
  readonly defaultValue?: QmpValue;
  /** Of this object and not of its type: QEMU lists it among the children. */
  readonly ownInstance?: boolean;
  readonly get?: () => QmpValue;
  readonly set?: (value: QmpValue) => void;
}

/** A node of the composition tree. Its path is that of its parent and the name it was added under. */
export class QomObject {
  readonly typeName: string;
  /** What QEMU adds before anything else, which decides on the order of lists. */
  readonly firstAdded: readonly string[] = [];
  #parent: QomObject | null = null;
  #name = '';
  readonly #children = new Map<string, QomObject>();
  readonly #properties = new Map<string, QomProperty>();

  constructor(typeName: string) {
    this.typeName = typeName;
    this.define('type', { type: 'string', get: () => this.typeName });
  }

  get parent(): QomObject | null {
    return this.#parent;
  }

  get name(): string {
    return this.#name;
  }

  get path(): string {
    if (this.#parent === null) return this.#name === '' ? '/' : `/${this.#name}`;
    const above = this.#parent.path;
    return above === '/' ? `/${this.#name}` : `${above}/${this.#name}`;
  }

  get children(): ReadonlyMap<string, QomObject> {
    return this.#children;
  }

  get properties(): ReadonlyMap<string, QomProperty> {
    return this.#properties;
  }

  /** Adds a child. A name ending in `[*]` takes the first free index, as in `device[3]`. */
  add<T extends QomObject>(name: string, child: T): T {
    const free = name.endsWith('[*]') ? this.#freeIndex(name.slice(0, -3)) : name;
    if (this.#children.has(free) || this.#properties.has(free)) {
      throw new QmpError(`attempt to add duplicate property '${free}' to object (type '${this.typeName}')`);
    }
    const node: QomObject = child;
    node.#parent = this;
    node.#name = free;
    this.#children.set(free, child);
    return child;
  }

  removeChild(name: string): void {
    this.#children.delete(name);
  }

  #freeIndex(stem: string): string {
    for (let index = 0; ; index++) {
      const name = `${stem}[${index}]`;
      if (!this.#children.has(name)) return name;
    }
  }

  define(name: string, property: QomProperty): void {
    this.#properties.set(name, property);
  }

  undefine(name: string): void {
    this.#properties.delete(name);
  }

  /** @throws QmpError when there is no such property or it cannot be read */
  getProperty(name: string): QmpValue {
    const child = this.#children.get(name);
    if (child) return child.path;
    const property = this.#require(name);
    if (!property.get) throw new QmpError(`Property '${this.typeName}.${name}' is not readable`);
    return property.get();
  }

  isReadable(name: string): boolean {
    return this.#children.has(name) || this.#require(name).get !== undefined;
  }

  /** @throws QmpError when there is no such property or it cannot be written */
  setProperty(name: string, value: QmpValue): void {
    const property: Partial<QomProperty> = this.#children.has(name) ? {} : this.#require(name);
    if (!property.set) throw new QmpError(`Property '${this.typeName}.${name}' is not writable`);
    property.set(value);
  }

  #require(name: string): QomProperty {
    const property = this.#properties.get(name);
    if (!property) throw new QmpError(`Property '${this.typeName}.${name}' not found`);
    return property;
  }

  /** The object at a path below this one; undefined when there is none. */
  descend(parts: readonly string[]): QomObject | undefined {
    let node: QomObject | undefined = this;
    for (const part of parts) node = node?.children.get(part);
    return node;
  }
}

/** A node that only groups others. */
export class Container extends QomObject {
  constructor() {
    super('container');
  }
}

/** Resolves an absolute path such as `/machine/peripheral/rng0` below `root`, through children and links. */
export function resolvePath(root: QomObject, path: string): QomObject | undefined {
  if (!path.startsWith('/')) return undefined;
  return follow(root, root, partsOf(path));
}

/**
 * Resolves a path as QMP commands take it: absolute, or the end of one that fits one object only.
 * @throws QmpError when it fits none or several
 */
export function requirePath(root: QomObject, path: string): QomObject {
  const found = path.startsWith('/') ? [resolvePath(root, path)] : endingIn(root, root, partsOf(path));
  const [object] = found;
  if (object && found.every(other => other === object)) return object;
  if (object) throw new QmpError(`Path '${path}' is ambiguous`);
  throw new QmpError(`Device '${path}' not found`, 'DeviceNotFound');
}

function partsOf(path: string): string[] {
  return path.split('/').filter(part => part !== '');
}

function endingIn(root: QomObject, node: QomObject, parts: readonly string[]): QomObject[] {
  const here = follow(root, node, parts);
  const below = [...node.children.values()].flatMap(child => endingIn(root, child, parts));
  return here ? [here, ...below] : below;
}

function follow(root: QomObject, start: QomObject, parts: readonly string[]): QomObject | undefined {
  let node: QomObject | undefined = start;
  for (const part of parts) node = node && (node.children.get(part) ?? linked(root, node, part));
  return node;
}

function linked(root: QomObject, node: QomObject, name: string): QomObject | undefined {
  const property = node.properties.get(name);
  const target = property?.type.startsWith('link<') ? property.get?.() : undefined;
  return typeof target === 'string' ? resolvePath(root, target) : undefined;
}
