import type { ColumnKind } from '../../data/columns.ts';
import type { Plain } from '../spec.ts';
import { tableOfRows } from '../../ownCells.ts';
import type { OwnInputs, OwnRow } from '../../ownCells.ts';
import { cellsOf, ownColumns } from './columns.ts';
import type { RefusedRow } from './columns.ts';
import type { OwnTransform } from './definition.ts';
import { fitOwn } from './fit.ts';
import { registerCode, transformsOf } from './loaded.ts';

/** What a transform makes of some rows. */
export interface TestedTransform {
  /** The cells of its column, by row; null where the cell is missing or the row was refused. */
  readonly cells: readonly (string | number | null)[];
  /** Rows that are refused, and why. */
  readonly refused: readonly RefusedRow[];
  /** What `fit` gave, as the bundle will keep it. */
  readonly state: Plain;
}

const underTest = 'testTransform';

/**
 * Fits a transform on rows and applies it to the same rows, with the checks that training makes of what it gives: for unit tests.
 *
 * @param training Rows to fit on, where they are others.
 * @throws usage error where `fit` gives what a bundle cannot keep, or `apply` keeps something from row to row
 * @example testTransform(defineTransform({ name: 'x2', inputs: { x: 'number' }, output: 'number', apply: ({ x }) => x && 2 * x }), [{ x: 21 }, { x: null }]).cells // → [42, null]
 */
export function testTransform<
  Inputs extends OwnInputs,
  Output extends ColumnKind,
  State extends Plain,
  Row extends OwnRow<Inputs> = OwnRow<Inputs>,
>(
  transform: OwnTransform<Inputs, Output, State, Row>,
  rows: readonly NoInfer<Row>[],
  training: readonly NoInfer<Row>[] = rows,
): TestedTransform {
  const { inputs, name, output } = transform;
  registerCode(underTest, {
    transforms: transformsOf({ [underTest]: { transform } }),
    within: (call) => call(),
  });
  const own = fitOwn(underTest, tableOfRows(inputs, training), Object.keys(inputs));
  const { columns, refused } = ownColumns(own, tableOfRows(inputs, rows));
  const cellOf = cellsOf({ rows: rows.length, columns }, [{ name, kind: output }]);
  return {
    cells: rows.map((_, row) => cellOf(row)[name] ?? null),
    refused,
    state: own.columns[0]?.state ?? null,
  };
}
