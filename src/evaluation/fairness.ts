import { usageError } from '../errors.ts';
import type { Table } from '../data/columns.ts';
import type { ScoredRows } from '../statistics/metrics/index.ts';
import { predictedClasses } from '../statistics/metrics/metric.ts';
import { shareDifferenceInterval, shareInterval } from '../statistics/intervals/share.ts';
import type { Fairness, FairnessGap, FairnessGroup, Share } from './fairnessShape.ts';
import { groupsOf } from './slices.ts';

export interface FairnessOptions {
  readonly columns: readonly string[];
  /** Shares of fewer rows are not judged. */
  readonly minRows: number;
}

function shareOf(rows: readonly number[], isHit: (row: number) => boolean): Share | null {
  if (rows.length === 0) return null;
  const hits = rows.filter(isHit).length;
  const { low, high } = shareInterval(hits, rows.length);
  return { hits, rows: rows.length, value: hits / rows.length, low, high };
}

type Rate = 'selection' | 'truePositiveRate' | 'falsePositiveRate';

function gapOf(groups: readonly FairnessGroup[], rate: Rate, minRows: number): Omit<FairnessGap, 'measure'> {
  const shares = groups.map((group) => ({ name: group.group, share: group[rate] }));
  const judged = shares.flatMap(({ name, share }) =>
    share !== null && share.rows >= minRows ? [{ name, share }] : [],
  );
  const tooSmall = shares.flatMap(({ name, share }) =>
    share === null || share.rows < minRows ? [name] : [],
  );
  const nothing = { difference: null, ratio: null, least: null, most: null, fewest: null, tooSmall };
  if (judged.length < 2) return nothing;
  const [first, ...others] = judged.sort((left, right) => left.share.value - right.share.value);
  const [least, most] = [first!, others.at(-1)!];
  const bounds = shareDifferenceInterval(
    { hits: most.share.hits, count: most.share.rows },
    { hits: least.share.hits, count: least.share.rows },
  );
  return {
    difference: { value: most.share.value - least.share.value, low: bounds.low, high: bounds.high },
    ratio: most.share.value === 0 ? 1 : least.share.value / most.share.value,
    least: least.name,
    most: most.name,
    fewest: Math.min(least.share.rows, most.share.rows),
    tooSmall,
  };
}

/** The wider of two gaps; one that cannot be judged is the wider one, for nothing is known of it. */
function wider(left: Omit<FairnessGap, 'measure'>, right: Omit<FairnessGap, 'measure'>) {
  if (left.difference === null || right.difference === null) return left.difference === null ? left : right;
  return left.difference.value >= right.difference.value ? left : right;
}

/**
 * How the groups of declared columns are answered on rows that the model did not fit: the share that is selected, and the
 * rates of true and false positives, each with its interval, and the gaps between groups.
 *
 * @throws usage error for a task without a positive class.
 */
export function judgeFairness(
  scored: ScoredRows,
  table: Table,
  { columns, minRows }: FairnessOptions,
): Fairness[] {
  if (columns.length === 0) return [];
  if (scored.positive < 0)
    throw usageError({
      code: 'fairness-needs-two-classes',
      message:
        'evaluation.fairness compares how often groups are answered with the positive class, and this task has none.',
      hint: 'Take evaluation.fairness out; evaluation.slices shows the metric by group for any task.',
    });
  const predicted = predictedClasses(scored);
  const selected = (row: number): boolean => predicted[row] === scored.positive;
  return columns.flatMap((name): Fairness[] => {
    const column = table.columns.get(name);
    if (column === undefined) return [];
    const groups = groupsOf(name, column, scored.target.length).map(
      ({ name: group, rows }): FairnessGroup => ({
        group,
        rows: rows.length,
        selection: shareOf(rows, selected),
        truePositiveRate: shareOf(
          rows.filter((row) => scored.target[row] === scored.positive),
          selected,
        ),
        falsePositiveRate: shareOf(
          rows.filter((row) => scored.target[row] !== scored.positive),
          selected,
        ),
      }),
    );
    const found = gapOf(groups, 'truePositiveRate', minRows);
    const gaps: FairnessGap[] = [
      { measure: 'selection_rate', ...gapOf(groups, 'selection', minRows) },
      { measure: 'equal_opportunity', ...found },
      { measure: 'equalised_odds', ...wider(found, gapOf(groups, 'falsePositiveRate', minRows)) },
    ];
    return [{ column: name, minRows, groups, gaps }];
  });
}
