import { parseTime } from '../../data/cells/times.ts';
import type { ColumnKind } from '../../data/columns.ts';
import { columnsOf, misfit } from '../../formula/formula.ts';
import { parseCondition } from '../../formula/parse.ts';
import type { Expectation } from '../../validation/expectations/expectation.ts';

/** The columns that an expectation names, each with where it may be written. */
export function namedByExpectation(
  expectation: Expectation,
): { readonly column: string; readonly pointers: readonly string[] }[] {
  const at = `/checks/${expectation.item}`;
  switch (expectation.expects) {
    case 'rows':
      return [];
    case 'formula':
      return columnsOf(parseCondition(expectation.that)).map((column) => ({
        column,
        pointers: [`${at}/that`],
      }));
    case 'uniqueness':
      return expectation.columns.map((column, index) => ({
        column,
        pointers: [`${at}/columns/${index}`, `${at}/column`, at],
      }));
    case 'monotony':
      return [
        { column: expectation.column, pointers: [`${at}/column`] },
        { column: expectation.by, pointers: [`${at}/increasing/by`, `${at}/increasing`] },
      ];
    default:
      return [{ column: expectation.column, pointers: [`${at}/column`] }];
  }
}

/** Kinds of columns that each expectation can be asked of; the others take any. */
const takes: Partial<Readonly<Record<Expectation['expects'], readonly ColumnKind[]>>> = {
  range: ['number', 'time'],
  pattern: ['category', 'text'],
  length: ['category', 'text'],
  monotony: ['number', 'time'],
  freshness: ['time'],
  distance: ['number', 'category'],
};

const figuresOfNumbers = 'a number';

function kindProblem(expectation: Expectation, kinds: ReadonlyMap<string, ColumnKind>): string | undefined {
  if (expectation.expects === 'formula') return misfit(parseCondition(expectation.that), kinds);
  if (!('column' in expectation)) return undefined;
  const kind = kinds.get(expectation.column);
  if (kind === undefined) return undefined;
  const got = `the column "${expectation.column}" is of kind ${kind}`;
  const allowed = takes[expectation.expects];
  if (allowed !== undefined && !allowed.includes(kind))
    return `${got}, expected ${allowed.join(' or ')} for ${expectation.expects}`;
  if (expectation.expects === 'statistic' && expectation.statistic !== 'distinct' && kind !== 'number')
    return `${got}, the ${expectation.statistic} is of ${figuresOfNumbers}`;
  if (expectation.expects === 'monotony') {
    const by = kinds.get(expectation.by);
    if (by !== undefined && by !== 'time' && by !== 'number')
      return `the column "${expectation.by}" is of kind ${by}, expected number or time to order by`;
  }
  if (expectation.expects !== 'range') return undefined;
  const { at_least: least, at_most: most, above, below } = expectation.bounds;
  for (const bound of [least, most, above, below]) {
    if (bound === undefined) continue;
    if (kind === 'number' && typeof bound === 'string')
      return `${got}, and the bound "${bound}" is no number`;
    if (kind === 'time' && (typeof bound === 'number' || Number.isNaN(parseTime(bound))))
      return `${got}, and the bound ${bound} is no time as ISO 8601`;
  }
  return undefined;
}

/** Expectations that do not go with the kinds of their columns, in words. */
export function misplacedExpectations(
  expectations: readonly Expectation[],
  kinds: ReadonlyMap<string, ColumnKind>,
): { readonly message: string; readonly pointers: readonly string[] }[] {
  return expectations.flatMap((expectation) => {
    const problem = kindProblem(expectation, kinds);
    return problem === undefined
      ? []
      : [
          {
            message: `checks[${expectation.item}]: ${problem}`,
            pointers: [`/checks/${expectation.item}/that`, `/checks/${expectation.item}/column`],
          },
        ];
  });
}
