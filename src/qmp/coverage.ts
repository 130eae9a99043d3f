import type { QmpError } from '../qapi/errors.ts';

/**
 * Remembers which commands were executed. `record` fits the `onExecuted` of Dispatcher and PortQmpClient;
 * a test run then fails when `unexecuted` names any.
 */
export class CommandCoverage {
  private readonly counts = new Map<string, { succeeded: number; failed: number }>();

  readonly record = (command: string, error: QmpError | null): void => {
    const count = this.counts.get(command) ?? { succeeded: 0, failed: 0 };
    if (error === null) count.succeeded += 1;
    else count.failed += 1;
    this.counts.set(command, count);
  };

  /** Adds what another recorder saw, of another process for instance. */
  merge(counts: Readonly<Record<string, { succeeded: number; failed: number }>>): void {
    for (const [command, { succeeded, failed }] of Object.entries(counts)) {
      const count = this.counts.get(command) ?? { succeeded: 0, failed: 0 };
      this.counts.set(command, { succeeded: count.succeeded + succeeded, failed: count.failed + failed });
    }
  }

  toJSON(): Record<string, { succeeded: number; failed: number }> {
    return Object.fromEntries(this.counts);
  }

  /** Of the given commands those never executed, whether with success or not. */
  unexecuted(commands: Iterable<string>): string[] {
    return [...commands].filter(command => !this.counts.has(command));
  }

  /** Of the given commands those that never succeeded. */
  neverSucceeded(commands: Iterable<string>): string[] {
    return [...commands].filter(command => (this.counts.get(command)?.succeeded ?? 0) === 0);
  }
}
