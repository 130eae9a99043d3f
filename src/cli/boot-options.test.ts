import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFwCfg, readKernel } from './boot-images.ts';
import { parseInvocation } from './parse-invocation.ts';
import { installRoot } from './paths.ts';
import { loadOptionTable } from './tables.ts';

const MIB = 2 ** 20;

const invocation = (...argv: string[]) => parseInvocation(loadOptionTable(installRoot()), argv);

describe('-m', () => {
  const ramSize = (...sizes: string[]) => invocation(...sizes.flatMap(size => ['-m', size])).machine.ramSize;

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
    expect(ramSize(...given)).toBe(bytes);
  });

  it('is at least what the firmware needs', () => {
    expect(() => ramSize('1')).toThrow('give at least 8M');
  });
});

describe('-fw_cfg', () => {
  const plan = (text: string) => {
    const { machine, warnings } = invocation('-fw_cfg', text);
    return { name: machine.fwCfg[0]?.name, content: machine.fwCfg[0]?.content, warnings };
  };

  it('reads a text or a file, with or without the key of the name', () => {
    expect(plan('name=opt/a,string=b,,c')).toEqual({
      name: 'opt/a',
      content: { string: 'b,c' },
      warnings: [],
    });
    expect(plan('opt/a,file=x').content).toEqual({ file: 'x' });
  });

  it('warns of names that are not the user’s', () => {
    expect(plan('name=etc/a,string=x').warnings).toEqual([
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
    expect(() => plan(text)).toThrow(message);
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
    expect(() => readFwCfg({ name: 'opt/a', content: { file: missing }, origin: '-fw_cfg x' })).toThrow(
      `-fw_cfg x: can't load ${missing}: No such file or directory`,
    );
  });

  it('gives a text of an item without a zero at its end', () => {
    expect(readFwCfg({ name: 'opt/a', content: { string: 'é' }, origin: '' }).data).toEqual(
      Uint8Array.of(0xc3, 0xa9),
    );
  });
});
