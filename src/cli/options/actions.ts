import type { ActionConfig } from '../../core/config.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  reboot: ['reset', 'shutdown'],
  shutdown: ['poweroff', 'pause'],
  panic: ['pause', 'shutdown', 'exit-failure', 'none'],
  watchdog: ['reset', 'shutdown', 'poweroff', 'pause', 'debug', 'none', 'inject-nmi'],
};

/** `-action`, and what is short for it: `-no-reboot`, `-no-shutdown`, `-watchdog-action`. @throws UsageError */
export function actions(given: GivenOptions): ActionConfig {
  const chosen: Record<string, string> = {};
  for (const one of given.given('action', 'no-reboot', 'no-shutdown', 'watchdog-action')) {
    const values = chosenBy(one.option.name, one.argument) ?? given.valuesOf(one);
    for (const [event, action] of Object.entries(values)) {
      if (!CHOICES[event]?.includes(action)) {
        throw new UsageError(`Parameter '${event}' does not accept value '${action}'`, one.origin);
      }
      chosen[event] = action;
    }
  }
  return chosen as ActionConfig;
}

function chosenBy(option: string, argument: string): Record<string, string> | undefined {
  if (option === 'no-reboot') return { reboot: 'shutdown' };
  if (option === 'no-shutdown') return { shutdown: 'pause' };
  return option === 'watchdog-action' ? { watchdog: argument } : undefined;
}
