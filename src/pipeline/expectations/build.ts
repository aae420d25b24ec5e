import type { Bounds, Expectation } from '../../validation/expectations/expectation.ts';
import type { WrittenBounds, WrittenCheck } from './written.ts';
import { boundKeys, distanceKeys, figureKeys } from './written.ts';

function boundsOf({ between, at_least, at_most, above, below }: WrittenBounds): Bounds {
  const [low, high] = between ?? [at_least, at_most];
  return {
    ...(low === undefined ? {} : { at_least: low }),
    ...(high === undefined ? {} : { at_most: high }),
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
  };
}

type Common = Pick<Expectation, 'item' | 'mostly' | 'severity' | 'because'>;

/** Everything that an entry expects of a column's cells. */
function ofCells(check: WrittenCheck, column: string, common: Common, time: string | null): Expectation[] {
  const found: Expectation[] = [];
  const { present, type, unique, matches, length, increasing, fresher_than: within } = check;
  if (present !== undefined) found.push({ ...common, expects: 'presence', column });
  if (type !== undefined) found.push({ ...common, expects: 'type', column, type });
  if (unique !== undefined) found.push({ ...common, expects: 'uniqueness', columns: [column] });
  for (const [words, allowed] of [
    [check.in, true],
    [check.not_in, false],
  ] as const)
    if (words !== undefined) found.push({ ...common, expects: 'set', column, words, allowed });
  if (boundKeys.some((key) => check[key] !== undefined))
    found.push({ ...common, expects: 'range', column, bounds: boundsOf(check) });
  if (matches !== undefined) found.push({ ...common, expects: 'pattern', column, pattern: matches });
  if (length !== undefined) found.push({ ...common, expects: 'length', column, bounds: boundsOf(length) });
  if (increasing !== undefined && increasing !== false) {
    const { by = time ?? '', strictly = false } = increasing === true ? {} : increasing;
    found.push({ ...common, expects: 'monotony', column, by, strictly });
  }
  if (within !== undefined) found.push({ ...common, expects: 'freshness', column, within });
  return found;
}

/** Everything that an entry expects of figures of a column. */
function ofFigures(check: WrittenCheck, column: string, common: Common): Expectation[] {
  const figures = figureKeys.flatMap((statistic): Expectation[] => {
    const written: (WrittenBounds & { at?: number }) | undefined = check[statistic];
    if (written === undefined) return [];
    const probability = statistic === 'quantile' ? (written.at ?? 0.5) : 0.5;
    return [{ ...common, expects: 'statistic', column, statistic, probability, bounds: boundsOf(written) }];
  });
  const far = distanceKeys.flatMap((measure): Expectation[] => {
    const most = check.distance?.[measure];
    return most === undefined ? [] : [{ ...common, expects: 'distance', column, measure, at_most: most }];
  });
  return [...figures, ...far];
}

/** What the entries of `checks` expect, one thing each. The cross-checks have said that each makes sense. */
export function buildExpectations(checks: readonly WrittenCheck[], time: string | null): Expectation[] {
  return checks.flatMap((check, item): Expectation[] => {
    const { column, columns, rows, that, tolerance = 0, mostly = 1, severity, because = '' } = check;
    const common: Common = { item, mostly, severity, because };
    if (rows !== undefined) return [{ ...common, expects: 'rows', bounds: boundsOf(rows) }];
    if (that !== undefined) return [{ ...common, expects: 'formula', that, tolerance }];
    if (columns !== undefined) return [{ ...common, expects: 'uniqueness', columns }];
    if (column === undefined) return [];
    return [...ofCells(check, column, common, time), ...ofFigures(check, column, common)];
  });
}
