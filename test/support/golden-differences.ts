/** Why an answer of ours is not QEMU's, by the line that was asked; everything else must be equal, or equal in shape. */
type Reasons = Readonly<Record<string, string>>;

const because = (reason: string, ...lines: string[]): Reasons =>
  Object.fromEntries(lines.map(line => [line, reason]));

const NO_FLOPPY = 'no default floppy drive';
const OTHER_CHARDEVS = "the capture's monitor and serial port were sockets, and there is no parallel port";
const NO_PCI = 'no PCI host bridge';
const NO_DEFAULT_NIC = 'no default network card';
const NO_HYPERVISOR = 'no hypervisor extension';
const OWN_FIRMWARE = 'our firmware';
const NO_KEYBOARD = 'no keyboard';
const PC = "$pc names the program counter here; QEMU's riscv monitor knows no register of that name";
const OWN_WORDS = 'help texts are our own';
const MISSING = 'there is no such command yet';

/** The machine of bare-hmp.json. */
export const BARE_DIFFERENCES: Reasons = {
  ...because(
    MISSING,
    'info accel',
    'info accelerators',
    'info block-jobs',
    'info blockstats',
    'info capture',
    'info cryptodev',
    'info dirty_rate',
    'info dump',
    'info firmware-log',
    'info hotpluggable-cpus',
    'info iothreads',
    'info irq',
    'info jit',
    'info kvm',
    'info mem',
    'info memdev',
    'info memory-devices',
    'info memory_size_summary',
    'info mice',
    'info migrate',
    'info migrate_capabilities',
    'info migrate_parameters',
    'info numa',
    'info pci',
    'info pic',
    'info ramblock',
    'info replay',
    'info rocker',
    'info rocker-of-dpa-flows',
    'info rocker-of-dpa-groups',
    'info rocker-ports',
    'info snapshots',
    'info stats',
    'info sync-profile',
    'info tpm',
    'info usb',
    'info usbhost',
    'info vcpu_dirty_limit',
    'info vm-generation-id',
    'info vnc',
  ),
  ...because(NO_FLOPPY, 'info block'),
  ...because(OTHER_CHARDEVS, 'info chardev'),
  ...because(NO_PCI, 'info mtree', 'info qom-tree', 'info qtree'),
  ...because(NO_DEFAULT_NIC, 'info network', 'info usernet'),
  ...because(NO_HYPERVISOR, 'info registers'),
  ...because(OWN_FIRMWARE, 'info roms'),
};

/** The machine of linux-hmp.json. */
export const LINUX_DIFFERENCES: Reasons = {
  ...because(NO_KEYBOARD, 'info virtio', 'info qom-tree /machine/peripheral', 'qom-list /machine/peripheral'),
  ...because(OWN_FIRMWARE, 'info roms'),
  ...because(NO_HYPERVISOR, 'info registers'),
  ...because(
    MISSING,
    'info mem',
    'info blockstats',
    'info pci',
    'gpa2hpa 0x80000000',
    'info trace-events virtio_set_status',
    'trace-event virtio_set_status on',
    'boot_set x',
    'savevm a',
    'info snapshots',
    'dump-guest-memory /dev/null 0x80000000 4096',
    'sendkey ret',
    'mouse_move 1 2',
    'gdbserver none',
    'info stats vm',
    'info stats vcpu',
    'info migrate',
    'migrate_set_parameter downtime-limit 5',
  ),
  ...because(NO_PCI, 'info qtree -b', 'info mtree -f'),
  ...because(NO_FLOPPY, 'info block', 'info block -v'),
  ...because(OTHER_CHARDEVS, 'info chardev'),
  ...because(PC, 'x /4i $pc', 'p $pc', 'gva2gpa $pc'),
  ...because(OWN_WORDS, 'help info virtio', 'help cont'),
};
