import { describe, expect, it } from 'vitest';
import { explainChange } from './explainChange.ts';
import type { ColumnDrift } from '../report.ts';

const drift = (column: string, effect: number, state: ColumnDrift['state'] = 'drifted'): ColumnDrift => ({
  column,
  of: column === 'answer' ? 'prediction' : 'input',
  test: 'ks',
  distance: 'wasserstein',
  p: 0,
  adjustedP: 0,
  effect,
  psi: 0,
  rows: 1,
  referenceRows: 1,
  state,
  change: '',
  bins: [],
});

describe('what explains a change', () => {
  const importances = [
    { column: 'a', drop: 0.3 },
    { column: 'b', drop: 0.1 },
    { column: 'useless', drop: -0.01 },
    { column: 'still', drop: 9 },
  ];

  it('is importance × drift, the most first', () => {
    const all = [
      drift('useless', 5),
      drift('b', 0.6),
      drift('a', 0.4),
      drift('unknown', 1),
      drift('still', 1, 'stable'),
      drift('answer', 1),
    ];
    expect(explainChange(all, importances)).toEqual([
      { column: 'a', effect: 0.4, importance: 0.3, share: expect.closeTo(2 / 3, 12) },
      { column: 'b', effect: 0.6, importance: 0.1, share: expect.closeTo(1 / 3, 12) },
      { column: 'useless', effect: 5, importance: 0, share: 0 },
      { column: 'unknown', effect: 1, importance: null, share: 0 },
    ]);
  });

  it('is nothing where nothing that matters drifted', () => {
    expect(explainChange([drift('unknown', 1), drift('useless', 1)], importances)).toBeUndefined();
    expect(explainChange([], importances)).toBeUndefined();
    expect(explainChange([drift('a', 1)], [])).toBeUndefined();
  });
});
