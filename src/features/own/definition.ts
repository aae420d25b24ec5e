import type { ColumnKind } from '../../data/columns.ts';
import type { Plain } from '../spec.ts';

/** A cell as a team's own code sees it: a number, a time as ms since 1970 UTC, a word, or null where it is missing. */
type CellOf<Kind extends ColumnKind> = (Kind extends 'number' | 'time' ? number : string) | null;

/** Columns that own code reads: name → kind, as the row schema has them. */
export type OwnInputs = Readonly<Record<string, ColumnKind>>;

/** A row as own code sees it: the columns that it asked for, and no others. */
export type OwnRow<Inputs extends OwnInputs> = { readonly [Name in keyof Inputs]: CellOf<Inputs[Name]> };

/** A team's own transform: one new column, made of others row by row. */
export interface OwnTransform<Inputs extends OwnInputs, Output extends ColumnKind, State extends Plain> {
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
  readonly fit?: (rows: Iterable<OwnRow<Inputs>>) => State;
  /**
   * The cell of one row; null is missing. A function of the row and of what `fit` gave, and of nothing else. A row for which
   * it throws, or gives no such cell (NaN is none), is refused.
   */
  readonly apply: (row: OwnRow<Inputs>, state: State) => CellOf<Output>;
}

/** By this mark a module's transforms are told from what else it exports. */
export const ownMark = 'aieng:transform';

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
  const marked = { ...transform, [ownMark]: true };
  return marked;
}
