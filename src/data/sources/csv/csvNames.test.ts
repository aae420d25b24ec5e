import { describe, expect, it } from 'vitest';
import { paddedNames } from './csvNames.ts';

describe('spaces around the names of a header', () => {
  const told = (...names: readonly string[]): readonly string[] =>
    paddedNames(names, 3).map(({ what, line }) => `${line}: ${what}`);

  it('are told, with what the columns are called', () => {
    expect(told('id', ' age ', 'plan\t')).toEqual([
      '3: Spaces around names are left out: " age " → age, "plan\\t" → plan.',
    ]);
    expect(told(' id', ' age', ' plan')).toHaveLength(1);
    expect(told(' age ')).toHaveLength(1);
  });

  it('are not, where there are none, or where a space stands behind each delimiter', () => {
    expect(told('id', 'age')).toEqual([]);
    expect(told('\ufeffid', 'age', ' ')).toEqual([]);
    expect(told('id', ' age', ' plan')).toEqual([]);
    expect(told()).toEqual([]);
  });
});
