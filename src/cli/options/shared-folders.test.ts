import { describe, expect, it } from 'vitest';
import { sharedFolders } from './shared-folders.ts';

describe('-virtfs', () => {
  it('is a folder and a device', () => {
    const options = { fsdriver: 'local', path: '/srv', security_model: 'none' };
    expect(
      sharedFolders([
        { ...options, mount_tag: 't' },
        { ...options, mount_tag: 'u', id: 'f' },
      ]),
    ).toEqual({
      fsdevs: [
        { ...options, id: 't' },
        { ...options, id: 'f' },
      ],
      devices: [
        { driver: 'virtio-9p-device', fsdev: 't', mount_tag: 't' },
        { driver: 'virtio-9p-device', fsdev: 'f', mount_tag: 'u' },
      ],
    });
  });

  it('wants a tag', () => {
    expect(() => sharedFolders([{ fsdriver: 'local' }])).toThrow('Usage: -virtfs fsdriver,mount_tag=tag');
    expect(() => sharedFolders([{ mount_tag: 't' }])).toThrow('Usage: -virtfs fsdriver,mount_tag=tag');
  });
});
