import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFwCfg, readKernel } from './boot-images.ts';
import { parseFwCfg } from './options/fw-cfg.ts';
import { ramSize } from './options/memory.ts';

const MIB = 2 ** 20;

describe('-m', () => {
  it.each<[string[], number]>([
    [[], 128 * MIB],
    [['256'], 256 * MIB],
    [['size=1.5G'], 1536 * MIB],
    [['0'], 128 * MIB],
    [['10000001b'], 10_002_432], // whole pages of 8 KiB
    [['256', 'slots=2,maxmem=1G'], 256 * MIB],
    [['256', '300M'], 300 * MIB],
    [['256,maxmem=256M,slots=0'], 256 * MIB],
  ])('%j', (given, bytes) => {
    expect(ramSize(given)).toBe(bytes);
  });

  it.each([
    ['x', "Parameter 'size' expects a non-negative number below 2^64"],
    ['256Q', "Parameter 'size' expects"],
    ['256,foo=1', "-m 256,foo=1: Invalid parameter 'foo'"],
    ['17E', "Value '17E' is out of range for parameter 'size'"],
    ['256,slots=2', 'slots specified but no max-size'],
    [
      '256,maxmem=128M',
      'invalid value of maxmem: maximum memory size (0x8000000) must be at least the initial memory size (0x10000000)',
    ],
    ['256,slots=1,maxmem=256M', 'memory slots were specified but maximum memory size (0x10000000)'],
    ['1', 'give at least 8M'],
  ])('%s is refused', (text, message) => {
    expect(() => ramSize([text])).toThrow(message);
  });
});

describe('-fw_cfg', () => {
  const parse = (text: string) => {
    const warnings: string[] = [];
    return { plan: parseFwCfg(text, line => warnings.push(line)), warnings };
  };

  it('reads a text or a file, with or without the key of the name', () => {
    expect(parse('name=opt/a,string=b,,c')).toEqual({
      plan: { name: 'opt/a', content: { string: 'b,c' } },
      warnings: [],
    });
    expect(parse('opt/a,file=x').plan).toEqual({ name: 'opt/a', content: { file: 'x' } });
  });

  it('warns of names that are not the user’s', () => {
    expect(parse('name=etc/a,string=x').warnings).toEqual([
      '-fw_cfg name=etc/a,string=x: warning: externally provided fw_cfg item names should be prefixed with "opt/"',
    ]);
  });

  it.each([
    ['opt/a', 'name, plus exactly one of file, string and gen_id, are needed'],
    ['string=x', 'name, plus exactly one of'],
    ['opt/a,string=', 'name, plus exactly one of'],
    ['opt/a,string=x,file=y', 'name, plus exactly one of'],
    ['opt/a,zork=1', "Invalid parameter 'zork'"],
    [`opt/${'a'.repeat(52)},string=x`, 'name too long (max. 55 char)'],
  ])('%s is refused', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

describe('images', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-images-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, bytes: Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  }

  it('unpacks a kernel that is packed with gzip, and takes others as they are', () => {
    const image = Uint8Array.of(1, 2, 3, 4);
    expect(readKernel(file('Image.gz', gzipSync(image))).data).toEqual(image);
    expect(readKernel(file('Image', image)).data).toEqual(image);
  });

  it('says what is wrong', () => {
    expect(() => readKernel(join(folder, 'none'))).toThrow(/could not load kernel '.*none': No such file/);
    expect(() => readKernel(file('bad.gz', Uint8Array.of(0x1f, 0x8b, 8)))).toThrow('it cannot be unpacked');
    const missing = join(folder, 'none');
    expect(() => readFwCfg({ name: 'opt/a', content: { file: missing } })).toThrow(
      `-fw_cfg name=opt/a,file=${missing}: can't load ${missing}: No such file or directory`,
    );
  });

  it('gives a text of an item without a zero at its end', () => {
    expect(readFwCfg({ name: 'opt/a', content: { string: 'é' } }).data).toEqual(Uint8Array.of(0xc3, 0xa9));
  });
});
