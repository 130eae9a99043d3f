/** Our answers to a capture's lines beside QEMU's, judged as its own comparison tool judges: equal, equal in shape, different. */
import { shapeOf } from './shape.ts';

export type Verdict = 'equal' | 'shape' | 'different';

export interface Compared {
  readonly line: string;
  readonly verdict: Verdict;
  readonly theirs: string;
  readonly ours: string;
}

/** Byte for byte, or once numbers, addresses and paths are masked. */
export function judge(theirs: string, ours: string): Verdict {
  if (theirs === ours) return 'equal';
  return shapeOf(theirs) === shapeOf(ours) ? 'shape' : 'different';
}

/** Feeds every line of a capture, in its order. */
export async function compareLines(
  answers: Readonly<Record<string, string>>,
  run: (line: string) => Promise<string>,
): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const [line, captured] of Object.entries(answers)) {
    const theirs = captured.replaceAll('\r', '');
    const ours = await run(line);
    compared.push({ line, theirs, ours, verdict: judge(theirs, ours) });
  }
  return compared;
}

/** How many there are of each verdict, as a line of text. */
export function tally(compared: readonly Compared[]): string {
  const count = (verdict: Verdict) => compared.filter(each => each.verdict === verdict).length;
  return `${count('equal')} equal, ${count('shape')} equal in shape, ${count('different')} different of ${compared.length}`;
}
