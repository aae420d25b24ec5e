import type { Column, ColumnKind, Table } from '../data/columns.ts';
import { usageError } from '../errors.ts';
import { autoChoice, isWide } from './auto.ts';
import { derivedColumns, withDerived } from './derived.ts';
import { withOwn } from './own/columns.ts';
import type { Derived, FeatureSpec, FeaturesSpec, FittedOwn } from './spec.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/** What becomes of one column of the training part, and why. Without features it gives nothing. */
export interface ColumnPlan {
  readonly column: string;
  readonly kind: ColumnKind;
  readonly source: 'excluded' | 'dropped' | 'explicit' | 'auto' | 'unused';
  readonly features: readonly FeatureSpec[];
  /** In words, e.g. `the value is always the same`. */
  readonly because: string;
}

/** What `fit` will derive, column by column. */
interface Plan {
  readonly columns: readonly ColumnPlan[];
  /** Columns that are made of others. */
  readonly derived: readonly Derived[];
  /** With these. */
  readonly table: Table;
}

function checkNames(spec: FeaturesSpec, table: Table, excluded: ReadonlySet<string>): void {
  const allowed = [...table.columns.keys()].filter((name) => !excluded.has(name));
  for (const { column } of spec.features) {
    if (excluded.has(column))
      throw usageError({
        code: 'feature-of-label',
        message: `A feature reads ${column}, which is the label or an id of the row.`,
        hint: `Remove the feature: a model must not see it. Columns to choose from: ${allowed.join(', ')}.`,
      });
  }
  for (const column of [...spec.features.map((feature) => feature.column), ...spec.drop])
    if (!table.columns.has(column) && !excluded.has(column))
      throw usageError({
        code: 'feature-unknown-column',
        message: `The features name a column ${JSON.stringify(column)} that the data does not have.`,
        hint: `Columns to choose from: ${allowed.join(', ')}.`,
      });
}

/** `describeAuto` in pieces: it counts a column's rows once it has looked at it. */
export function* planning(
  spec: FeaturesSpec,
  table: Table,
  exclude: readonly string[],
  labelled: boolean,
  own?: FittedOwn,
): Work<Plan> {
  const excluded = new Set(exclude);
  const given = withOwn(table, own);
  checkNames(spec, given, excluded);
  const derived = derivedColumns(spec, given, excluded);
  const made = new Set([...derived, ...(own?.columns ?? [])].map(({ name }) => name));
  const whole = withDerived(given, derived);
  const known = { excluded, labelled, wide: isWide(table) };
  const columns: ColumnPlan[] = [];
  for (const [column, data] of whole.columns) {
    const asked = made.has(column) ? { ...spec, auto: true } : spec;
    columns.push(planColumn(asked, column, data, known));
    yield table.rows;
  }
  return { columns, derived, table: whole };
}

/** What is known beside a column. */
interface Known {
  readonly excluded: ReadonlySet<string>;
  readonly labelled: boolean;
  readonly wide: boolean;
}

function planColumn(
  spec: FeaturesSpec,
  column: string,
  data: Column,
  { excluded, labelled, wide }: Known,
): ColumnPlan {
  const { kind } = data;
  const none = { column, kind, features: [] };
  if (excluded.has(column)) return { ...none, source: 'excluded', because: 'the label or an id of the row' };
  if (spec.drop.includes(column)) return { ...none, source: 'dropped', because: 'dropped by the pipeline' };
  const explicit = spec.features.filter((feature) => feature.column === column);
  if (explicit.length > 0)
    return { column, kind, source: 'explicit', features: explicit, because: 'as the pipeline says' };
  if (!spec.auto) return { ...none, source: 'unused', because: 'auto is off and no feature reads it' };
  const { chains, because } = autoChoice(data, labelled, wide);
  return { column, kind, source: 'auto', features: chains.map((steps) => ({ column, steps })), because };
}

/**
 * What `fit` will derive from each column of the training part, in the table's order, and why: the answer to "which
 * columns gave nothing?". `exclude` names label and id columns; `labelled`: its rows' labels are given to `fit`. Throws a usage error for a feature of an excluded
 * column and for unknown column names.
 */
export function describeAuto(
  spec: FeaturesSpec,
  table: Table,
  exclude: readonly string[],
  labelled = false,
): readonly ColumnPlan[] {
  return finish(planning(spec, table, exclude, labelled)).columns;
}
