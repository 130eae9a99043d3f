import type { TypeInfo } from '../../qom/types.ts';

const onOff = (name: string, defaultValue: boolean) =>
  ({ name, kind: 'on/off', defaultValue, description: 'on/off' }) as const;

/** Types of virtio display devices; they derive from virtio-device. */
export const gpuTypes: readonly TypeInfo[] = [
  { name: 'virtio-gpu-base', parent: 'virtio-device', abstract: true },
  {
    name: 'virtio-gpu-device',
    parent: 'virtio-gpu-base',
    category: 'Display',
    bus: 'virtio-bus',
    userCreatable: true,
    properties: [
      { name: 'max_outputs', kind: 'uint32', defaultValue: 1 },
      onOff('edid', true),
      { name: 'xres', kind: 'uint32', defaultValue: 1280 },
      { name: 'yres', kind: 'uint32', defaultValue: 800 },
      { name: 'max_hostmem', kind: 'size', defaultValue: 256n << 20n },
      onOff('blob', false),
      { name: 'hostmem', kind: 'size', defaultValue: 0n },
      { name: 'x-scanout-vmstate-version', kind: 'uint8', defaultValue: 2 },
    ],
  },
];
