import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { parseCount, parseOptionValues, parseSize } from './values.ts';

describe('parseOptionValues', () => {
  it('reads keys, the implied first key, flags and doubled commas', () => {
    expect(parseOptionValues('virtio-blk-device,drive=d0,id=b,,0,share-rw', 'driver')).toEqual({
      driver: 'virtio-blk-device',
      drive: 'd0',
      id: 'b,0',
      'share-rw': 'on',
    });
  });

  it('takes the last of several equal keys and keeps = inside values', () => {
    expect(parseOptionValues('file=a=b,file=c=d')).toEqual({ file: 'c=d' });
  });

  it('reads a JSON object', () => {
    expect(parseOptionValues('{"driver":"virtio-rng-device","max-bytes":1024,"x":true}')).toEqual({
      driver: 'virtio-rng-device',
      'max-bytes': '1024',
      x: 'on',
    });
    expect(() => parseOptionValues('{"a":')).toThrow(UsageError);
    expect(() => parseOptionValues('{"a":{}}')).toThrow("Parameter 'a' must be");
  });

  it('names a missing key', () => {
    expect(() => parseOptionValues('=x')).toThrow("Expected parameter before '=x'");
  });

  it('gives back every value that was escaped', () => {
    fc.assert(
      fc.property(fc.string(), value => {
        fc.pre(value !== '');
        expect(parseOptionValues(`key=${value.replaceAll(',', ',,')}`)).toEqual({ key: value });
      }),
    );
  });
});

describe('sizes and counts', () => {
  it.each([
    ['128M', 'b', 134217728],
    ['128', 'M', 134217728],
    ['1.5G', 'M', 1610612736],
    ['0x1000', 'b', 4096],
    ['4k', 'b', 4096],
  ])('reads %s in units of %s', (text, unit, bytes) => {
    expect(parseSize('size', text, unit)).toBe(bytes);
  });

  it.each(['', 'x', '-1', '12Q', '1..2'])('refuses the size %j', text => {
    expect(() => parseSize('size', text)).toThrow("Parameter 'size' expects a non-negative number");
  });

  it('reads counts', () => {
    expect(parseCount('cpus', '4', 1)).toBe(4);
    expect(() => parseCount('cpus', '0', 1)).toThrow('at least 1');
  });
});
