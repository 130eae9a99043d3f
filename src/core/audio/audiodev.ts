import { QmpError } from '../../qapi/errors.ts';
import type { Audiodev, AudiodevPerDirectionOptions } from '../../qapi/generated/types.ts';
import { loadSchema } from '../../qapi/index.ts';
import { parseOptions } from '../../qapi/keyval.ts';

/** Streams that a back end takes which does not mix them: as many as there are. */
const UNLIMITED_VOICES = 2 ** 31 - 1;
const TIMER_PERIOD = 10_000;

/** What `-audiodev` asks for, `none,id=a` or JSON, with everything that it leaves open. @throws QmpError in QEMU's words */
export function parseAudiodev(text: string): Audiodev {
  const options = parseOptions(loadSchema(), 'Audiodev', text, { impliedKey: 'driver' });
  const { id, driver, 'timer-period': period = TIMER_PERIOD, ...directions } = options as unknown as Audiodev;
  return {
    id,
    driver,
    'timer-period': period,
    in: complete(directions.in ?? {}),
    out: complete(directions.out ?? {}),
  };
}

function complete(given: AudiodevPerDirectionOptions): AudiodevPerDirectionOptions {
  const mixing = given['mixing-engine'] ?? true;
  const fixed = given['fixed-settings'] ?? mixing;
  if (fixed && !mixing) throw new QmpError("You can't use fixed-settings without mixeng");
  const { frequency, channels, format } = given;
  if (!fixed && [frequency, channels, format].some(setting => setting !== undefined)) {
    throw new QmpError("You can't use frequency, channels or format with fixed-settings=off");
  }
  return {
    frequency: 44100,
    channels: 2,
    voices: mixing ? 1 : UNLIMITED_VOICES,
    format: 's16',
    ...given,
    'mixing-engine': mixing,
    'fixed-settings': fixed,
  };
}
