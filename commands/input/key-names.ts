import type { QmpClient } from '../../src/qmp/client.ts';

/** Names of the keys that `send-key` takes, from the machine's own introspection. */
export async function keyNames(qmp: QmpClient): Promise<readonly string[]> {
  const schema = await qmp.execute('query-qmp-schema');
  const entities = new Map(schema.map(entity => [entity.name, entity]));
  const members = (type: string | undefined) => {
    const entity = entities.get(type ?? '');
    return entity?.['meta-type'] === 'object' ? entity.members : [];
  };
  const command = entities.get('send-key');
  const args = command?.['meta-type'] === 'command' ? command['arg-type'] : undefined;
  const list = entities.get(members(args).find(({ name }) => name === 'keys')?.type ?? '');
  const key = entities.get(list?.['meta-type'] === 'array' ? list['element-type'] : '');
  const variants = key?.['meta-type'] === 'object' ? key.variants : undefined;
  const named = variants?.find(variant => variant.case === 'qcode');
  const names = entities.get(members(named?.type)[0]?.type ?? '');
  return names?.['meta-type'] === 'enum' ? names.members.map(member => member.name) : [];
}
