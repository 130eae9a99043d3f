import type { PropertySpec, TypeInfo } from '../../qom/types.ts';
import { INPUT_MODELS } from './input-models.ts';

const WITH_WHEEL = ['virtio-mouse-device', 'virtio-tablet-device'];
const wheelAxis: PropertySpec = { name: 'wheel-axis', kind: 'bool', defaultValue: true };

/** Types of virtio input devices; they derive from virtio-device. */
export const inputTypes: readonly TypeInfo[] = [
  {
    name: 'virtio-input-device',
    parent: 'virtio-device',
    abstract: true,
    properties: [{ name: 'serial', kind: 'str' }],
  },
  {
    name: 'virtio-input-hid-device',
    parent: 'virtio-input-device',
    abstract: true,
    properties: [
      { name: 'display', kind: 'str' },
      { name: 'head', kind: 'uint32', defaultValue: 0 },
    ],
  },
  ...INPUT_MODELS.map(
    ({ typeName }): TypeInfo => ({
      name: typeName,
      parent: 'virtio-input-hid-device',
      category: 'Input',
      bus: 'virtio-bus',
      userCreatable: true,
      properties: WITH_WHEEL.includes(typeName) ? [wheelAxis] : [],
    }),
  ),
];
