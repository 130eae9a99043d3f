import type { Audiodev } from '../../qapi/generated/types.ts';
import type { CommandHandlers } from './handlers.ts';

/** Back ends of sound cards, of which this machine has none. */
export function audioHandlers(audiodevs: readonly Audiodev[]): CommandHandlers {
  return { 'query-audiodevs': () => audiodevs.toReversed() };
}
