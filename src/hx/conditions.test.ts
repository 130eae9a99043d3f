import { describe, expect, it } from 'vitest';
import { ConditionStack, conditionHolds, joinConditions } from './conditions.ts';
import { HxSyntaxError } from './errors.ts';

const here = { file: 'f.hx', line: 1, column: 1 };

describe('conditionHolds', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, true],
    ['defined(A)', true],
    ['defined A', true],
    ['defined(B)', false],
    ['!defined(B)', true],
    ['defined(B) || defined(A)', true],
    ['defined(A) && defined(B)', false],
    ['defined(B) && defined(B) || defined(A)', true],
    ['defined(A) || defined(B) && defined(B)', true],
    ['!(defined(A) && defined(B))', true],
    ['1', true],
    ['0 || A', true],
    ['B', false],
  ])('%s is %s with A defined', (condition, expected) => {
    expect(conditionHolds(condition, new Set(['A']))).toBe(expected);
  });
});

describe('ConditionStack', () => {
  const conditionsAfter = (...directives: [string, string?][]) => {
    const stack = new ConditionStack();
    for (const [name, argument = ''] of directives) stack.directive(name, argument, here);
    return stack.conditions;
  };

  it('states each branch by what must hold and what must not', () => {
    const start: [string, string?][] = [
      ['ifdef', 'A'],
      ['elif', 'defined(B)'],
    ];
    expect(conditionsAfter(...start)).toEqual(['!(defined(A)) && (defined(B))']);
    expect(conditionsAfter(...start, ['else'])).toEqual(['!(defined(A)) && !(defined(B))']);
    expect(conditionsAfter(...start, ['else'], ['endif'])).toEqual([]);
    expect(joinConditions(conditionsAfter(['if', 'A'], ['ifndef', 'B']))).toBe('(A) && (!defined(B))');
  });

  it.each<[string, [string, string?][]]>([
    ['#elif after #else', [['if', 'A'], ['else'], ['elif', 'B']]],
    ['expected a condition after #elif', [['if', 'A'], ['elif']]],
    ['expected a name after #ifdef', [['ifdef']]],
    ["expected '&&', '||' or end of line, found 'B'", [['if', 'A B']]],
    ["expected defined(NAME), '!' or '(', found '<'", [['if', '< 1']]],
    ["expected ')', found 'end of line'", [['if', '(A']]],
    ['nested too deeply', [['if', `${'('.repeat(100)}A`]]],
  ])('refuses: %s', (message, directives) => {
    expect(() => conditionsAfter(...directives)).toThrow(HxSyntaxError);
    expect(() => conditionsAfter(...directives)).toThrow(message);
  });
});
