import { CommandError } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';

const NO_SUCH_CPU = "Parameter 'cpu-index' expects a CPU number";

/** What looks at the current hart has its own way to say that the machine has none. @throws CommandError with `refusal` */
export async function onCpu<T>(work: Promise<T>, refusal: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof QmpError && error.message === NO_SUCH_CPU) throw new CommandError(refusal);
    throw error;
  }
}
