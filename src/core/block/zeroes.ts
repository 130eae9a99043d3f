const ZEROES = new Uint8Array(1 << 20);

/** Writes zeroes piece by piece. @throws what writing throws */
export async function writeZeroesTo(
  target: { write(offset: number, data: Uint8Array): Promise<void> },
  offset: number,
  length: number,
): Promise<void> {
  for (let done = 0; done < length; done += ZEROES.length) {
    await target.write(offset + done, ZEROES.subarray(0, Math.min(ZEROES.length, length - done)));
  }
}
