/** What can be logged, in the order of `log help`. */
export const LOG_ITEMS = [
  { name: 'in_asm', help: 'show the instructions of each piece of code that runs for the first time' },
  { name: 'int', help: 'show interrupts/exceptions in short format' },
  { name: 'exec', help: 'tell of each piece of code that is executed (long logs)' },
  { name: 'cpu', help: 'show the registers before each piece of code (long logs)' },
  { name: 'fpu', help: "include floating-point registers in what 'cpu' shows" },
  { name: 'cpu_reset', help: 'show CPU state before CPU resets' },
  { name: 'guest_errors', help: 'log what drivers do against the rules of their devices' },
  { name: 'nochain', help: "accepted: 'exec' and 'cpu' are complete without it" },
  { name: 'invalid_mem', help: 'log invalid memory accesses' },
] as const;

export type LogItem = (typeof LOG_ITEMS)[number]['name'];

/** What a list of items asks for. */
export interface LogRequest {
  readonly items: ReadonlySet<LogItem>;
  /** Patterns of trace events to enable: `trace:PATTERN`. */
  readonly patterns: readonly string[];
}

const TRACE = 'trace:';

/** Reads `item,...`; `none` stands alone, `all` means every item. Null when something in it is not known. */
export function parseLogItems(text: string): LogRequest | null {
  const items = new Set<LogItem>();
  const patterns: string[] = [];
  if (text === 'none') return { items, patterns };
  for (const word of text.split(',')) {
    const found = LOG_ITEMS.filter(({ name }) => word === 'all' || word === name);
    if (word.startsWith(TRACE) && word.length > TRACE.length) patterns.push(word.slice(TRACE.length));
    else if (found.length === 0) return null;
    for (const { name } of found) items.add(name);
  }
  return { items, patterns };
}
