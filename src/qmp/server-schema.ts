import type { SchemaInfo } from '../qapi/generated/types.ts';

type Command = Extract<SchemaInfo, { 'meta-type': 'command' }>;

/** What a server says of its own commands, to be asked where releases differ. */
export class ServerSchema {
  readonly #entities: ReadonlyMap<string, SchemaInfo>;

  /** @param entities the reply of query-qmp-schema */
  constructor(entities: readonly SchemaInfo[]) {
    this.#entities = new Map(entities.map(entity => [entity.name, entity]));
  }

  /** Whether the reply of a command (or each element of it) has a member, also an optional one. */
  returns(command: string, member: string): boolean {
    const type = this.#command(command)?.['ret-type'];
    return type !== undefined && this.#hasMember(type, member);
  }

  #command(name: string): Command | undefined {
    const entity = this.#entities.get(name);
    return entity?.['meta-type'] === 'command' ? entity : undefined;
  }

  #hasMember(type: string, member: string): boolean {
    const entity = this.#entities.get(type);
    if (entity?.['meta-type'] === 'array') return this.#hasMember(entity['element-type'], member);
    if (entity?.['meta-type'] !== 'object') return false;
    return entity.members.some(({ name }) => name === member);
  }
}
