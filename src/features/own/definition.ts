import type { ColumnKind } from '../../data/columns.ts';
import type { CellOf, OwnInputs, OwnRow } from '../../ownCells.ts';
import type { Plain } from '../spec.ts';

/** A team's own transform: one new column, made of others row by row. */
export interface OwnTransform<
  Inputs extends OwnInputs,
  Output extends ColumnKind,
  State extends Plain,
  Row extends OwnRow<Inputs> = OwnRow<Inputs>,
> {
  /** Name of the column that it makes: steps, categories, reports and explanations go by it. */
  readonly name: string;
  /** Columns that it reads, each with the kind that the row schema gives it. */
  readonly inputs: Inputs;
  /** Kind of the column that it makes. */
  readonly output: Output;
  /**
   * What it has to know of the training part, as plain JSON: it is kept in the bundle. It sees the rows of the training part
   * alone, without their labels; they can be gone through several times.
   */
  readonly fit?: (rows: Iterable<Row>) => State;
  /**
   * The cell of one row; null is missing. A function of the row and of what `fit` gave, and of nothing else. A row for which
   * it throws, or gives no such cell (NaN is none), is refused.
   */
  readonly apply: (row: Row, state: State) => CellOf<Output>;
}

/** By this mark a module's transforms are told from what else it exports. */
export const ownMark = 'aieng:transform';

/** The same transform, marked as one. */
export const asTransform = <Transform extends object>(transform: Transform): Transform => ({
  ...transform,
  [ownMark]: true,
});

/**
 * Defines a transform of a team's own. The pipeline names its file: `features: { transforms: [./features.ts] }`.
 *
 * @example defineTransform({ name: 'x2', inputs: { x: 'number' }, output: 'number', apply: ({ x }) => x && 2 * x }).apply({ x: 21 }, null) === 42
 */
export function defineTransform<
  const Inputs extends OwnInputs,
  const Output extends ColumnKind,
  State extends Plain = null,
>(transform: OwnTransform<Inputs, Output, State>): OwnTransform<Inputs, Output, State> {
  return asTransform(transform);
}
