import type { OwnInputs, OwnRow } from '../../ownCells.ts';

/** The rows of a snapshot as own code sees them: they can be gone through several times. */
export interface OwnRows<
  Inputs extends OwnInputs,
  Row extends OwnRow<Inputs> = OwnRow<Inputs>,
> extends Iterable<Row> {
  readonly length: number;
}

/** Something that a check of a team's own found. */
export interface OwnFinding<Inputs extends OwnInputs> {
  /** One sentence: got versus expected. */
  readonly message: string;
  /** The column that it is about; left out: all that the check reads. */
  readonly column?: keyof Inputs & string;
  /** Rows that it is about, by their place among the rows that the check was given, from 0. */
  readonly rows?: readonly number[];
  /** Another one than the check's. */
  readonly severity?: 'error' | 'warning';
}

interface Named<Inputs extends OwnInputs> {
  /** Lower case, digits, `_` and `-`: findings are called `own-<name>`. */
  readonly name: string;
  /** Columns that it reads, each with the kind that the row schema gives it. The label and ids may be among them. */
  readonly inputs: Inputs;
  /** An error (the default) ends the command with exit code 3. */
  readonly severity?: 'error' | 'warning';
  /** Why it matters; stands in the message. */
  readonly because?: string;
}

/** A check of single rows. */
export interface OwnRowCheck<
  Inputs extends OwnInputs,
  Row extends OwnRow<Inputs> = OwnRow<Inputs>,
> extends Named<Inputs> {
  /** What must be, in words: `total is at least what one month costs`. */
  readonly expected: string;
  /** Is the row as expected? null = that cannot be said of it: it is not judged. */
  readonly holds: (row: Row) => boolean | null;
  /** Share of the judged rows that must hold; 1 by default. */
  readonly mostly?: number;
}

/** A check of all rows together. */
export interface OwnTableCheck<
  Inputs extends OwnInputs,
  Row extends OwnRow<Inputs> = OwnRow<Inputs>,
> extends Named<Inputs> {
  /** What it finds; an empty list where all is well. A function of the rows and of nothing else. */
  readonly check: (rows: OwnRows<Inputs, Row>) => readonly OwnFinding<Inputs>[];
}

/** A check of a team's own: of single rows (`holds`), or of all of them together (`check`). */
export type OwnCheck<Inputs extends OwnInputs, Row extends OwnRow<Inputs> = OwnRow<Inputs>> =
  OwnRowCheck<Inputs, Row> | OwnTableCheck<Inputs, Row>;

/** By this mark a module's checks are told from what else it exports. */
export const checkMark = 'aieng:check';

/** The same check, marked as one. */
export const asCheck = <Check extends object>(check: Check): Check => ({ ...check, [checkMark]: true });

/**
 * Defines a check of a team's own. The pipeline names its file: `checks: [./checks.ts]`.
 *
 * @example defineCheck({ name: 'paid', inputs: { total: 'number' }, expected: 'something was paid', holds: ({ total }) => total && total > 0 }).name === 'paid'
 */
export function defineCheck<const Inputs extends OwnInputs>(check: OwnCheck<Inputs>): OwnCheck<Inputs> {
  return asCheck(check);
}
