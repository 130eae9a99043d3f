import { describe, expect, it } from 'vitest';
import type { Hart } from '../cpu/index.ts';
import { MEMORY_MAP } from './memory-map.ts';
import { testBoard } from './testing/test-board.ts';

const { aplicM, aplicS, imsicM, imsicS, sswi } = MEMORY_MAP;
const ON = 0x100;
const DELEGATED = 0x400;
const LEVEL_HIGH = 6;
/** The serial port's source. */
const UART = 10;
const SOURCECFG = 4 * UART;
const TARGET = 0x3000 + 4 * UART;
const SETIENUM = 0x1edc;
const GENMSI = 0x3000;
const MMSICFGADDR = 0x1bc0;
const [MEIP, SEIP] = [0x800n, 0x200n];

/** What is pending, but for the timer, which is from the beginning. */
const pending = (hart: Hart) => hart.csr('mip') & ~0x80n;

function newBoard(machineProperties: Record<string, string>) {
  const { board } = testBoard({ harts: 2, machineProperties });
  const store = (address: number, value: number) =>
    expect(board.memory.store(address, 4, value, 0)).toBe(true);
  const [first, second] = board.engine.harts;
  /** Makes the serial port ask: its transmitter is empty. */
  const ring = () => expect(board.memory.store(MEMORY_MAP.uart.base + 1, 1, 2, 0)).toBe(true);
  return { board, store, ring, first: first!, second: second! };
}

describe('aia=aplic', () => {
  it("leads a device's wire to the domain that has it, and to the hart that it wants", () => {
    const { store, ring, first, second } = newBoard({ aia: 'aplic' });
    store(aplicM.base + SOURCECFG, DELEGATED);
    store(aplicS.base, ON);
    store(aplicS.base + SOURCECFG, LEVEL_HIGH);
    store(aplicS.base + TARGET, (1 << 18) | 1);
    store(aplicS.base + SETIENUM, UART);
    store(aplicS.base + 0x4000 + 32, 1); // delivery to hart 1
    ring();
    expect([pending(first), pending(second)]).toEqual([0n, SEIP]);
    expect(first.csrOf(0x35c, false)).toBeUndefined(); // no messages: no mtopei
  });
});

describe('aia=aplic-imsic', () => {
  const EIDELIVERY = 0x70n;
  const EIE0 = 0xc0n;

  function ready() {
    const made = newBoard({ aia: 'aplic-imsic', aclint: 'on' });
    for (const hart of [made.first, made.second]) {
      for (const [select, register] of [
        ['miselect', 'mireg'],
        ['siselect', 'sireg'],
      ] as const) {
        for (const [number, value] of [
          [EIDELIVERY, 1n],
          [EIE0, 0xffn],
        ] as const) {
          hart.setCsr(select, number);
          hart.setCsr(register, value);
        }
      }
    }
    return made;
  }

  it('has a page for each hart and mode', () => {
    const { store, first, second } = ready();
    store(imsicM.base + 0x1000, 5);
    expect([pending(first), pending(second)]).toEqual([0n, MEIP]);
    expect(second.csr('mtopei')).toBe(0x5_0005n);
    store(imsicS.base, 6);
    expect([pending(first), pending(second)]).toEqual([SEIP, MEIP]);
  });

  it('sends what a device asks for to the file of a hart', () => {
    const { store, ring, first, second } = ready();
    store(aplicM.base + MMSICFGADDR, imsicM.base >> 12);
    store(aplicM.base + MMSICFGADDR + 4, 3 << 12);
    store(aplicM.base + MMSICFGADDR + 8, imsicS.base >> 12);
    store(aplicM.base + SOURCECFG, DELEGATED);
    store(aplicS.base, ON);
    store(aplicS.base + SOURCECFG, LEVEL_HIGH);
    store(aplicS.base + TARGET, (1 << 18) | 3);
    store(aplicS.base + SETIENUM, UART);
    ring();
    expect([pending(first), second.csr('stopei')]).toEqual([0n, 0x3_0003n]);
    store(aplicM.base + GENMSI, 4);
    expect(first.csr('mtopei')).toBe(0x4_0004n);
  });

  it('begins anew with the machine, and has no software interrupts but messages', () => {
    const { board, store, first } = ready();
    store(imsicM.base, 5);
    board.reset();
    expect([pending(first), first.csr('mtopei')]).toEqual([0n, 0n]);
    expect(board.memory.store(sswi.base, 4, 1, 0)).toBe(false);
  });
});

describe('aclint=on', () => {
  it('raises software interrupts of supervisors, which they keep', () => {
    const { store, first, second } = newBoard({ aclint: 'on' });
    store(sswi.base + 4, 1);
    store(sswi.base + 4, 0);
    expect([pending(first), pending(second)]).toEqual([0n, 2n]);
    second.setCsr('mip', 0n);
    expect(pending(second)).toBe(0n);
  });
});
