import type { ChardevTable } from '../chardev/table.ts';
import type { CommandHandlers } from './handlers.ts';

/** What character devices there are. */
export function charHandlers(chardevs: ChardevTable): CommandHandlers {
  return {
    'query-chardev': () =>
      chardevs.all().map(({ label, stream, frontendOpen }) => ({
        label,
        filename: stream.filename,
        'frontend-open': frontendOpen,
      })),
  };
}
