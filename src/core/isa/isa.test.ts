import { describe, expect, it } from 'vitest';
import {
  assembleLine,
  COMPRESSED_INSTRUCTIONS,
  CSRS,
  csrByNumber,
  csrName,
  csrNumber,
  decode,
  encode,
  extensions,
  INSTRUCTIONS,
  instructionByName,
  parsePattern,
} from './index.ts';

describe('patterns', () => {
  it('rejects what is no encoding', () => {
    expect(() => parsePattern('0000 rd')).toThrow('9 bits, want 16 or 32');
    expect(() => parsePattern('imm[11:0] rx 000 rd 0010011')).toThrow("unknown token 'rx'");
  });

  it('rejects operands that do not fit', () => {
    expect(() => encode('addi', { rd: 5, imm: 2048 })).toThrow('imm = 2048');
    expect(() => encode('beq', { imm: 3 })).toThrow('imm = 3');
    expect(() => encode('add', { rd: 32 })).toThrow('rd = 32');
    expect(() => encode('c.lw', { rd: 7, rs1: 8 })).toThrow('rd = 7');
  });
});

describe('the table', () => {
  it('has one row for each encoding: no base row hides another', () => {
    for (const row of INSTRUCTIONS) expect(decode(row.pattern.match)?.row.name).toBe(row.name);
  });

  it('expands compressed rows to rows that exist', () => {
    for (const row of COMPRESSED_INSTRUCTIONS)
      expect(instructionByName(row.expandsTo).name).toBe(row.expandsTo);
    expect(() => instructionByName('nosuch')).toThrow("no instruction 'nosuch'");
  });

  it('names the ISA', () => {
    expect(extensions().slice(0, 8)).toEqual(['I', 'M', 'A', 'F', 'D', 'C', 'H', 'Zic64b']);
    expect(extensions()).not.toContain('Zicond');
    const left = extensions(new Set(['A', 'D'])).join();
    for (const gone of ['A', 'Zaamo', 'Zawrs', 'Zcd']) expect(left).not.toMatch(new RegExp(`\\b${gone}\\b`));
  });

  it('gives encodings that GNU as gives', () => {
    const known: [string, number][] = [
      ['lui a0, 0x12345000', 0x12345537],
      ['jal ra, 8', 0x008000ef],
      ['beq a0, a1, -8', 0xfeb50ce3],
      ['sd a0, 8(sp)', 0x00a13423],
      ['sraiw a0, a1, 3', 0x4035d51b],
      ['fence rw, w', 0x0310000f],
      ['csrrwi a0, mstatus, 3', 0x3001d573],
      ['lr.d.aqrl a0, (a1)', 0x1605b52f],
      ['amoadd.w.aq a0, a2, (a1)', 0x04c5a52f],
      ['ret', 0x00008067],
      ['sfence.vma a0, a1', 0x12b50073],
    ];
    for (const [text, bits] of known) expect(assembleLine(text).bits, text).toBe(bits);
  });

  it('refuses text that is no instruction', () => {
    expect(() => assembleLine('bogus a0')).toThrow("no instruction 'bogus'");
    expect(() => assembleLine('add a0, a1')).toThrow("want operands 'rd,rs1,rs2'");
    expect(() => assembleLine('add a0, a1, q7')).toThrow("no register 'q7'");
  });
});

describe('csrs', () => {
  it('are unique by number and name', () => {
    expect(new Set(CSRS.map(csr => csr.number)).size).toBe(CSRS.length);
    expect(new Set(CSRS.map(csr => csr.name)).size).toBe(CSRS.length);
  });

  it('resolve both ways; some are known by name alone', () => {
    expect([csrName(0x180), csrNumber('satp'), csrName(0x015), csrByNumber(0x015)]).toEqual([
      'satp',
      0x180,
      'seed',
      undefined,
    ]);
  });
});
