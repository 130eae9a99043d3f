import { QmpError } from '../qapi/errors.ts';
import { loadSchema } from '../qapi/index.ts';

/** `-preconfig`: what may be done before devices are made, and the way on. */
export class Preconfig {
  #active: boolean;
  readonly #finish: () => void;

  /** @param finish makes what is missing */
  constructor(active: boolean, finish: () => void) {
    this.#active = active;
    this.#finish = finish;
  }

  get active(): boolean {
    return this.#active;
  }

  /** @throws QmpError for a command that has to wait */
  check(command: string): void {
    if (!this.#active || loadSchema().commands[command]?.allowPreconfig) return;
    throw new QmpError(
      `The command '${command}' is permitted only after machine initialization has completed`,
    );
  }

  /** `x-exit-preconfig`. @throws QmpError */
  exit(): void {
    if (!this.#active) throw new QmpError('The command is permitted only before machine initialization');
    this.#active = false;
    this.#finish();
  }
}
