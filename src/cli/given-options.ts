import type { OptionValues } from '../core/config.ts';
import type { GivenOption } from './argv.ts';
import { parseOptionValues } from './options/values.ts';

/** The options of a command line, by name. */
export class GivenOptions {
  /** As they were given. */
  readonly order: readonly GivenOption[];

  constructor(order: readonly GivenOption[]) {
    this.order = order;
  }

  has(...names: string[]): boolean {
    return this.order.some(({ option }) => names.includes(option.name));
  }

  all(...names: string[]): string[] {
    return this.order.filter(({ option }) => names.includes(option.name)).map(({ argument }) => argument);
  }

  last(...names: string[]): string | undefined {
    return this.all(...names).at(-1);
  }

  values(name: string, impliedKey?: string): OptionValues[] {
    return this.all(name).map(text => parseOptionValues(text, impliedKey));
  }
}
