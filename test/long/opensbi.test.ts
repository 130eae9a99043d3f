import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ALL_DEVICES, GUEST, SCRATCH_DISK, TestVm } from '../support/vm.ts';

const OPENSBI = '/usr/share/qemu/opensbi-riscv64-generic-fw_dynamic.bin';

describe.skipIf(!existsSync(OPENSBI))(`the bundled guest on OpenSBI (${OPENSBI})`, () => {
  let vm: TestVm;
  afterEach(() => vm.close());

  it.each(['1', '2'])('boots with %s harts and drives its devices', async harts => {
    vm = await TestVm.start([
      '-M',
      'virt',
      '-smp',
      harts,
      '-bios',
      OPENSBI,
      ...GUEST,
      ...ALL_DEVICES,
      ...SCRATCH_DISK,
    ]);
    expect(await vm.boot()).toContain(`harts ${harts},`);
    expect((await vm.shell('disk read 0'))[0]).toBe('disk: sector 0');
    expect(await vm.hmp('info roms')).toContain('opensbi-riscv64-generic-fw_dynamic.bin');
  });
});
