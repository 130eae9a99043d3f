import { QmpError } from '../../qapi/errors.ts';
import type { Engine, Hart } from '../cpu/index.ts';

/** The hart that a command means, the first one by default. @throws QmpError when there is no such hart */
export function hartByIndex(engine: Engine, index: bigint | undefined): Hart {
  const hart = engine.harts[Number(index ?? 0n)];
  if (!hart) throw new QmpError("Parameter 'cpu-index' expects a CPU number");
  return hart;
}
