import { beforeEach, describe, expect, it } from 'vitest';
import { HostMemory } from '../host-memory.ts';
import { RECORD_PAGE_SIZE } from './layout.ts';
import { RecordPool } from './record-pool.ts';

const PAGES = 4;
const PAGE = 4096;
const NOP = 0x13;

describe('RecordPool', () => {
  let memory: HostMemory;
  let pool: RecordPool;
  let code: number;
  let evicted: number[];

  beforeEach(() => {
    memory = new HostMemory(PAGES * RECORD_PAGE_SIZE + (1 << 20));
    pool = new RecordPool(memory, PAGES, new Set());
    const ram = memory.allocate('ram', 4 * PAGE);
    code = Math.ceil(ram / PAGE) * PAGE;
    evicted = [];
    pool.addListener({ codePageEvicted: host => evicted.push(host) });
  });

  const recordsOf = (host: number) => memory.view.getUint32(pool.table + (host / PAGE) * 4, true);
  const write = (host: number, times: number) => {
    for (let n = 0; n < times; n++) pool.invalidate(host + 8 * n, 8);
  };

  it('lets go of a page that is written again and again and no longer executed', () => {
    const records = pool.allocate(code);
    memory.view.setUint32(code, NOP, true);
    pool.decode(records);
    write(code, 31);
    pool.releaseData();
    expect(recordsOf(code)).toBe(records);
    write(code, 1);
    expect(recordsOf(code), 'a hart may be in it').toBe(records);
    pool.releaseData();
    expect([recordsOf(code), evicted]).toEqual([0, [code]]);
    expect(pool.codeOffset(records)).toBeUndefined();
    pool.releaseData();
    expect(evicted).toEqual([code]);
  });

  it('keeps a page that is executed between writes, and those beside it', () => {
    const records = [pool.allocate(code), pool.allocate(code + PAGE)];
    memory.view.setUint32(code, NOP, true);
    for (let round = 0; round < 10; round++) {
      write(code, 31);
      pool.decode(records[0]!);
      pool.releaseData();
    }
    write(code, 40);
    pool.decode(records[0]!); // it was executed after all
    pool.releaseData();
    expect([recordsOf(code), recordsOf(code + PAGE), evicted]).toEqual([...records, []]);
    write(code, 32);
    pool.releaseData();
    expect([recordsOf(code), recordsOf(code + PAGE)]).toEqual([0, records[1]]);
  });

  it('has the room of pages that went', () => {
    for (let round = 0; round < 5; round++) {
      const page = code + (round % 3) * PAGE;
      pool.allocate(page);
      write(page, 32);
      pool.releaseData();
      expect(recordsOf(page)).toBe(0);
    }
  });

  it('lets a page be that has code and data', () => {
    for (let round = 0; round < 6; round++) {
      if (recordsOf(code) === 0) pool.allocate(code);
      write(code, 32);
      pool.releaseData();
    }
    expect(evicted).toHaveLength(3);
    expect(recordsOf(code)).not.toBe(0);
  });

  it('takes a page that comes back late for another', () => {
    for (let round = 0; round < 6; round++) {
      pool.allocate(code);
      write(code, 32);
      for (let turn = 0; turn < 1001; turn++) pool.releaseData();
    }
    expect(evicted).toHaveLength(6);
  });
});
