import type { GivenOptions } from '../given-options.ts';

/** The monitor command that answers an option's `help`, undefined if none is asked for. */
export function helpCommand(given: GivenOptions): string | undefined {
  const device = given.all('device').find(asksForHelp);
  if (device !== undefined) return `device_add ${device}`;
  const items = given.last('d');
  if (items === 'help' || items === '?') return 'log help';
  const trace = [items?.replace(/^trace:/, ''), given.last('trace')].find(asksForHelp);
  return trace === undefined ? undefined : 'info trace-events';
}

/** `-device help`, `-device ?`, `-device DRIVER,help`. */
function asksForHelp(argument: string | undefined): argument is string {
  return argument !== undefined && /(^|,)(help|\?)$/.test(argument);
}
