import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testBoard } from '../board/testing/test-board.ts';

const built = (name: string) => fileURLToPath(new URL(`../../guest/built/${name}`, import.meta.url));
const image = (name: string) => ({ name, data: new Uint8Array(readFileSync(built(name))) });
const TURNS = 1000;
const BUDGET = 40_000;
const TURN_NS = 1e6;

describe.skipIf(!existsSync(built('guest.elf')))('the bundled guest', () => {
  it.each([1, 2])('boots through firmware, M, S and U mode on %i hart(s)', harts => {
    const machine = testBoard({ firmware: image('firmware.elf'), kernel: image('guest.elf'), harts });
    for (let turn = 0; turn < TURNS && !machine.host.stream.written.includes('guest> '); turn++) {
      machine.run(BUDGET);
      machine.advance(TURN_NS);
    }
    expect(machine.host.stream.written).toContain(`harts ${harts}`);
    expect(machine.host.stream.written).toContain('guest ready');
    machine.host.stream.say('mem\r');
    for (let turn = 0; turn < 20; turn++) {
      machine.run(BUDGET);
      machine.advance(TURN_NS);
    }
    expect(machine.host.stream.written.split('guest ready')[1]).toMatch(/mem/);
    const [boot] = machine.board.engine.harts;
    expect(boot?.csr('satp')).not.toBe(0n);
  });
});
