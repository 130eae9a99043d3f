import {
  type Aml,
  ARG0,
  ARG1,
  ARG3,
  and,
  define,
  device,
  dwordField,
  eisaId,
  equal,
  integer,
  LOCAL0,
  list,
  method,
  not,
  or,
  otherwise,
  reference,
  returns,
  store,
  string,
  uuid,
  when,
} from './aml.ts';
import { busWindow, ioWindow, memory32, memoryWindow, memoryWindow64, resources, wire } from './resources.ts';

interface Range {
  readonly base: number;
  readonly size: number;
}

export interface PciHostWindows {
  readonly ecam: Range;
  readonly mmio: Range;
  readonly high: Range;
  readonly pio: Range;
  /** PLIC source of the first of the four pins. */
  readonly source: number;
}

const PINS = 4;
const SLOTS = 32;
const PCI_HOST_OSC = '33db4d5b-1ff7-401c-9657-7441c03dd766';
/** Hot-plug, power management events, error reporting and capability structures are the system's. */
const SYSTEM_CONTROLS = 0x1f;
const UNKNOWN_UUID = 4;
const UNKNOWN_REVISION = 8;
const MASKED = 0x10;

/** The host bridge and the four wires of its slots. */
export function pciHost(windows: PciHostWindows): Aml {
  const pins = [...Array(PINS).keys()];
  return device(
    'PCI0',
    define('_HID', eisaId('PNP0A08')),
    define('_CID', eisaId('PNP0A03')),
    define('_SEG', integer(0)),
    define('_BBN', integer(0)),
    define('_UID', integer(0)),
    define('_STR', string('PCIe 0 Device')),
    define('_CCA', integer(1)),
    define('_PRT', routes()),
    ...pins.map(pin => link(pin, windows.source + pin)),
    method('_CBA', 0, returns(integer(windows.ecam.base))),
    define('_CRS', resources(...ranges(windows))),
    control(),
    configurationSpace(windows.ecam),
  );
}

function ranges({ ecam, mmio, high, pio }: PciHostWindows) {
  return [
    busWindow({ base: 0, size: ecam.size / 0x10_0000 }),
    memoryWindow(mmio),
    ioWindow({ base: 0, size: pio.size, translation: pio.base }),
    memoryWindow64(high),
  ];
}

/** Pin p of slot s is wire (s + p) mod 4. */
function routes(): Aml {
  const entries: Aml[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    for (let pin = 0; pin < PINS; pin++) {
      const address = slot * 0x1_0000 + 0xffff;
      entries.push(list(integer(address), integer(pin), reference(`GSI${(slot + pin) % PINS}`), integer(0)));
    }
  }
  return list(...entries);
}

function link(pin: number, source: number): Aml {
  const wires = resources(wire(source));
  return device(
    `GSI${pin}`,
    define('_HID', eisaId('PNP0C0F')),
    define('_UID', integer(pin)),
    define('_PRS', wires),
    define('_CRS', wires),
    method('_SRS', 1),
  );
}

/** _OSC: what the system may control (PCI Firmware Specification 3.2, section 4.5). */
function control(): Aml {
  const [status, granted] = [reference('CDW1'), reference('CDW3')];
  return method(
    '_OSC',
    4,
    dwordField(ARG3, 0, 'CDW1'),
    when(
      equal(ARG0, uuid(PCI_HOST_OSC)),
      dwordField(ARG3, 4, 'CDW2'),
      dwordField(ARG3, 8, 'CDW3'),
      and(granted, integer(SYSTEM_CONTROLS), LOCAL0),
      when(not(equal(ARG1, integer(1))), or(status, integer(UNKNOWN_REVISION), status)),
      when(not(equal(granted, LOCAL0)), or(status, integer(MASKED), status)),
      store(LOCAL0, granted),
    ),
    otherwise(or(status, integer(UNKNOWN_UUID), status)),
    returns(ARG3),
  );
}

/** Keeps others away from the configuration space. */
function configurationSpace({ base, size }: Range): Aml {
  return device('RES0', define('_HID', eisaId('PNP0C02')), define('_CRS', resources(memory32(base, size))));
}
