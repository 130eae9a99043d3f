import { describe, expect, it } from 'vitest';
import { givenOptions } from '../testing/given.ts';
import { sharedFolders } from './shared-folders.ts';

const shares = (...virtfs: string[]) =>
  sharedFolders(givenOptions(...virtfs.flatMap(text => ['-virtfs', text])));

describe('-virtfs', () => {
  it('is a folder and a device', () => {
    const options = { fsdriver: 'local', path: '/srv', security_model: 'none' };
    const text = 'local,path=/srv,security_model=none';
    expect(shares(`${text},mount_tag=t`, `${text},mount_tag=u,id=f`)).toEqual({
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
    expect(() => shares('local')).toThrow('-virtfs local: Usage: -virtfs fsdriver,mount_tag=tag');
  });
});
