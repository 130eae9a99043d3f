import { HxSyntaxError } from './errors.ts';
import type { HxLocation } from './model.ts';
import type { Conditions } from './tokens.ts';

interface Frame {
  opened: HxLocation;
  /** conditions of the earlier branches of this #if */
  earlier: string[];
  current: string;
  sawElse: boolean;
}

function branch(earlier: readonly string[], condition?: string): string {
  const parts = earlier.map(text => `!(${text})`);
  if (condition !== undefined) parts.push(earlier.length > 0 ? `(${condition})` : condition);
  return parts.join(' && ');
}

/** Follows #if, #elif, #else and #endif and knows which conditions are in force. */
export class ConditionStack {
  #frames: Frame[] = [];
  #snapshot: Conditions = [];

  get conditions(): Conditions {
    return this.#snapshot;
  }

  /** Takes one directive; `argument` is the text behind its name. Throws HxSyntaxError. */
  directive(name: string, argument: string, location: HxLocation): void {
    if (name === 'endif') this.#close(location);
    else if (name === 'elif' || name === 'else') this.#nextBranch(name, argument, location);
    else this.#open(name, argument, location);
    this.#snapshot = this.#frames.map(frame => frame.current);
  }

  /** Throws when an #if was never closed. */
  finish(): void {
    const open = this.#frames.at(-1);
    if (open) throw new HxSyntaxError(open.opened, '#if without #endif: expected #endif before end of file');
  }

  #open(name: string, argument: string, location: HxLocation): void {
    if (argument === '') {
      throw new HxSyntaxError(
        location,
        `expected ${name === 'if' ? 'a condition' : 'a name'} after #${name}`,
      );
    }
    const text = name === 'if' ? argument : `${name === 'ifndef' ? '!' : ''}defined(${argument})`;
    checkCondition(text, location);
    this.#frames.push({ opened: location, earlier: [text], current: text, sawElse: false });
  }

  #nextBranch(name: 'elif' | 'else', argument: string, location: HxLocation): void {
    const frame = this.#frames.at(-1);
    if (!frame) throw new HxSyntaxError(location, `#${name} without #if`);
    if (frame.sawElse) throw new HxSyntaxError(location, `#${name} after #else: expected #endif`);
    if (name === 'else') {
      frame.sawElse = true;
      frame.current = branch(frame.earlier);
      return;
    }
    if (argument === '') throw new HxSyntaxError(location, 'expected a condition after #elif');
    checkCondition(argument, location);
    frame.current = branch(frame.earlier, argument);
    frame.earlier.push(argument);
  }

  #close(location: HxLocation): void {
    if (!this.#frames.pop()) throw new HxSyntaxError(location, '#endif without #if');
  }
}

/** Joins nested conditions to one text; undefined when there are none. */
export function joinConditions(conditions: Conditions): string | undefined {
  if (conditions.length < 2) return conditions[0];
  return conditions.map(text => `(${text})`).join(' && ');
}

const MAX_DEPTH = 64;

class ConditionError extends Error {}

/** Evaluates preprocessor conditions: defined, !, &&, ||, parentheses, integers, names (1 if defined, else 0). */
class ConditionReader {
  readonly #tokens: string[];
  readonly #defines: ReadonlySet<string>;
  #next = 0;
  #depth = 0;

  constructor(text: string, defines: ReadonlySet<string>) {
    this.#tokens = text.match(/[A-Za-z_]\w*|\d+|&&|\|\||[!()]|\S/g) ?? [];
    this.#defines = defines;
  }

  /** The truth value, or a text that says what was expected. */
  read(): boolean | string {
    try {
      const value = this.#or();
      const rest = this.#tokens[this.#next];
      return rest === undefined ? value : `expected '&&', '||' or end of line, found '${rest}'`;
    } catch (error) {
      if (error instanceof ConditionError) return error.message;
      throw error;
    }
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#accept('||')) value = this.#and() || value;
    return value;
  }

  #and(): boolean {
    let value = this.#unary();
    while (this.#accept('&&')) value = this.#unary() && value;
    return value;
  }

  #unary(): boolean {
    if (++this.#depth > MAX_DEPTH) throw new ConditionError('the condition is nested too deeply');
    try {
      if (this.#accept('!')) return !this.#unary();
      if (this.#accept('(')) return this.#closed(this.#or());
      return this.#primary();
    } finally {
      this.#depth--;
    }
  }

  #primary(): boolean {
    const token = this.#tokens[this.#next++] ?? 'end of line';
    if (token === 'defined') {
      const open = this.#accept('(');
      const name = this.#tokens[this.#next++] ?? 'end of line';
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw new ConditionError(`expected a name after defined, found '${name}'`);
      const value = this.#defines.has(name);
      return open ? this.#closed(value) : value;
    }
    if (/^\d+$/.test(token)) return Number(token) !== 0;
    if (/^[A-Za-z_]/.test(token) && token !== 'end of line') return this.#defines.has(token);
    const found = token === 'end of line' ? token : `'${token}'`;
    throw new ConditionError(`expected defined(NAME), '!' or '(', found ${found}`);
  }

  #closed(value: boolean): boolean {
    if (!this.#accept(')')) {
      throw new ConditionError(`expected ')', found '${this.#tokens[this.#next] ?? 'end of line'}'`);
    }
    return value;
  }

  #accept(token: string): boolean {
    if (this.#tokens[this.#next] !== token) return false;
    this.#next++;
    return true;
  }
}

function checkCondition(text: string, location: HxLocation): void {
  const value = new ConditionReader(text, new Set()).read();
  if (typeof value === 'string') throw new HxSyntaxError(location, value);
}

/** True when the condition holds with these symbols defined; texts from a parsed file never fail. */
export function conditionHolds(condition: string | undefined, defines: ReadonlySet<string>): boolean {
  return condition === undefined || new ConditionReader(condition, defines).read() === true;
}
