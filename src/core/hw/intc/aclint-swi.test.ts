import { expect, it } from 'vitest';
import { boardTypes } from '../../board/board-types.ts';
import { registersOf, TestLine } from '../../board/testing/registers.ts';
import { TypeTable } from '../../qom/types.ts';
import { AclintSwi } from './aclint-swi.ts';

it('raises what the hart keeps, in S-mode', () => {
  const raised: boolean[] = [];
  const swi = new AclintSwi(new TypeTable(boardTypes), [{ set: level => raised.push(level) }], 'supervisor');
  const regs = registersOf(swi.region);
  regs.write(0, 1);
  regs.write(0, 0);
  regs.write(0, 1);
  expect(raised).toEqual([true, true]);
  expect(regs.read(0)).toBe(0);
});

it('drives the MSIP wire of each hart', () => {
  const lines = [new TestLine(), new TestLine()];
  const swi = new AclintSwi(new TypeTable(boardTypes), lines);
  const regs = registersOf(swi.region);
  regs.write(4, 0xffff_ffff);
  expect(lines.map(line => line.level)).toEqual([false, true]);
  expect(regs.read(4)).toBe(1);
  regs.write(8, 1); // no third hart
  expect(regs.read(8)).toBe(0);
  swi.reset();
  expect(lines[1]?.level).toBe(false);
});
