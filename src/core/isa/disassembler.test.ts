import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { assemble, COMPRESSED_INSTRUCTIONS, csrName, decode, disassemble, INSTRUCTIONS } from './index.ts';

const EMULATOR = 'qemu-system-riscv64';
const available = spawnSync(EMULATOR, ['--version']).status === 0;
const ADDRESS = 0x8000_0000;
const PER_ROW = 12;
const directory = mkdtempSync(join(tmpdir(), 'hmp-disassembly-'));

afterAll(() => rmSync(directory, { recursive: true }));

describe('disassemble', () => {
  it('prints columns, targets and aliases', () => {
    const text = (line: string) => disassemble(assemble([line]), 0x1000n).text;
    expect(text('auipc t0, 0')).toBe('auipc                   t0,0                    # 0x1000');
    expect(text('addi a2, t0, 40')).toBe('addi                    a2,t0,40');
    expect(text('csrrs a0, mhartid, zero')).toBe('csrrs                   a0,mhartid,zero');
    expect(text('ld a1, 32(t0)')).toBe('ld                      a1,32(t0)');
    expect(text('jalr zero, t0, 0')).toBe('jr                      t0');
    expect(text('amoadd.d.aqrl a0, a1, (a2)')).toBe('amoadd.d.aq.rl          a0,a1,(a2)');
    expect(text('nop')).toBe('nop                     ');
  });

  it('gives the length and the digits of the encoding', () => {
    expect(disassemble(Uint8Array.of(0x97, 2, 0, 0), 0n)).toMatchObject({ length: 4, bytes: '00000297' });
    expect(disassemble(Uint8Array.of(1, 0), 0n)).toMatchObject({ length: 2, bytes: '0001' });
    expect(disassemble(Uint8Array.of(0, 0, 9, 9), 0n)).toEqual({
      length: 2,
      bytes: '0000',
      text: 'illegal'.padEnd(24),
    });
    expect(disassemble(Uint8Array.of(0x97, 2), 0n).text.trim()).toBe('illegal');
  });
});

/** Encodings of every row with varied operands, save those that the peer names otherwise. */
function samples(): number[] {
  let state = 12345;
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    return (state >>> 8) ^ (state << 12);
  };
  const encodings: number[] = [];
  for (const { pattern } of [...INSTRUCTIONS, ...COMPRESSED_INSTRUCTIONS]) {
    for (let index = 0; index < PER_ROW; index++) {
      const open = pattern.size === 4 ? 0xffff_ffff : 0xffff;
      const zeroRegisters = index === 0 ? 0 : random();
      encodings.push((pattern.match | (zeroRegisters & ~pattern.mask & open)) >>> 0);
    }
  }
  return encodings.filter(comparable);
}

function comparable(bits: number): boolean {
  const decoded = decode(bits);
  if (decoded === undefined) return false;
  const { row, operands, compressed } = decoded;
  if (YOUNGER.has(row.extension)) return false;
  if (MISPRINTED.has(row.name)) return false;
  if (row.extension === 'Zicsr') return csrName(operands.imm) !== undefined && AGREED_CSRS.has(operands.imm);
  // the peer prints hints without effect as illegal, though they execute
  return !(compressed !== undefined && ZERO_IS_HINT.has(compressed.name) && operands.imm === 0);
}

/** Extensions that the peer's disassembler does not know. */
const YOUNGER = new Set(['Zicond', 'Zicbom', 'Zicboz', 'Zawrs', 'Zfa', 'Svinval', 'H', 'XVentanaCondOps']);
/** The peer names a register for slli.uw's shift amount, leaves out rs2 of three, and calls ctzw clzw. */
const MISPRINTED = new Set(['slli.uw', 'andn', 'orn', 'xnor', 'ctzw']);
const ZERO_IS_HINT = new Set(['c.addi', 'c.srli', 'c.srai', 'c.slli']);
/** Numbers whose names did not change between versions of the specification. */
const AGREED_CSRS = new Set([
  0x100, 0x104, 0x105, 0x141, 0x180, 0x300, 0x305, 0x342, 0x3b0, 0xb00, 0xc00, 0xc01, 0xf14,
]);

describe.skipIf(!available)(`disassembly as ${EMULATOR} 7.2 prints it`, () => {
  it('agrees on every row', () => {
    const all = samples();
    for (let at = 0; at < all.length; at += PIECE) compareWithPeer(all.slice(at, at + PIECE));
  });
});

/** What the peer's monitor writes beyond a pipe's room is lost: it is asked in pieces. */
const PIECE = 100;

function compareWithPeer(encodings: readonly number[]): void {
  const bytes = assemble(encodings.map(bits => ({ bits, size: (bits & 3) === 3 ? 4 : 2 })));
  const file = join(directory, 'code.bin');
  writeFileSync(file, bytes);
  const peer = peerListing(file, encodings.length);
  expect(peer).toHaveLength(encodings.length);
  let offset = 0;
  for (const line of peer) {
    const { length, bytes: digits, text } = disassemble(bytes.subarray(offset), BigInt(ADDRESS + offset));
    expect(digits.padEnd(18) + text).toBe(line);
    offset += length;
  }
}

function peerListing(file: string, count: number): string[] {
  const device = `loader,file=${file},addr=${ADDRESS},force-raw=on`;
  const listing = join(directory, 'listing');
  const options = '-M virt -S -display none -bios none -monitor stdio -device'.split(' ');
  // to a file: what is still on its way to a pipe is lost when the peer quits
  const output = openSync(listing, 'w');
  spawnSync(EMULATOR, [...options, device], {
    input: `xp /${count}i ${ADDRESS}\nquit\n`,
    stdio: ['pipe', output, 'ignore'],
    timeout: 20_000,
  });
  closeSync(output);
  return readFileSync(listing, 'latin1')
    .split(/\r?\n/)
    .filter(line => /^0x[0-9a-f]+: {2}/.test(line))
    .map(line => line.replace(/^0x[0-9a-f]+: {2}/, ''));
}
