import { afterAll, describe, expect, it } from 'vitest';
import { encode, HSTATUS, INSTRUCTIONS, MSTATUS } from '../isa/index.ts';
import { DATA, GuestMachine, VIRTUAL_DATA } from './testing/guest.ts';
import { DEVICE } from './testing/machine.ts';
import { PTE } from './testing/page-tables.ts';

const system = new GuestMachine({}, { without: ['Svade'] });
const { hart, machine } = system;
const executed = new Set<string>();
const HS_ECALL = 9;
const BYTES = 0xf1e2_d3c4_b5a6_9788n;
const NEXT = 0x1000n;

const LOADS: Record<string, [number, boolean]> = {
  'hlv.b': [1, true],
  'hlv.bu': [1, false],
  'hlv.h': [2, true],
  'hlv.hu': [2, false],
  'hlvx.hu': [2, false],
  'hlv.w': [4, true],
  'hlv.wu': [4, false],
  'hlvx.wu': [4, false],
  'hlv.d': [8, true],
};
const STORES: Record<string, number> = { 'hsv.b': 1, 'hsv.h': 2, 'hsv.w': 4, 'hsv.d': 8 };

/** Runs one instruction in HS-mode, at an address in t0 and with t1 to store; the cause of the trap that follows. */
function run(name: string, address: bigint, privilege: 0 | 1 = 1): number {
  executed.add(name);
  hart.setX(5, address);
  const operands = name in LOADS ? { rd: 7, rs1: 5 } : { rs1: 5, rs2: 6 };
  return system.run([encode(name, operands), 'ecall'], privilege, false).cause;
}

system.mapGuest(VIRTUAL_DATA + NEXT, DATA + 0x2000);

describe('loads and stores of the hypervisor', () => {
  it.each(Object.entries(LOADS))('%s reads what the guest sees', (name, [size, signed]) => {
    hart.setCsr('hstatus', HSTATUS.SPVP);
    for (const offset of [8, 9, 0xffd, 0xfff]) {
      for (let at = 0; at < size; at++) {
        const place = offset + at < 0x1000 ? DATA + offset + at : DATA + 0x1000 + offset + at;
        machine.memory.bytes[machine.hostOffset(place)] = Number((BYTES >> BigInt(8 * at)) & 0xffn);
      }
      expect(run(name, VIRTUAL_DATA + BigInt(offset))).toBe(HS_ECALL);
      const raw = BigInt.asUintN(size * 8, BYTES);
      expect(hart.x(7), `${name} at ${offset}`).toBe(
        signed ? BigInt.asUintN(64, BigInt.asIntN(size * 8, raw)) : raw,
      );
    }
  });

  it.each(Object.entries(STORES))('%s writes it', (name, size) => {
    hart.setCsr('hstatus', HSTATUS.SPVP);
    for (const offset of [8, 9, 0xffd, 0xfff]) {
      machine.memory.bytes.fill(0, machine.hostOffset(DATA), machine.hostOffset(DATA) + 0x3000);
      hart.setX(6, BYTES);
      expect(run(name, VIRTUAL_DATA + BigInt(offset))).toBe(HS_ECALL);
      for (let at = 0; at < 8; at++) {
        const place = offset + at < 0x1000 ? DATA + offset + at : DATA + 0x1000 + offset + at;
        const byte = at < size ? Number((BYTES >> BigInt(8 * at)) & 0xffn) : 0;
        expect(machine.memory.bytes[machine.hostOffset(place)], `${name} ${offset} ${at}`).toBe(byte);
      }
    }
  });

  it('go by hstatus.SPVP and vsstatus.SUM, and by U-mode where HU opens them', () => {
    system.mapGuest(VIRTUAL_DATA + 2n * NEXT, DATA, PTE.V | PTE.R | PTE.W | PTE.U);
    const user = VIRTUAL_DATA + 2n * NEXT;
    hart.setCsr('hstatus', HSTATUS.SPVP);
    expect([run('hlv.d', user), run('hsv.d', user)]).toEqual([13, 15]);
    hart.setCsr('vsstatus', MSTATUS.SUM);
    expect([run('hlv.d', user), run('hsv.d', user)]).toEqual([HS_ECALL, HS_ECALL]);
    hart.setCsr('vsstatus', 0n);
    hart.setCsr('hstatus', 0n);
    expect([run('hlv.d', user), run('hlv.d', VIRTUAL_DATA)]).toEqual([HS_ECALL, 13]);
    expect(run('hlv.d', user, 0)).toBe(2);
    hart.setCsr('hstatus', HSTATUS.HU);
    expect(run('hlv.d', user, 0)).toBe(8);
  });

  it('HLVX wants what may be executed', () => {
    hart.setCsr('hstatus', HSTATUS.SPVP);
    const page = VIRTUAL_DATA + 3n * NEXT;
    system.mapGuest(page, DATA, PTE.V | PTE.X | PTE.A);
    expect([run('hlvx.wu', page), run('hlv.w', page)]).toEqual([HS_ECALL, 13]);
    system.mapGuest(page, DATA, PTE.V | PTE.R | PTE.A);
    expect([run('hlvx.wu', page), run('hlv.w', page)]).toEqual([13, HS_ECALL]);
    system.mapStage(BigInt(DATA), DATA, PTE.V | PTE.R | PTE.U | PTE.A);
    system.mapGuest(page, DATA, PTE.V | PTE.X | PTE.R | PTE.A);
    expect([run('hlvx.wu', page), run('hlv.w', page)]).toEqual([21, HS_ECALL]);
    system.mapStage(BigInt(DATA), DATA);
  });

  it("trap with the guest's addresses and the instruction", () => {
    hart.setCsr('hstatus', HSTATUS.SPVP);
    const page = VIRTUAL_DATA + 4n * NEXT;
    system.mapGuest(page, 0x1234_5000);
    hart.setX(5, page + 8n);
    for (const [name, cause] of [
      ['hlv.w', 21],
      ['hsv.w', 23],
    ] as const) {
      const operands = name === 'hlv.w' ? { rd: 7, rs1: 5 } : { rs1: 5, rs2: 6 };
      expect(system.run([encode(name, operands)], 1, false)).toEqual({
        cause, value: page + 8n, address: 0x1234_5008n, virtual: false, guestAddress: true, from: 1,
        instruction: encode(name, { ...operands, rs1: 0 }).bits,
      }); // biome-ignore format: one trap
    }
  });

  it('reach devices', () => {
    hart.setCsr('hstatus', HSTATUS.SPVP);
    const page = VIRTUAL_DATA + 5n * NEXT;
    system.mapStage(0x2000_0000n, DEVICE);
    system.mapGuest(page, 0x2000_0000);
    machine.deviceValue = BYTES;
    machine.accesses.length = 0;
    expect(run('hlv.w', page + 4n)).toBe(HS_ECALL);
    expect(hart.x(7)).toBe(0xffff_ffff_b5a6_9788n);
    hart.setX(6, BYTES);
    run('hsv.h', page + 8n);
    expect(machine.accesses).toEqual([
      { kind: 'load', address: DEVICE + 4, size: 4, value: BYTES },
      { kind: 'store', address: DEVICE + 8, size: 2, value: 0x9788n },
    ]);
  });

  it('fences', () => {
    for (const name of ['hfence.vvma', 'hfence.gvma', 'hinval.vvma', 'hinval.gvma']) {
      expect(run(name, VIRTUAL_DATA), name).toBe(HS_ECALL);
    }
  });
});

afterAll(() => {
  const rows = INSTRUCTIONS.filter(row => row.extension === 'H' || row.name.startsWith('hinval'));
  const missed = rows.map(row => row.name).filter(name => !executed.has(name));
  if (missed.length > 0) throw new Error(`instructions that no test executes: ${missed.join(', ')}`);
});
