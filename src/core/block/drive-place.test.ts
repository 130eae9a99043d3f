import { describe, expect, it } from 'vitest';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { type DrivePlace, findPlace } from './drive-place.ts';
import { DriveTable } from './drive-table.ts';

const among =
  (...places: DrivePlace[]) =>
  ({ bus, unit }: DrivePlace) =>
    places.some(place => place.bus === bus && place.unit === unit);

describe('the place of a drive', () => {
  it('is the one asked for, or the first that is free', () => {
    const taken = among({ bus: 0, unit: 0 }, { bus: 0, unit: 2 });
    expect(findPlace({}, taken)).toEqual({ bus: 0, unit: 1 });
    expect(findPlace({ bus: '1' }, taken)).toEqual({ bus: 1, unit: 0 });
    expect(findPlace({ index: '3' }, taken)).toEqual({ bus: 0, unit: 3 });
    expect(findPlace({ unit: '0x10' }, taken)).toEqual({ bus: 0, unit: 16 });
    expect(findPlace({ index: '-1' }, taken)).toEqual({ bus: 0, unit: 1 });
  });

  it.each([
    [{ index: '2' }, 'drive with bus=0, unit=2 (index=2) exists'],
    [{ index: '1', unit: '1' }, 'index cannot be used with bus and unit'],
    [{ bus: 'x' }, "Parameter 'bus' expects a number"],
  ])('is refused: %j', (options, message) => {
    const taken = among({ bus: 0, unit: 2 });
    expect(() => findPlace(options as unknown as Record<string, string>, taken)).toThrow(message);
  });

  it('names a drive without an id, and is free again once the drive is gone', async () => {
    const table = new DriveTable(new FakeHost());
    const open = (options: Record<string, string>) =>
      table.open(table.parse({ if: 'none', file: 'mem:1M', format: 'raw', ...options }));
    const drives = [await open({ index: '1' }), await open({}), await open({})];
    expect(drives.map(({ id }) => id)).toEqual(['none1', 'none0', 'none2']);
    table.anonymous(null);
    await table.remove(drives[1]!);
    expect((await open({})).id).toBe('none0');
  });
});
