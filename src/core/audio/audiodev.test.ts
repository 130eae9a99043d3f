import { describe, expect, it } from 'vitest';
import { parseAudiodev } from './audiodev.ts';

const USUAL = { frequency: 44100, channels: 2, voices: 1, format: 's16' };
const MIXED = { ...USUAL, 'mixing-engine': true, 'fixed-settings': true };

describe('-audiodev', () => {
  it('has what QEMU fills in', () => {
    const complete = { id: 'a', driver: 'none', 'timer-period': 10_000, in: MIXED, out: MIXED };
    expect(parseAudiodev('none,id=a')).toEqual(complete);
    expect(parseAudiodev('{"driver":"none","id":"a"}')).toEqual(complete);
  });

  it('keeps what is asked for', () => {
    expect(
      parseAudiodev(
        'none,id=b,timer-period=5,in.mixing-engine=off,out.channels=7,out.format=u8,out.buffer-length=9',
      ),
    ).toEqual({
      id: 'b',
      driver: 'none',
      'timer-period': 5,
      in: { ...USUAL, 'mixing-engine': false, 'fixed-settings': false, voices: 2147483647 },
      out: { ...MIXED, channels: 7, format: 'u8', 'buffer-length': 9 },
    });
  });

  it.each([
    ['none', "Parameter 'id' is missing"],
    ['wav,id=a', "Parameter 'driver' does not accept value 'wav'"],
    ['none,id=a,in.mixing-engine=off,in.fixed-settings=on', "You can't use fixed-settings without mixeng"],
    [
      'none,id=a,out.fixed-settings=off,out.frequency=8000',
      "You can't use frequency, channels or format with fixed-settings=off",
    ],
    ['none,id=a,timer-period=-1', "Parameter 'timer-period' expects uint32_t"],
    ['none,id=a,out.format=foo', "Parameter 'format' does not accept value 'foo'"],
    ['none,id=a,out.foo=1', "Parameter 'out.foo' is unexpected"],
    ['none,id=a,out=3', "Invalid parameter type for 'out', expected: object"],
    ['none,id=a,out.voices=foo', "Parameter 'out.voices' expects integer"],
  ])('%s is refused', (text, message) => {
    expect(() => parseAudiodev(text)).toThrow(message);
  });
});
