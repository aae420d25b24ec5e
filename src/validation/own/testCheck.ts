import { tableOfRows } from '../../ownCells.ts';
import type { OwnInputs, OwnRow } from '../../ownCells.ts';
import { finish } from '../../work.ts';
import type { Finding } from '../finding.ts';
import type { OwnCheck } from './definition.ts';
import { judgingOwn } from './judging.ts';
import { checksOf } from './loaded.ts';

/**
 * What a check finds in some rows, as `validate` tells it: for unit tests. Row ids are the places of the rows, from 0. A
 * check that throws has found that.
 *
 * @throws usage error for what is no check
 * @example testCheck(defineCheck({ name: 'paid', inputs: { total: 'number' }, expected: 'something was paid', holds: ({ total }) => total && total > 0 }), [{ total: 3 }, { total: -1 }]).map(({ count, examples }) => [count, examples[0].rowId]) // → [[1, '1']]
 */
export function testCheck<Inputs extends OwnInputs, Row extends OwnRow<Inputs> = OwnRow<Inputs>>(
  check: OwnCheck<Inputs, Row>,
  rows: readonly NoInfer<Row>[],
): readonly Finding[] {
  const checks = checksOf({ testCheck: { check } });
  const table = tableOfRows(check.inputs, rows);
  const rowIds = { length: rows.length, at: String };
  return finish(judgingOwn({ checks, within: (call) => call(), placeOf: () => null }, { table, rowIds }));
}
