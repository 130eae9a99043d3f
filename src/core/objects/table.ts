import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { ObjectOptions, ObjectType } from '../../qapi/generated/types.ts';
import { loadSchema } from '../../qapi/index.ts';
import { checkIdentifier, parseOptions } from '../../qapi/keyval.ts';
import { createRngBackend, RngBackend } from '../hw/virtio/rng-backend.ts';
import { Container, type QomObject } from '../qom/object.ts';
import { readFile } from '../read-file.ts';
import { type ClassProperty, OBJECT_OPTIONS } from './class-properties.ts';
import { IoThread } from './iothread.ts';
import { MemoryBackend } from './memory-backend.ts';
import { Secret } from './secret.ts';

/** What `-object` and `object_add` ask for: `rng-random,id=r0` or JSON. @throws QmpError in QEMU's words */
export function parseObject(text: string): ObjectOptions {
  return parseOptions(loadSchema(), 'ObjectOptions', text, {
    impliedKey: 'qom-type',
  }) as unknown as ObjectOptions;
}

/** The objects that users make, `/objects` of the composition tree. */
export class ObjectTable {
  readonly container = new Container();
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** @throws QmpError */
  async add(options: ObjectOptions): Promise<void> {
    const { id } = options;
    checkIdentifier(id);
    const object = await this.#create(options);
    this.container.add(id, object);
  }

  async #create(options: ObjectOptions): Promise<QomObject> {
    switch (options['qom-type']) {
      case 'rng-builtin':
      case 'rng-random':
        return createRngBackend(options, this.#host);
      case 'memory-backend-ram': {
        const { 'qom-type': _type, id: _id, ...properties } = options;
        return new MemoryBackend(properties);
      }
      case 'iothread': {
        const { 'qom-type': _type, id: _id, ...settings } = options;
        return new IoThread(settings);
      }
      case 'secret':
        return Secret.open(options, path => readFile(this.#host, path));
    }
  }

  /** @throws QmpError for what does not exist or is in use */
  remove(id: string): void {
    const object = this.container.children.get(id);
    if (!object) throw new QmpError(`object '${id}' not found`);
    if (object instanceof MemoryBackend && object.inUse) {
      throw new QmpError(`object '${id}' is in use, can not be deleted`);
    }
    this.container.removeChild(id);
  }

  /** The source of entropy of that name. */
  rng(id: string): RngBackend | undefined {
    const object = this.container.children.get(id);
    return object instanceof RngBackend ? object : undefined;
  }

  get ioThreads(): IoThread[] {
    return [...this.container.children.values()].filter(object => object instanceof IoThread);
  }

  memory(id: string): MemoryBackend | undefined {
    const object = this.container.children.get(id);
    return object instanceof MemoryBackend ? object : undefined;
  }
}

const OPTIONS: Readonly<Record<ObjectType, readonly ClassProperty[]>> = OBJECT_OPTIONS;

const HELP_COLUMN = 24;

/** The text of `object_add help`, or of `object_add TYPE,help`; an unknown type gets the list. */
export function describeObjects(type: string | undefined): string {
  if (type === undefined || !Object.hasOwn(OPTIONS, type)) {
    const names = Object.keys(OPTIONS).sort();
    return `List of user creatable objects:\n${names.map(name => `  ${name}\n`).join('')}`;
  }
  const options = OPTIONS[type as ObjectType];
  if (options.length === 0) return `There are no options for ${type}.\n`;
  const lines = options
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, kind, help]) => {
      const option = `  ${name}=<${kind}>`;
      return `${help === undefined ? option : `${option.padEnd(HELP_COLUMN)} - ${help}`}\n`;
    });
  return `${type} options:\n${lines.join('')}`;
}
