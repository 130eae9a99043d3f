import { type Aml, define, device, integer, list, method, returns, scope, string, uuid } from './aml.ts';
import { type PciHostWindows, pciHost } from './pci-host.ts';
import { memory32, resources, wire } from './resources.ts';
import { table } from './table.ts';

interface Range {
  readonly base: number;
  readonly size: number;
}

export interface BoardDescription {
  readonly harts: number;
  readonly fwCfg: Range;
  /** The interrupt controller that the wires of devices lead to. */
  readonly wires: Range & { readonly kind: 'plic' | 'aplic' };
  readonly uart: Range & { readonly source: number };
  /** The first of `count` transports, each `size` bytes on and with the next source. */
  readonly virtio: Range & { readonly source: number; readonly count: number };
  readonly pci: PciHostWindows;
}

const DEVICE_PROPERTIES = 'daffd814-6eba-4d8c-8a91-bc9bbf4aa301';
const UART_CLOCK = 3_686_400;
/** Present, enabled, shown, working. */
const WORKS = 0xf;
const HIDDEN = 0xb;

/** DSDT: the devices that cannot be found by asking a bus. */
export function dsdt(board: BoardDescription): number[] {
  const devices: Aml[] = [
    ...indices(board.harts).map(processor),
    fwCfg(board.fwCfg),
    wires(board.wires),
    uart(board.uart),
    ...indices(board.virtio.count).map(index => transport(board.virtio, index)),
    pciHost(board.pci),
  ];
  return table('DSDT', 2, scope('\\_SB', ...devices));
}

const indices = (count: number): number[] => [...Array(count).keys()];
const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');

function processor(hart: number): Aml {
  return device(
    `C${hex(hart, 3)}`,
    define('_HID', string('ACPI0007')),
    define('_UID', integer(hart)),
    method('_STA', 0, returns(integer(WORKS))),
  );
}

function fwCfg({ base, size }: Range): Aml {
  return device(
    'FWCF',
    define('_HID', string('QEMU0002')),
    define('_STA', integer(HIDDEN)),
    define('_CCA', integer(1)),
    define('_CRS', resources(memory32(base, size))),
  );
}

function wires({ kind, base, size }: BoardDescription['wires']): Aml {
  return device(
    'PIC0',
    define('_HID', string(kind === 'plic' ? 'RSCV0001' : 'RSCV0002')),
    define('_UID', integer(0)),
    define('_GSB', integer(0)),
    define('_CRS', resources(memory32(base, size))),
  );
}

function uart({ base, size, source }: BoardDescription['uart']): Aml {
  const clock = list(string('clock-frequency'), integer(UART_CLOCK));
  return device(
    'COM0',
    define('_HID', string('RSCV0003')),
    define('_UID', integer(0)),
    define('_CRS', resources(memory32(base, size), wire(source))),
    define('_DSD', list(uuid(DEVICE_PROPERTIES), list(clock))),
  );
}

function transport({ base, size, source }: BoardDescription['virtio'], index: number): Aml {
  return device(
    `VR${hex(index, 2)}`,
    define('_HID', string('LNRO0005')),
    define('_UID', integer(index)),
    define('_CCA', integer(1)),
    define('_CRS', resources(memory32(base + index * size, size), wire(source + index))),
  );
}
