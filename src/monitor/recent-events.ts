import type { EventName } from '../qapi/generated/types.ts';
import type { QmpClient, QmpEvent } from '../qmp/client.ts';

const LIMIT = 1000; // a flood of events must not fill memory

/**
 * Events since the previous command began, so that `system_reset` and then `wait RESET` finds what came
 * between the two.
 */
export class RecentEvents {
  #events: QmpEvent[] = [];
  #currentStart = 0;

  constructor(qmp: QmpClient) {
    qmp.onEvent(event => {
      this.#events.push(event);
      if (this.#events.length > LIMIT) {
        this.#events.shift();
        this.#currentStart = Math.max(0, this.#currentStart - 1);
      }
    });
  }

  /** A command begins: what came before the one before it is forgotten. */
  commandBegins(): void {
    this.#events.splice(0, this.#currentStart);
    this.#currentStart = this.#events.length;
  }

  /** The oldest event of that name, which is gone afterwards. */
  take(name: EventName): QmpEvent | undefined {
    const index = this.#events.findIndex(({ event }) => event === name);
    if (index < 0) return undefined;
    if (index < this.#currentStart) this.#currentStart--;
    return this.#events.splice(index, 1)[0];
  }
}
