import { describe, expect, it } from 'vitest';
import { shown, testContext } from '../test-support.ts';
import { balloon, infoBalloon } from './balloon.ts';
import { infoName, infoUuid, infoVersion } from './identity.ts';
import { infoMtree, infoQtree } from './trees.ts';

const human = (text: string) => () => ({ 'human-readable-text': text });

describe('identity', () => {
  it('info version joins the numbers', async () => {
    const version = { qemu: { major: 10n, minor: 2n, micro: 2n }, package: '' };
    expect(shown(await infoVersion(testContext({ 'query-version': () => version })))).toBe('10.2.2\n');
  });

  it('info name prints the name or nothing', async () => {
    expect(shown(await infoName(testContext({ 'query-name': () => ({ name: 'vm1' }) })))).toBe('vm1\n');
    expect(shown(await infoName(testContext({ 'query-name': () => ({}) })))).toBe('');
  });

  it('info uuid prints the identifier', async () => {
    const UUID = '00000000-0000-0000-0000-000000000000';
    expect(shown(await infoUuid(testContext({ 'query-uuid': () => ({ UUID }) })))).toBe(`${UUID}\n`);
  });
});

describe('trees', () => {
  it('info mtree hands the flags on', async () => {
    const ctx = testContext({ 'x-query-mtree': human('FlatView #0\n') });
    expect(shown(await infoMtree(ctx, { flatview: true, dispatch_tree: true }))).toBe('FlatView #0\n');
    expect(ctx.asked[0]?.args).toEqual({
      flatview: true,
      'dispatch-tree': true,
      owner: false,
      disabled: false,
    });
  });

  it('info qtree hands the flag on', async () => {
    const ctx = testContext({ 'x-query-qtree': human('bus: main-system-bus\n') });
    expect(shown(await infoQtree(ctx, { brief: true }))).toBe('bus: main-system-bus\n');
    await infoQtree(ctx, {});
    expect(ctx.asked.map(each => each.args)).toEqual([{ brief: true }, { brief: false }]);
  });
});

describe('balloon', () => {
  it('passes bytes and shows MiB', async () => {
    const ctx = testContext({ balloon: () => ({}), 'query-balloon': () => ({ actual: 0x1fff_ffffn }) });
    await balloon(ctx, { value: 0x1000_0000n });
    expect(ctx.asked[0]?.args).toEqual({ value: 0x1000_0000n });
    expect(await infoBalloon(ctx)).toEqual({
      kind: 'data',
      data: { actual: 0x1fff_ffffn },
      text: 'balloon: actual=511\n',
    });
  });
});
