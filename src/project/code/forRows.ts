import type { ColumnKind } from '../../data/columns.ts';
import { asTransform } from '../../features/own/definition.ts';
import type { OwnTransform } from '../../features/own/definition.ts';
import type { Plain } from '../../features/spec.ts';
import type { OwnInputs, OwnRow } from '../../ownCells.ts';
import { asCheck } from '../../validation/own/definition.ts';
import type { OwnCheck } from '../../validation/own/definition.ts';

/** Kinds that a column with such cells may have. Which of the two it has, `featurize` and `validate` hold against the row schema. */
type KindOf<Cell> = [Extract<Cell, number>] extends [never] ? 'category' | 'text' : 'number' | 'time';

/** Inputs must be columns of the rows, of their kind. */
interface Held<Row, Inputs> {
  readonly inputs: {
    readonly [Name in keyof Inputs]: Name extends keyof Row ? KindOf<Row[Name]> : never;
  };
}

/** What own code sees of a row: the columns that it asked for, with the words that the row schema knows. */
type Seen<Row, Inputs extends OwnInputs> = OwnRow<Inputs> & Pick<Row, keyof Inputs & keyof Row>;

/** Defines transforms and checks whose columns are those of a row schema. */
export interface RowDefinitions<Row> {
  /** `defineTransform`, with inputs that the rows have. */
  readonly defineTransform: <
    const Inputs extends OwnInputs,
    const Output extends ColumnKind,
    State extends Plain = null,
  >(
    transform: OwnTransform<Inputs, Output, State, Seen<Row, Inputs>> & Held<Row, NoInfer<Inputs>>,
  ) => OwnTransform<Inputs, Output, State, Seen<Row, Inputs>>;
  /** `defineCheck`, with inputs that the rows have. */
  readonly defineCheck: <const Inputs extends OwnInputs>(
    check: OwnCheck<Inputs, Seen<Row, Inputs>> & Held<Row, NoInfer<Inputs>>,
  ) => OwnCheck<Inputs, Seen<Row, Inputs>>;
}

/**
 * `defineTransform` and `defineCheck` for the rows of one pipeline, whose type `aieng schema types` writes: a column that is
 * not there, or of another kind, does not compile, and words are those of the row schema.
 *
 * @example Object.keys(forRows()) // → ['defineTransform', 'defineCheck']
 */
export const forRows = <Row>(): RowDefinitions<Row> => ({
  defineTransform: asTransform,
  defineCheck: asCheck,
});
