import { expect, it } from 'vitest';
import { generateEdid } from './edid.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const blocks = (width: number, height: number) => {
  const edid = generateEdid(width, height, 1024);
  return Array.from({ length: 8 }, (_, n) => edid.subarray(n * 128, (n + 1) * 128));
};
const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => total + byte, 0) & 0xff;

/** What QEMU 7.2 gives its guests. */
it.each([
  [1280, 800, '2014', 'ea2900c051201c304026444045cb10000018'],
  [1920, 1080, '301b', 'd25480a072382540e0395540e71211000018'],
  [16, 16, '0000', '020010050010000004000000040400000018'],
])('%d x %d', (width, height, centimetres, timing) => {
  const [base, cta] = blocks(width, height);
  expect(hex(base!.subarray(21, 23))).toBe(centimetres);
  expect(hex(base!.subarray(54, 72))).toBe(timing);
  expect([base![126], sum(base!), sum(cta!)]).toEqual([1, 0, 0]);
  expect(Buffer.from(base!.subarray(113, 126)).toString()).toBe('QEMU Monitor\n');
});

it.each([
  [3840, 2160, '7053 0188 ff0e 3f05 bf03 7200 6f08 4a00 0900 0900 18'],
  [4096, 2160, '076a 0188 ff0f 9805 ff03 7900 6f08 4a00 0900 0900 c9'],
  [7680, 4320, '104e 0588 ff1d 7f0a 7f07 e500 df10 9600 1400 1400 14'],
])('%d x %d: too large for a detailed timing', (width, height, timing) => {
  const [base, cta, displayId, rest] = blocks(width, height);
  expect(hex(displayId!.subarray(8, 29))).toBe(timing.replaceAll(' ', ''));
  expect([base![126], sum(base!), sum(cta!), sum(displayId!)]).toEqual([2, 0, 0, 0]);
  expect(sum(rest!)).toBe(0);
});
