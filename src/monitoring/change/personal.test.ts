import { expect, it } from 'vitest';
import { withoutPersonalValues } from './personal.ts';
import type { ColumnDrift, SchemaAlarm } from '../report.ts';

const drift = (column: string, of: ColumnDrift['of']): ColumnDrift => ({
  ...{
    column,
    of,
    test: 'hypergeometric',
    distance: 'share_change',
    p: 0,
    adjustedP: 0,
    effect: 0.5,
    psi: 1,
  },
  ...{ rows: 10, referenceRows: 10, state: 'drifted', change: '"ada" 0 % → 50 %' },
  bins: [{ label: 'ada', reference: 0, current: 0.5 }],
});
const alarm = (column: string, kind: SchemaAlarm['kind']): SchemaAlarm => ({
  ...{ column, kind, count: 5, share: 0.5 },
  message: `${column}: ada, 7 … 9`,
});

it('tells that a personal column changed and how far, and none of its values', () => {
  const kinds = ['new-category', 'out-of-range'] as const;
  const found = withoutPersonalValues(
    { drift: [drift('name', 'input')], schema: kinds.map((kind) => alarm('name', kind)) },
    new Set(['name']),
  );
  expect(found.drift[0]).toMatchObject({ column: 'name', effect: 0.5, state: 'drifted' });
  expect(found.schema.map(({ share }) => share)).toEqual([0.5, 0.5]);
  expect(JSON.stringify(found)).not.toMatch(/ada|7 … 9/);
});

it('leaves other columns, answers of the same name, and what names no value as they are', () => {
  const findings = {
    drift: [drift('plan', 'input'), drift('name', 'prediction')],
    schema: [alarm('plan', 'new-category'), alarm('name', 'column-missing'), alarm('name', 'type-change')],
  };
  expect(withoutPersonalValues(findings, new Set(['name']))).toEqual(findings);
});
