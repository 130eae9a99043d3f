import { describe, expect, it } from 'vitest';
import { machineReport, reportText, sizeText } from './figures.ts';
import { hexDump } from './hex-dump.ts';

describe('sizes for people', () => {
  it.each([
    [0, '0 bytes'],
    [1000, '1000 bytes'],
    [0.001022, '0.001022 bytes'],
    [1024, '1 KiB'],
    [1088, '1.062 KiB'],
    [1216, '1.188 KiB'],
    [3077, '3.005 KiB'],
    [1536 * 1024, '1.500 MiB'],
    [2 ** 30, '1 GiB'],
    [19.576 * 2 ** 40, '19.576 TiB'],
    [2 ** 53, '8 PiB'],
    [2 ** 63, '8 EiB'],
  ])('%d', (bytes, text) => expect(sizeText(bytes)).toBe(text));
});

describe('figures', () => {
  const report = { what: 'read', offset: 512n, length: 4096n };

  it('are for people', () => {
    expect(reportText({ ...report, seconds: 0.0001 })).toBe(
      'read 4096/4096 bytes at offset 512\n4 KiB, 1 ops; 00.00 sec (39.062 MiB/sec and 10000.0000 ops/sec)\n',
    );
    expect(reportText({ ...report, length: 1n << 20n, seconds: 63.31 })).toContain(
      '1 MiB, 1 ops; 0:01:03.31 (16.174 KiB/sec and 0.0158 ops/sec)\n',
    );
    expect(reportText({ ...report, seconds: 15648.35 })).toContain(' 4:20:48.35 (');
  });

  it('are for programs', () => {
    expect(machineReport({ ...report, length: 65536n, seconds: 64.00416 })).toBe(
      '65536,1,0:01:04.00,1023.933,0.016\n',
    );
    expect(machineReport({ ...report, length: 0n, seconds: 0.001 })).toBe('0,1,0:00:00.00,0.000,1000.000\n');
  });

  it('have an end where no time has passed', () => {
    expect(machineReport({ ...report, seconds: 0 })).toBe(
      '4096,1,0:00:00.00,4096000000000.000,1000000000.000\n',
    );
  });
});

describe('bytes', () => {
  it('are shown in lines of sixteen', () => {
    const bytes = new TextEncoder().encode('hello, source 0_9\n');
    expect(hexDump(bytes, 1000n)).toBe(
      '000003e8:  68 65 6c 6c 6f 2c 20 73 6f 75 72 63 65 20 30 5f  hello..source.0.\n' +
        '000003f8:  39 0a  9.\n',
    );
    expect(hexDump(new Uint8Array(), 0n)).toBe('');
  });
});
