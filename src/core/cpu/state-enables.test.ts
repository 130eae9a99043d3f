import { describe, expect, it } from 'vitest';
import { GuestMachine } from './testing/guest.ts';
import { TestMachine } from './testing/machine.ts';

const ILLEGAL = 2;
const ECALL = 9;
const GUEST_ECALL = 10;
const VIRTUAL = 22;
const ALL = (1n << 64n) - 1n;
const FIRST = 0xdc00_0000_0000_0000n;

/** Csrs with the bit of mstateen0 that opens them. */
const GUARDED: readonly [string, bigint][] = [
  ['senvcfg', 62n],
  ['siselect', 60n],
  ['stopi', 59n],
  ['sstateen0', 63n],
];

describe('state enables (Smstateen)', () => {
  const system = new GuestMachine({}, { without: ['Svade'] });
  const { hart } = system;
  const causes = (csr: string) => [
    system.run([`csrrs t1, ${csr}, zero`, 'ecall'], 1, false).cause,
    system.run([`csrrs t1, ${csr}, zero`, 'ecall'], 1, true).cause,
  ];

  it.each(GUARDED)('close %s to the modes below', (csr, bit) => {
    hart.setCsr('mstateen0', ALL & ~(1n << bit));
    hart.setCsr('hstateen0', ALL);
    expect(causes(csr)).toEqual([ILLEGAL, ILLEGAL]);
    hart.setCsr('mstateen0', ALL);
    hart.setCsr('hstateen0', ALL & ~(1n << bit));
    expect(causes(csr)).toEqual([ECALL, VIRTUAL]);
    hart.setCsr('hstateen0', ALL);
    expect(causes(csr)).toEqual([ECALL, GUEST_ECALL]);
  });

  it('close those of hypervisors as well', () => {
    hart.setCsr('mstateen0', 0n);
    const host = (csr: string) => system.run([`csrrs t1, ${csr}, zero`, 'ecall'], 1, false).cause;
    const names = ['henvcfg', 'hstateen0', 'hvictl', 'hviprio1', 'vsiselect', 'vstopi'];
    expect(names.map(host)).toEqual(names.map(() => ILLEGAL));
    hart.setCsr('mstateen0', ALL);
    expect(names.map(host)).toEqual(names.map(() => ECALL));
    expect(host('hstateen3')).toBe(ILLEGAL);
    hart.setCsr('mstateen3', ALL);
    expect(host('hstateen3')).toBe(ECALL);
  });

  it('have the bits that stand for something, and a hypervisor those that it is given', () => {
    hart.setCsr('mstateen0', ALL);
    hart.setCsr('hstateen0', ALL);
    hart.setCsr('mstateen1', ALL);
    expect([hart.csr('mstateen0'), hart.csr('hstateen0'), hart.csr('mstateen1')]).toEqual([
      FIRST,
      FIRST,
      1n << 63n,
    ]);
    hart.setCsr('mstateen0', 1n << 62n);
    expect(hart.csr('hstateen0')).toBe(1n << 62n);
    hart.setCsr('hstateen0', 0n);
    hart.setCsr('mstateen0', ALL);
    expect(hart.csr('hstateen0')).toBe(FIRST & ~(1n << 62n));
    hart.setCsr('sstateen0', ALL);
    expect(hart.csr('sstateen0')).toBe(0n);
    const plain = new TestMachine({ without: ['Svade', 'Smaia', 'Ssaia'] }).hart;
    plain.setCsr('mstateen0', ALL);
    expect(plain.csr('mstateen0')).toBe(3n << 62n);
    expect(() => new TestMachine().hart.csr('mstateen0')).toThrow("no csr 'mstateen0'");
  });
});
