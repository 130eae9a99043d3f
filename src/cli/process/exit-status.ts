import type { Ended } from '../../host/machine-handle.ts';
import { EXIT } from '../errors.ts';

/** What the program's exit status is when its machine ended like this. @throws the error that killed the machine */
export function exitStatus(end: Ended | Error): number {
  if (end instanceof Error) throw Object.assign(end, { exitCode: EXIT.lost });
  return end.status;
}
