import { afterEach, describe, expect, it } from 'vitest';
import { TestVm } from '../../../test/support/vm.ts';

describe('query-blockstats', () => {
  let vm: TestVm;
  afterEach(() => vm.close());

  const OFF = 'stats-account-invalid=off,stats-account-failed=off';
  const BLK = ['-device', 'virtio-blk-device,id=blk,drive=d'];
  const image = ['-drive', 'if=none,id=d,file=mem:64K,format=raw'];
  const quiet = ['-drive', `if=none,id=d,file=mem:64K,format=raw,${OFF}`];

  it.each([
    ['by default', image, true, true],
    ['as the drive says', [...image.slice(0, 1), `${image[1]},stats-account-failed=off`], true, false],
    ['which a device takes over', [...quiet, ...BLK], false, false],
    ['or the device asks for', [...quiet, ...BLK.slice(0, 1), `${BLK[1]},account-invalid=on`], true, false],
    ['or the device forbids', [...image, ...BLK.slice(0, 1), `${BLK[1]},account-failed=off`], true, false],
    ['but no drive without a medium', ['-drive', `if=none,id=d,${OFF}`], true, true],
  ])('tells what counts as work: %s', async (_, options, invalid, failed) => {
    vm = await TestVm.start(['-S', ...options]);
    const stats = await vm.qmp.execute('query-blockstats');
    expect(stats.find(({ device }) => device === 'd')!.stats).toMatchObject({
      account_invalid: invalid,
      account_failed: failed,
    });
  });
});
