import { describe, expect, it } from 'vitest';
import type { PrivilegedVersion } from './index.ts';
import { RAM_BASE } from './testing/machine.ts';
import { newMachine } from './testing/traps.ts';

/** What M mode reads from csrs, by name; null where that traps. */
function readsOf(options: Parameters<typeof newMachine>[0], names: readonly string[]): (bigint | null)[] {
  return names.map(name => {
    const machine = newMachine(options);
    const { hart } = machine;
    machine.place(RAM_BASE, [`csrrs a0, ${name}, zero`, 'wfi']);
    hart.pc = BigInt(RAM_BASE);
    machine.run();
    return hart.csr('mcause') === 0n ? hart.x(10) : null;
  });
}

describe('harts of several kinds', () => {
  it('say who made them', () => {
    const names = ['mvendorid', 'marchid', 'mimpid'] as const;
    const identity = { mvendorid: 0x61fn, marchid: 0x8000_0000_0001_0000n, mimpid: 0x111n };
    expect(readsOf({ identity }, names)).toEqual(names.map(name => identity[name]));
    expect(readsOf({}, names)).toEqual([0n, 0n, 0n]);
  });

  it.each<[PrivilegedVersion, string[]]>([
    [10, ['mcounteren', 'misa']],
    [11, ['mcounteren', 'misa', 'mcountinhibit']],
    [12, ['mcounteren', 'misa', 'mcountinhibit', 'menvcfg', 'senvcfg', 'mconfigptr']],
    [13, ['mcounteren', 'misa', 'mcountinhibit', 'menvcfg', 'senvcfg', 'mconfigptr']],
  ])('have the csrs of version 1.%s of the specification', (privileged, expected) => {
    const names = ['mcounteren', 'misa', 'mcountinhibit', 'menvcfg', 'senvcfg', 'mconfigptr'];
    const reads = readsOf({ privileged }, names);
    expect(names.filter((_, at) => reads[at] !== null)).toEqual(expected);
    const { hart } = newMachine({ privileged });
    expect(names.filter(name => hart.readRegister(name) !== undefined)).toEqual(expected);
  });
});
