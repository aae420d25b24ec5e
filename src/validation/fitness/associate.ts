import type { Association } from '../association.ts';
import { correlationOf, standardized } from './collinear.ts';
import type { Looked } from './fitness.ts';
import { measureOf } from './fitness.ts';

/** As many as anybody reads. */
const mostColumns = 30;
const mostPairs = 30;
const mostInMatrix = 12;
/** Columns that pairs are made of, and rows. */
const comparedColumns = 100;
const comparedRows = 2000;
/** Less than this is next to nothing. */
const least = 0.3;

/** What goes with what: for whoever looks at the data, not for a verdict. Undefined where there is no label to tell. */
export function associate({ rows, target, features }: Looked): Association | undefined {
  if (target === undefined) return undefined;
  const columns = features
    .filter(({ score }) => Number.isFinite(score))
    .sort((left, right) => right.score - left.score)
    .slice(0, mostColumns)
    .map(({ name, score }) => ({ name, score }));
  const step = Math.max(1, Math.ceil(rows.length / comparedRows));
  const some = rows.filter((_, at) => at % step === 0);
  const numbers = features.slice(0, comparedColumns).flatMap((feature) => {
    const unit = standardized(feature, some);
    return unit === undefined ? [] : [{ name: feature.name, unit }];
  });
  const pairs = numbers.flatMap((left, at) =>
    numbers.slice(at + 1).flatMap((right) => {
      const correlation = correlationOf(left.unit, right.unit);
      return Math.abs(correlation) < least ? [] : [{ left: left.name, right: right.name, correlation }];
    }),
  );
  const most = columns
    .flatMap(({ name }) => numbers.filter((each) => each.name === name))
    .slice(0, mostInMatrix);
  return {
    rows: rows.length,
    measure: measureOf(target),
    columns,
    pairs: pairs
      .sort((left, right) => Math.abs(right.correlation) - Math.abs(left.correlation))
      .slice(0, mostPairs),
    ...(most.length < 2
      ? {}
      : {
          matrix: {
            names: most.map(({ name }) => name),
            correlations: most.map((left) => most.map((right) => correlationOf(left.unit, right.unit))),
          },
        }),
  };
}
