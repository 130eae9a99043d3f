import type { OptionValues } from '../../core/config.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

interface Share {
  readonly fsdev: OptionValues;
  readonly device: OptionValues;
}

/** `-virtfs` is short for `-fsdev` and the device that shows it to the guest. @throws UsageError */
export function sharedFolders(given: GivenOptions): { fsdevs: OptionValues[]; devices: OptionValues[] } {
  const shares = given.map('virtfs', shareOf);
  return { fsdevs: shares.map(({ fsdev }) => fsdev), devices: shares.map(({ device }) => device) };
}

/** One of them. @throws UsageError */
export function shareOf({ mount_tag: tag, ...options }: OptionValues): Share {
  if (tag === undefined || options['fsdriver'] === undefined) {
    throw new UsageError('Usage: -virtfs fsdriver,mount_tag=tag');
  }
  const id = options['id'] ?? tag;
  return {
    fsdev: { ...options, id },
    device: { driver: 'virtio-9p-device', fsdev: id, mount_tag: tag },
  };
}
