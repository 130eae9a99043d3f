import { parseAudiodev } from '../../core/audio/audiodev.ts';
import type { Audiodev } from '../../qapi/generated/types.ts';
import { formatOptions } from '../../qapi/keyval.ts';
import { locating, UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

export const AUDIO_HELP = 'Available audio drivers:\nnone\n';

/** What `-audiodev` asks for. `-audio` is looked at only: its back end shows with a sound card. @throws UsageError */
export function audiodevs(given: GivenOptions): Audiodev[] {
  for (const one of given.given('audio')) {
    const { model, ...values } = given.valuesOf(one);
    locating(one.origin, () => {
      parseAudiodev(formatOptions(Object.entries({ id: 'audiodev0', ...values })));
      if (model !== undefined) throw new UsageError(`Unknown sound card name \`${model}'`);
    });
  }
  return given.given('audiodev').map(one => locating(one.origin, () => parseAudiodev(given.textOf(one))));
}
