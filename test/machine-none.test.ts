/** The machine without anything, as programs start it that only ask. */
import { afterEach, describe, expect, it } from 'vitest';
import { TestVm } from './support/vm.ts';

describe('-machine none', () => {
  let vm: TestVm | undefined;
  afterEach(() => vm?.close());
  const start = async (...args: string[]) => {
    vm = await TestVm.start(['-machine', 'none', ...args]);
    return vm;
  };

  it('has no hart, no memory and no device', async () => {
    const { qmp } = await start();
    expect(await qmp.execute('query-cpus-fast')).toEqual([]);
    expect(await qmp.execute('query-pci')).toEqual([]);
    expect(await qmp.execute('query-memdev')).toEqual([]);
    expect(await vm!.hmp('info qtree')).toBe('bus: main-system-bus\n  type System\n');
    expect(await vm!.hmp('info qom-tree')).toBe(
      [
        '/machine (none-machine)',
        '  /peripheral (container)',
        '  /peripheral-anon (container)',
        '  /unattached (container)',
        '    /io[0] (memory-region)',
        '    /sysbus (System)',
        '    /system[0] (memory-region)',
        '',
      ].join('\n'),
    );
    expect(await vm!.hmp('info network')).toBe('');
    expect((await vm!.outcome('info registers')).text).toBe('No CPU available\n');
    expect((await vm!.outcome('gva2gpa 0')).text).toBe('No cpu\n');
    expect((await vm!.outcome('x /2xw 0')).text).toBe('Can not dump without CPU\n');
    for (const what of ['chardev', 'block', 'pci']) expect(await vm!.hmp(`info ${what}`)).toBe('');
  });

  it('has the hart and the RAM that are asked for', async () => {
    const { qmp } = await start('-cpu', 'rv64', '-m', '2M', '-S');
    expect(await qmp.execute('query-cpus-fast')).toMatchObject([
      { 'cpu-index': 0n, 'qom-path': '/machine/unattached/device[0]', 'qom-type': 'rv64-riscv-cpu' },
    ]);
    expect(await vm!.hmp('info mtree')).toContain('  0000000000000000-00000000001fffff (prio 0, ram): ram\n');
    expect(await vm!.hmp('xp /2x 0x1ffff8')).toContain('0x00000000 0x00000000');
    expect(await vm!.hmp('info registers')).toContain(' pc       0000000000001000\n');
  });

  it('takes no devices', async () => {
    const { qmp } = await start();
    await expect(qmp.execute('device_add', { driver: 'virtio-rng-device' })).rejects.toThrow(
      "No 'virtio-bus' bus found for device 'virtio-rng-device'",
    );
    await expect(qmp.execute('device_add', { driver: 'virtio-rng-pci' })).rejects.toThrow(
      "No 'PCI' bus found for device 'virtio-rng-pci'",
    );
  });

  it.each([
    [['-smp', '2'], "Invalid SMP CPUs 2. The max CPUs supported by machine 'none' is 1"],
    [['-append', 'x'], '-append only allowed with -kernel option'],
    [['-machine', 'aia=none'], "Property 'none-machine.aia' not found"],
    [['-cpu', 'foo'], "unable to find CPU model 'foo'"],
  ])('%j is refused', async (args, message) => {
    await expect(start(...args)).rejects.toThrow(message);
  });
});
