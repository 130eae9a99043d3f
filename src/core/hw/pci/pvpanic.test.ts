import { expect, it } from 'vitest';
import { PciRig } from './testing/pci-rig.ts';

const WINDOW = 0x4000_0000;

function mapped(options = ''): PciRig {
  const rig = new PciRig();
  rig.add(`pvpanic-pci,addr=6${options}`);
  rig.config(6).write(0x10, WINDOW);
  rig.config(6).write(0x04, 2, 2);
  return rig;
}

it('is a system device with one small region', () => {
  const rig = mapped();
  const words = [0x00, 0x08, 0x2c, 0x3c].map(at => rig.config(6).read(at).toString(16));
  expect(words).toEqual(['111b36', '8800001', '11001af4', '0']);
  expect(rig.read(WINDOW, 1)).toBe(7);
});

it.each([
  [1, 'panic'],
  [2, 'crash loaded'],
  [4, 'pvpanic shutdown'],
])('hears of event %d', (event, request) => {
  const rig = mapped();
  rig.write(WINDOW, event, 1);
  expect(rig.machine.requests).toEqual([request]);
});

it('hears only of the events that it is for', () => {
  const rig = mapped(',events=2');
  expect(rig.read(WINDOW, 1)).toBe(2);
  rig.write(WINDOW, 1, 1);
  rig.write(WINDOW, 0xf8, 1);
  expect(rig.machine.requests).toEqual([]);
});
