import { Refusal } from './refusal.ts';

const NUMBER = /^([+-]?)(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i;
const U64 = 2n ** 64n;
const S64 = 2n ** 63n;

/** A number as C reads it (0x..., 0... in octal, decimal), of 64 bits. @throws Refusal */
export function readU64(word: string | undefined): bigint {
  const value = readNumber(word);
  if (value >= U64 || value <= -U64) throw outOfRange(word);
  return BigInt.asUintN(64, value);
}

/** The same with a sign. @throws Refusal */
export function readS64(word: string | undefined): bigint {
  const value = readNumber(word);
  if (value >= S64 || value < -S64) throw outOfRange(word);
  return value;
}

/** A number from 0 to `most`. @throws Refusal */
export function readUpTo(word: string | undefined, most: number): number {
  const value = readNumber(word);
  if (value < 0n || value > BigInt(most)) throw outOfRange(word);
  return Number(value);
}

function readNumber(word: string | undefined): bigint {
  if (word === undefined) throw new Refusal('Missing argument');
  const [, sign, digits] = NUMBER.exec(word) ?? [];
  if (digits === undefined) throw new Refusal(`Invalid number '${word}'`);
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return sign === '-' ? -value : value;
}

function outOfRange(word: string | undefined): Refusal {
  return new Refusal(`Number '${word}' out of range`);
}
