import { QmpError } from '../qapi/errors.ts';

/** Text is not JSON. The message is QEMU's. */
export class JsonError extends QmpError {
  constructor(reason: string) {
    super(`JSON parse error, ${reason}`);
  }
}
