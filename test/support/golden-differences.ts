import { physicalAddressesAreTold } from './physical-addresses.ts';

/** Why an answer of ours is not QEMU's, by the line that was asked; everything else must be equal, or equal in shape. */
type Reasons = Readonly<Record<string, string>>;

const because = (reason: string, ...lines: string[]): Reasons =>
  Object.fromEntries(lines.map(line => [line, reason]));

/** The machine of bare-hmp.json. */
export const BARE_DIFFERENCES: Reasons = {};

/** The machine of linux-hmp.json. */
export const LINUX_DIFFERENCES: Reasons = {
  ...because('Linux lays its address space out at random', 'info mem'),
  ...(physicalAddressesAreTold
    ? {}
    : because('the host tells those who have the privileges', 'gpa2hpa 0x80000000')),
  ...because(
    '$pc names the program counter here, as in QEMU 11; 10.2.2 of the captures knows no register of that name',
    'x /4i $pc',
    'p $pc',
    'gva2gpa $pc',
  ),
  ...because('help texts are our own', 'help info virtio', 'help cont'),
};

/** The requests of linux-qmp.json. */
export const QMP_DIFFERENCES: Reasons = {};
