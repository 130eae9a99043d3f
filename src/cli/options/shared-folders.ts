import type { OptionValues } from '../../core/config.ts';
import { UsageError } from '../errors.ts';

/** `-virtfs` is short for `-fsdev` and the device that shows it to the guest. @throws UsageError */
export function sharedFolders(virtfs: readonly OptionValues[]): {
  fsdevs: OptionValues[];
  devices: OptionValues[];
} {
  const shares = virtfs.map(({ mount_tag: tag, ...options }) => {
    if (tag === undefined || options['fsdriver'] === undefined) {
      throw new UsageError('Usage: -virtfs fsdriver,mount_tag=tag');
    }
    const id = options['id'] ?? tag;
    const fsdev: OptionValues = { ...options, id };
    const device: OptionValues = { driver: 'virtio-9p-device', fsdev: id, mount_tag: tag };
    return { fsdev, device };
  });
  return { fsdevs: shares.map(({ fsdev }) => fsdev), devices: shares.map(({ device }) => device) };
}
