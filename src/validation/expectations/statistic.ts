import { quantile, sortedFinite } from '../../statistics/quantiles.ts';
import type { ColumnProfile } from '../profile.ts';
import { boundsText, within } from './bounds.ts';
import type { ExpectationOf } from './expectation.ts';
import type { ExpectationKind, Judged } from './judging.ts';
import { columnNamed } from './judging.ts';

type Asked = ExpectationOf<'statistic'>;

const nameOf = ({ statistic, probability }: Asked): string =>
  statistic === 'distinct'
    ? 'number of different values'
    : statistic === 'std'
      ? 'standard deviation'
      : statistic === 'quantile'
        ? `quantile ${probability}`
        : statistic;

function figure({ statistic, probability, column: name }: Asked, input: Judged, own: ColumnProfile): number {
  const mean = own.numeric?.mean ?? Number.NaN;
  switch (statistic) {
    case 'distinct':
      return own.distinct;
    case 'mean':
      return mean;
    case 'std':
      return own.numeric?.std ?? Number.NaN;
    case 'sum':
      return mean * (own.rows - own.missing);
    case 'median':
    case 'quantile': {
      const column = columnNamed(input, name);
      if (column.kind !== 'number') return Number.NaN;
      return quantile(sortedFinite(column.values), probability);
    }
  }
}

export const statistic: ExpectationKind<'statistic'> = {
  name: 'statistic',
  description:
    'The mean, median, a quantile, the standard deviation, the sum or the number of different values lies within bounds.',
  expected: (asked) => boundsText(asked.bounds),
  judge: function* (asked, input) {
    const own = input.profile.columns.find((column) => column.name === asked.column);
    if (own === undefined || own.missing === own.rows)
      return { kind: 'none', why: `${asked.column} has no value` };
    // What rounding left behind the 12th digit crosses no bound.
    const value = Number(figure(asked, input, own).toPrecision(12));
    yield own.rows;
    const got = `the ${nameOf(asked)} of ${asked.column} is ${Number(value.toPrecision(6))}`;
    return { kind: 'whole', holds: within(asked.bounds)(value), got, rows: own.rows - own.missing };
  },
};
