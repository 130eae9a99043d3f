/** Our answers to a capture's lines beside QEMU's, judged as its own comparison tool judges: equal, equal in shape, different. */
import { isObject, type QmpValue } from '../../src/qapi/value.ts';
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

/** The same for what came back over QMP; errors must agree in class and words. */
export function judgeReply(theirs: QmpValue, ours: QmpValue): Verdict {
  if (canonical(theirs) === canonical(ours)) return 'equal';
  return canonical(theirs, maskValue) === canonical(ours, maskValue) ? 'shape' : 'different';
}

/** Members in a fixed order: QMP does not promise one. */
function canonical(
  value: QmpValue,
  mask: (key: string, value: QmpValue) => QmpValue = (_, each) => each,
): string {
  return JSON.stringify(value, (key, each: QmpValue) => {
    if (!isObject(each)) return mask(key, each);
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function maskValue(key: string, value: QmpValue): QmpValue {
  if (key === 'class' || key === 'desc') return value;
  if (typeof value === 'number') return 0;
  return typeof value === 'string' ? shapeOf(value) : value;
}

/** How many there are of each verdict, as a line of text. */
export function tally(compared: readonly Compared[]): string {
  const count = (verdict: Verdict) => compared.filter(each => each.verdict === verdict).length;
  return `${count('equal')} equal, ${count('shape')} equal in shape, ${count('different')} different of ${compared.length}`;
}
