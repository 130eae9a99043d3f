/** Registers of configuration space (PCI Local Bus 3.0, 6.1 and PCI-to-PCI Bridge 1.2, 3.2). */
export const PCI = {
  vendorId: 0x00,
  deviceId: 0x02,
  command: 0x04,
  status: 0x06,
  revision: 0x08,
  classCode: 0x0a,
  cacheLine: 0x0c,
  headerType: 0x0e,
  bar0: 0x10,
  subsystemVendor: 0x2c,
  subsystem: 0x2e,
  capabilities: 0x34,
  interruptLine: 0x3c,
  interruptPin: 0x3d,
  /** First byte that belongs to capabilities and the device. */
  headerEnd: 0x40,
} as const;

/** Registers of a bridge's header. */
export const BRIDGE = {
  primaryBus: 0x18,
  secondaryBus: 0x19,
  subordinateBus: 0x1a,
  ioBase: 0x1c,
  ioLimit: 0x1d,
  memoryBase: 0x20,
  memoryLimit: 0x22,
  prefetchBase: 0x24,
  prefetchLimit: 0x26,
  prefetchBaseHigh: 0x28,
  prefetchLimitHigh: 0x2c,
  control: 0x3e,
} as const;

export const BRIDGE_BUS_RESET = 0x40;

export const COMMAND_IO = 0x1;
export const COMMAND_MEMORY = 0x2;
export const COMMAND_MASTER = 0x4;
export const COMMAND_INTX_DISABLE = 0x400;

export const STATUS_INTERRUPT = 0x8;
export const STATUS_CAPABILITIES = 0x10;

export const HEADER_BRIDGE = 1;
export const HEADER_MULTIFUNCTION = 0x80;

export const CONFIG_SIZE = 256;
export const EXPRESS_CONFIG_SIZE = 4096;

/** Capability ids. */
export const CAP = { power: 0x01, vendor: 0x09, subsystem: 0x0d, express: 0x10, msix: 0x11 } as const;
/** Extended capability ids. */
export const EXT_CAP = { errors: 0x01, accessControl: 0x0d } as const;

export const VENDOR_REDHAT = 0x1b36;
export const VENDOR_VIRTIO = 0x1af4;
/** Subsystem of devices that have none of their own. */
export const SUBSYSTEM_DEFAULT = 0x1100;

export const CLASS = {
  undefined: 0x0002,
  scsi: 0x0100,
  ethernet: 0x0200,
  display: 0x0380,
  hostBridge: 0x0600,
  pciBridge: 0x0604,
  communication: 0x0780,
  systemOther: 0x0880,
  keyboard: 0x0900,
  mouse: 0x0902,
  input: 0x0980,
  others: 0x00ff,
} as const;

/** Names of the classes that the machine's devices have; others are shown as a number. */
export const CLASS_NAMES: ReadonlyMap<number, string> = new Map([
  [CLASS.scsi, 'SCSI controller'],
  [CLASS.ethernet, 'Ethernet controller'],
  [CLASS.display, 'Display controller'],
  [CLASS.hostBridge, 'Host bridge'],
  [CLASS.pciBridge, 'PCI bridge'],
  [CLASS.keyboard, 'Keyboard'],
  [CLASS.mouse, 'Mouse'],
]);
