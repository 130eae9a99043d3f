import { describe, expect, it } from 'vitest';
import { boardTypes } from '../../board/board-types.ts';
import { TypeTable } from '../../qom/types.ts';
import { RiscvAplic } from './riscv-aplic.ts';

const types = new TypeTable(boardTypes);

// AIA 1.0, section 4.5, and what the tests write there.
const DOMAINCFG = 0;
const SOURCECFG = (source: number) => 4 * source;
const TARGET = (source: number) => 0x3000 + 4 * source;
const SETIP = 0x1c00;
const CLRIP = 0x1d00;
const CLRIPNUM = 0x1ddc;
const SETIPNUM = 0x1cdc;
const SETIE = 0x1e00;
const SETIENUM = 0x1edc;
const ON = 0x100;
const DELEGATED = 0x400;
const EDGE_RISING = 4;
const LEVEL_HIGH = 6;
const LEVEL_LOW = 7;
const IDC = (hart: number, register: number) => 0x4000 + 32 * hart + register;
const [IDELIVERY, IFORCE, ITHRESHOLD, TOPI, CLAIMI] = [0, 4, 8, 0x18, 0x1c];

const access = (aplic: RiscvAplic) => ({
  read: (offset: number) => aplic.region.ops!.read(offset, 4),
  write: (offset: number, value: number) => aplic.region.ops!.write(offset, value, 4),
});

/** A domain whose wires lead to two harts. */
function wired(hasChild = false, parent?: RiscvAplic) {
  const levels = [false, false];
  const lines = levels.map((_, hart) => ({
    set: (level: boolean) => {
      levels[hart] = level;
    },
  }));
  const machineMode = parent === undefined;
  const aplic = new RiscvAplic(types, {
    ...{ machineMode, lines, hasChild, send: () => {} },
    ...(parent ? { parent } : {}),
  });
  return { aplic, levels, ...access(aplic) };
}

/** A domain that sends messages, and the messages. */
function messaging(parent?: RiscvAplic) {
  const sent: string[] = [];
  const aplic = new RiscvAplic(types, {
    ...{ machineMode: parent === undefined, lines: null, hasChild: parent === undefined },
    send: (address, identity) => sent.push(`${address.toString(16)} ${identity}`),
    ...(parent ? { parent } : {}),
  });
  return { aplic, sent, ...access(aplic) };
}

describe('a domain with wires', () => {
  function ready() {
    const domain = wired();
    domain.write(DOMAINCFG, ON);
    for (const source of [5, 6]) {
      domain.write(SOURCECFG(source), LEVEL_HIGH);
      domain.write(TARGET(source), (1 << 18) | (source === 5 ? 2 : 1));
      domain.write(SETIENUM, source);
    }
    domain.write(IDC(1, IDELIVERY), 1);
    return domain;
  }

  it('tells a hart of the source with the lowest priority number', () => {
    const { aplic, levels, read } = ready();
    aplic.inputs[5]!.set(true);
    expect(levels).toEqual([false, true]);
    expect(read(IDC(1, TOPI))).toBe((5 << 16) | 2);
    aplic.inputs[6]!.set(true);
    expect(read(IDC(1, TOPI))).toBe((6 << 16) | 1);
    expect(read(IDC(0, TOPI))).toBe(0);
  });

  it('keeps a level pending for as long as the wire asks, whatever is claimed', () => {
    const { aplic, levels, read, write } = ready();
    aplic.inputs[5]!.set(true);
    expect(read(IDC(1, CLAIMI))).toBe((5 << 16) | 2);
    expect(levels[1]).toBe(true);
    write(CLRIPNUM, 5);
    expect(read(SETIP)).toBe(1 << 5);
    aplic.inputs[5]!.set(false);
    expect(levels[1]).toBe(false);
    expect(read(SETIP)).toBe(0);
  });

  it('lets an edge be claimed once', () => {
    const { aplic, levels, read, write } = ready();
    write(SOURCECFG(5), EDGE_RISING);
    aplic.inputs[5]!.set(true);
    expect(read(IDC(1, CLAIMI))).toBe((5 << 16) | 2);
    expect(levels[1]).toBe(false);
    aplic.inputs[5]!.set(true); // no edge
    expect(levels[1]).toBe(false);
    write(SETIPNUM, 5);
    expect(levels[1]).toBe(true);
  });

  it('inverts what is active low, and shows the wires as sensed', () => {
    const { aplic, read, write } = ready();
    write(SOURCECFG(5), LEVEL_LOW);
    expect(read(CLRIP)).toBe(1 << 5);
    aplic.inputs[5]!.set(true);
    expect(read(CLRIP)).toBe(0);
    write(SOURCECFG(40), 3); // reserved
    expect(read(SOURCECFG(40))).toBe(0);
  });

  it('holds back what is not below the threshold, and everything while it is off', () => {
    const { aplic, levels, write } = ready();
    aplic.inputs[5]!.set(true);
    write(IDC(1, ITHRESHOLD), 2);
    expect(levels[1]).toBe(false);
    write(IDC(1, ITHRESHOLD), 3);
    expect(levels[1]).toBe(true);
    write(DOMAINCFG, 0);
    expect(levels[1]).toBe(false);
  });

  it('can be forced, until a claim finds nothing', () => {
    const { levels, read, write } = ready();
    write(IDC(1, IFORCE), 1);
    expect(levels[1]).toBe(true);
    expect(read(IDC(1, CLAIMI))).toBe(0);
    expect(levels[1]).toBe(false);
  });

  it('has nothing to enable where a source is inactive', () => {
    const { read, write } = wired();
    write(SETIE, 0xffff_ffff);
    expect(read(SETIE)).toBe(0);
    write(SOURCECFG(3), EDGE_RISING);
    write(SETIE, 0xffff_ffff);
    expect(read(SETIE)).toBe(1 << 3);
    write(TARGET(3), 0);
    expect(read(TARGET(3))).toBe(1); // a priority is never 0
  });
});

describe('a domain below another', () => {
  it('sees the sources that were handed to it', () => {
    const root = wired(true);
    const child = wired(false, root.aplic);
    root.aplic.inputs[7]!.set(true);
    child.write(SOURCECFG(7), LEVEL_HIGH);
    expect(child.read(SETIP)).toBe(0);
    root.write(SOURCECFG(7), DELEGATED);
    expect(root.read(SOURCECFG(7))).toBe(DELEGATED);
    expect(child.read(SETIP)).toBe(1 << 7);
    root.write(SOURCECFG(7), 0);
    expect(child.read(SETIP)).toBe(0);
  });

  it('hands nothing on itself', () => {
    const child = wired(false, wired(true).aplic);
    child.write(SOURCECFG(7), DELEGATED | LEVEL_HIGH);
    expect(child.read(SOURCECFG(7))).toBe(0);
  });
});

describe('a domain that sends messages', () => {
  const MMSICFGADDR = 0x1bc0;
  const LOCKED = 0x8000_0000;

  function ready() {
    const root = messaging();
    const child = messaging(root.aplic);
    root.write(MMSICFGADDR, 0x24000);
    root.write(MMSICFGADDR + 4, 3 << 12); // three bits of hart numbers
    root.write(MMSICFGADDR + 8, 0x28000);
    root.write(SOURCECFG(9), DELEGATED);
    child.write(DOMAINCFG, ON);
    child.write(SOURCECFG(9), LEVEL_HIGH);
    child.write(TARGET(9), (2 << 18) | 77);
    child.write(SETIENUM, 9);
    return { root, child };
  }

  it('writes one for each time that a wire asks', () => {
    const { root, child } = ready();
    root.aplic.inputs[9]!.set(true);
    root.aplic.inputs[9]!.set(true);
    expect(child.sent).toEqual(['28002000 77']);
    child.write(SETIPNUM, 9); // it still asks: once more
    root.aplic.inputs[9]!.set(false);
    child.write(SETIPNUM, 9); // it does not
    expect(child.sent).toEqual(['28002000 77', '28002000 77']);
    expect(root.sent).toEqual([]);
  });

  it('makes a message that software asks for', () => {
    const { root } = ready();
    root.write(0x3000, (1 << 18) | (5 << 12) | 3);
    expect(root.sent).toEqual(['24001000 3']);
    expect(root.read(0x3000)).toBe((1 << 18) | 3);
  });

  it('keeps addresses that are locked, and has them at the top alone', () => {
    const { root, child } = ready();
    root.write(MMSICFGADDR + 4, LOCKED);
    root.write(MMSICFGADDR, 0x99);
    expect(root.read(MMSICFGADDR)).toBe(0x24000);
    child.write(MMSICFGADDR + 8, 0x99);
    expect(child.read(MMSICFGADDR + 8)).toBe(0);
    expect(root.read(MMSICFGADDR + 8)).toBe(0x28000);
  });

  it('says so, and forgets all at a reset but the wires', () => {
    const { root, child } = ready();
    expect(child.read(DOMAINCFG)).toBe(0x8000_0104);
    root.aplic.inputs[9]!.set(true);
    for (const { aplic } of [root, child]) aplic.reset();
    expect(child.read(DOMAINCFG)).toBe(0x8000_0004);
    expect(root.read(MMSICFGADDR)).toBe(0);
    root.write(SOURCECFG(9), DELEGATED);
    child.write(SOURCECFG(9), LEVEL_HIGH);
    expect(child.read(SETIP)).toBe(1 << 9);
  });
});
