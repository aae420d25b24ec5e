import { benjaminiHochberg } from '../statistics/corrections.ts';
import { sortedPresent } from '../statistics/quantiles.ts';
import { compareCategories } from './compareCategories.ts';
import { compareNumbers } from './compareNumbers.ts';
import { missingComponent, shares } from './components.ts';
import { categoryCounts, numberCounts } from './profileReference.ts';
import { discreteValues } from '../statistics/shareChange.ts';
import type { Column, Table } from '../data/columns.ts';
import type { MonitorSection } from '../pipeline/pipeline.ts';
import type { Compared } from './components.ts';
import type { Reference, ReferenceColumn } from './reference.ts';
import type { ColumnDrift } from './report.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/** What decides whether a column drifted. */
export type DriftPolicy = Pick<MonitorSection, 'drift' | 'min_rows'>;

/** What arrived: the input columns, and the model's answers as the reference names them. */
export interface CurrentRows {
  readonly table: Table;
  readonly predictions: Table;
}

/** Text and times: only missing cells are compared. Words rarely repeat, and time always moves on. */
function compareMissing(column: ReferenceColumn, missing: number, rows: number, minEffect: number): Compared {
  const component = missingComponent(column, missing, rows, minEffect);
  const none = {
    test: 'hypergeometric',
    distance: 'share_change',
    p: 1,
    effect: 0,
    matters: false,
    change: 'none missing',
  };
  const counts = (gone: number, all: number): number[] => [all - gone, gone];
  return {
    ...(component ?? none),
    psi: 0,
    bins: shares(['present', 'missing'], counts(column.missing, column.rows), counts(missing, rows)),
  };
}

function compareValues(column: ReferenceColumn, values: Float64Array, minEffect: number): Compared {
  if (column.counts === undefined) return compareNumbers(column, values, minEffect);
  const present = sortedPresent(values);
  // A number that had few values and now has very many is no longer discrete, but its χ² finds that as well.
  const counts = numberCounts(present, 10 * discreteValues);
  if (counts === undefined && (column.std ?? 0) > 0) return compareNumbers(column, values, minEffect);
  const named = (counts ?? [[Number.NaN, present.length] as const]).map(
    ([value, count]) => [Number.isNaN(value) ? 'other values' : String(value), count] as const,
  );
  return compareCategories(column, new Map(named), values.length - present.length, minEffect);
}

function compareColumn(column: ReferenceColumn, current: Column, rows: number, minEffect: number): Compared {
  switch (current.kind) {
    case 'category': {
      let missing = 0;
      for (const code of current.codes) if (code === -1) missing += 1;
      return compareCategories(column, new Map(categoryCounts(current)), missing, minEffect);
    }
    case 'number':
      return compareValues(column, current.values, minEffect);
    case 'time': {
      let missing = 0;
      for (const value of current.values) if (Number.isNaN(value)) missing += 1;
      return compareMissing(column, missing, rows, minEffect);
    }
    case 'text':
      return compareMissing(column, current.values.filter((value) => value === null).length, rows, minEffect);
  }
}

/** Is there anything to compare? A column that vanished or changed its kind is a schema alarm, not drift. */
function comparable(column: ReferenceColumn, current: Column | undefined, rows: number): current is Column {
  return rows > 0 && column.rows > 0 && current?.kind === column.kind;
}

/**
 * Every column of the reference that is still there against what arrived. A column drifted when the difference is
 * significant after Benjamini–Hochberg over all columns at `alpha`, AND its effect is at least `min_effect`, AND there are at
 * least `min_rows` rows; with fewer rows nothing is judged. Significance alone alarms on nothing, size alone on noise.
 */
export function compare(...asked: Parameters<typeof comparingTraffic>): readonly ColumnDrift[] {
  return finish(comparingTraffic(...asked));
}

/** `compare` in pieces: a column at a time. */
export function* comparingTraffic(
  reference: Reference,
  current: CurrentRows,
  policy: DriftPolicy,
): Work<readonly ColumnDrift[]> {
  const { alpha, min_effect, ignore } = policy.drift;
  const compared: (Omit<ColumnDrift, 'adjustedP' | 'state'> & Pick<Compared, 'matters'>)[] = [];
  for (const of of ['input', 'prediction'] as const) {
    const { rows, columns } = of === 'input' ? current.table : current.predictions;
    for (const column of reference[of === 'input' ? 'columns' : 'predictions']) {
      const cells = columns.get(column.name);
      if ((of === 'input' && ignore.includes(column.name)) || !comparable(column, cells, rows)) continue;
      const result = compareColumn(column, cells, rows, min_effect);
      compared.push({ column: column.name, of, rows, referenceRows: column.rows, ...result });
      yield rows;
    }
  }
  const adjusted = benjaminiHochberg(compared.map(({ p }) => p));
  return compared.map(({ matters, ...column }, i) => {
    const adjustedP = adjusted[i]!;
    const drifted = adjustedP <= alpha && matters;
    const state = column.rows < policy.min_rows ? 'not enough data' : drifted ? 'drifted' : 'stable';
    return { ...column, adjustedP, state };
  });
}
