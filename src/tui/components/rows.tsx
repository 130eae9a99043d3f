import { Text } from 'ink';
import type { Row } from '../layout/row.ts';
import type { Theme } from '../theme.ts';

/** Rows that were laid out already: one terminal row each, never wrapped. */
export function Rows({ rows, theme }: { rows: readonly Row[]; theme: Theme }) {
  return rows.map((row, y) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
    <Text key={y} wrap="truncate">
      {row.length === 0
        ? ' '
        : row.map((part, x) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place
            <Text key={x} {...theme[part.tone]}>
              {part.text}
            </Text>
          ))}
    </Text>
  ));
}
