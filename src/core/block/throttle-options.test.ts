import { describe, expect, it } from 'vitest';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { DriveTable } from './drive-table.ts';
import { parseThrottle } from './throttle-options.ts';

const parse = (text: string) =>
  parseThrottle(Object.fromEntries(text.split(',').map(pair => pair.split('=') as [string, string])), 'd');

describe('limits of -drive', () => {
  it('have two names each', () => {
    expect(parse('bps=1000,iops_rd=5,iops_size=4096')).toMatchObject({
      bps: 1000,
      iopsRead: 5,
      iopsSize: 4096,
      group: 'd',
    });
    const burst = 'throttling.bps-total-max=2000,throttling.bps-total-max-length=3';
    expect(parse(`throttling.bps-total=1000,${burst},throttling.group=g`)).toMatchObject({
      bps: 1000,
      bursts: { bps: { max: 2000, seconds: 3 } },
      group: 'g',
    });
    expect(parse('throttling.group=g')).toBeNull();
  });

  it.each([
    ['bps=1k', "Parameter 'throttling.bps-total' expects a number"],
    ['bps=-1', 'bps/iops/max values must be within [0, 1000000000000000]'],
    ['bps=9,bps_rd=5', 'bps/iops/max total values and read/write values cannot be used at the same time'],
    [
      'bps=9,throttling.bps-total=5',
      "'throttling.bps-total' and its alias 'bps' can't be used at the same time",
    ],
    ['bps=9,bps_max=5', 'bps_max/iops_max cannot be lower than bps/iops'],
    ['bps_max=5', 'bps_max/iops_max require corresponding bps/iops values'],
    ['iops_size=5', 'iops size requires an iops value to be set'],
    ['bps=9,throttling.bps-total-max-length=3', 'burst length set without burst rate'],
    ['bps=9,bps_max=9,throttling.bps-total-max-length=0', 'the burst length cannot be 0'],
  ])('are refused: %s', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('are those of the whole group', async () => {
    const table = new DriveTable(new FakeHost());
    const open = (options: Record<string, string>) =>
      table.open(
        table.parse({ if: 'none', file: 'mem:1M', format: 'raw', 'throttling.group': 'g', ...options }),
      );
    const [one, two] = [await open({ bps: '5' }), await open({ bps: '7' })];
    expect(one.throttle).toBe(two.throttle);
    expect(one.throttle.limits?.bps).toBe(7);
    table.limit(two, null);
    expect(one.throttle.limits?.bps).toBe(7);
    expect(two.throttle.limits).toBeNull();
  });
});
