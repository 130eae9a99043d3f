import type { Tone } from './layout/row.ts';

/** Ink text properties of a tone. */
export interface Look {
  color?: string;
  dimColor?: boolean;
  bold?: boolean;
}

export type Theme = Readonly<Record<Tone, Look>>;

const COLORS: Theme = {
  plain: {},
  prompt: { bold: true },
  dim: { dimColor: true },
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  name: { color: 'cyan' },
  notice: { color: 'yellow' },
};

/** Without colours only weight tells tones apart. */
const MONOCHROME: Theme = {
  plain: {},
  prompt: { bold: true },
  dim: { dimColor: true },
  good: {},
  warn: { bold: true },
  bad: { bold: true },
  name: {},
  notice: { bold: true },
};

/** The theme for an environment: NO_COLOR, when not empty, turns colours off (no-color.org). */
export function themeFor(environment: Readonly<Record<string, string | undefined>>): Theme {
  return environment['NO_COLOR'] ? MONOCHROME : COLORS;
}
