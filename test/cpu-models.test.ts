/** The bundled guest on harts of other kinds, and what the monitor says of them. */
import { afterEach, describe, expect, it } from 'vitest';
import { TestVm } from './support/vm.ts';

let vm: TestVm;

afterEach(() => vm.close());

const HART = '/machine/soc0/harts[0]';
const PLAIN =
  'rv64,f=off,d=off,zba=off,zbb=off,zbc=off,zbs=off,zawrs=off,zihintpause=off,zicboz=off,svadu=off,sv39=on';

describe('-cpu', () => {
  it.each([
    ['rv64,sstc=off', '1'], // the firmware's timer is MTIMER then
    ['rv64,sstc=off', '2'],
    ['rv64,pmp=off', '1'],
    ['max', '2'],
    ['veyron-v1', '2'], // an interrupt architecture, and state to be enabled
    ['sifive-u54', '2'], // neither menvcfg nor mcountinhibit
    [PLAIN, '2'],
  ])('%s boots, and its timer ticks, with %s harts', async (cpu, harts) => {
    vm = await TestVm.start(['-cpu', cpu, '-smp', harts]);
    expect(await vm.boot()).toContain(`harts ${harts},`);
    const ticks = async () => Number(/, (\d+) ticks/.exec((await vm.shell('uptime')).join())?.[1]);
    const first = await ticks();
    await expect.poll(ticks, { timeout: 20_000 }).toBeGreaterThan(first);
  });

  it.each(['rv64', 'max'])('%s is the model that the monitor tells', async model => {
    vm = await TestVm.start(['-S', '-cpu', model]);
    expect(await vm.hmp('info cpus')).toMatch(new RegExp(`model=${model}\n$`));
  });

  it('shows in the properties of the harts', async () => {
    vm = await TestVm.start(['-S', '-cpu', 'rv64,sstc=off,zbb=false']);
    const property = (name: string) => vm.execute('qom-get', { path: HART, property: name });
    expect([await property('sstc'), await property('zbb'), await property('zba')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(await vm.hmp(`qom-list ${HART}`)).toContain('sstc (bool)\n');
    expect(await vm.hmp('device_add rv64-riscv-cpu,help')).toContain(
      '  sstc=<bool>            - on/off (default: on)\n',
    );
  });
});
