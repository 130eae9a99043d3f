import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSchema, validateReturn } from '../src/qapi/index.ts';
import type { QmpObject, QmpValue } from '../src/qapi/value.ts';
import { parseJson } from '../src/qmp/json.ts';
import { infoChardev } from './char/info-chardev.ts';
import { infoUuid, infoVersion } from './machine/identity.ts';
import { qomGet } from './qom/properties.ts';
import { type Replies, shown, testContext } from './test-support.ts';
import { infoVirtio } from './virtio/list.ts';
import { infoVirtioStatus } from './virtio/status.ts';

/** Answers of QEMU 10.2.2 on one guest, over QMP in one run and as HMP text in another. */
const captures = join(process.env['HMP_SHARED'] ?? '../shared', 'golden/qemu-10.2.2');
const available = existsSync(captures);
if (!available) console.warn(`skipped: there are no captures in ${captures}`);

function load(name: string): QmpObject {
  return parseJson(readFileSync(join(captures, name), 'utf8')) as QmpObject;
}

function context() {
  const asked = load('linux-qmp.json')['qmp'] as unknown as { in: QmpObject; out: QmpObject }[];
  const schema = loadSchema();
  const answer = (command: string) => (args: object) => {
    const same = asked.find(
      ({ in: request, out }) =>
        request['execute'] === command &&
        out['return'] !== undefined &&
        JSON.stringify(request['arguments'] ?? {}) === JSON.stringify(args ?? {}),
    );
    if (!same) throw new Error(`no capture of ${command} ${JSON.stringify(args)}`);
    return validateReturn(schema, command, same.out['return']) as QmpValue;
  };
  const names = ['x-query-virtio', 'x-query-virtio-status', 'query-chardev', 'query-version', 'query-uuid'];
  return testContext(Object.fromEntries(names.map(name => [name, answer(name)])) as unknown as Replies);
}

describe.runIf(available)('captured answers', () => {
  const texts = available ? (load('linux-hmp.json')['hmp'] as Record<string, string>) : {};
  const expected = (line: string) => texts[line]?.replaceAll('\r\n', '\n');

  it.each(['rng0', 'net0', 'blk0'])('info virtio-status of %s', async device => {
    const path = `/machine/peripheral/${device}`;
    const text = shown(await infoVirtioStatus(context(), { path }));
    expect(text).toBe(expected(`info virtio-status ${path}`));
  });

  it.each([
    ['info virtio', infoVirtio],
    ['info chardev', infoChardev],
    ['info version', infoVersion],
    ['info uuid', infoUuid],
  ] as const)('%s', async (line, handler) => {
    expect(shown(await handler(context()))).toBe(expected(line));
  });

  it('qom-get', async () => {
    const ctx = testContext({ 'qom-get': () => 'virtio-rng-device' });
    const path = '/machine/peripheral/rng0';
    expect(shown(await qomGet(ctx, { path, property: 'type' }))).toBe(expected(`qom-get ${path} type`));
  });
});
