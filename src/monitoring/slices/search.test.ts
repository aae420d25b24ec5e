import { describe, expect, it } from 'vitest';
import { takeRows } from '../../data/columns.ts';
import type { Column, Table } from '../../data/columns.ts';
import type { Task } from '../../modeling/model.ts';
import { createRandom } from '../../random.ts';
import type { Random } from '../../random.ts';
import { scoredRows } from '../../statistics/metrics/index.ts';
import type { ScoredRows } from '../../statistics/metrics/index.ts';
import { finish } from '../../work.ts';
import { numbers, words } from '../columns.fixture.ts';
import { profileReference } from '../profileReference.ts';
import type { PerformanceReport } from '../report.ts';
import { keepScored } from '../scoredReference.ts';
import { scoredGroups } from './groups.ts';
import { searchingSlices } from './search.ts';

const task: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const numeric: Task = { kind: 'regression' };
const contracts = ['Month', 'One year', 'Two year'];

interface Rows {
  readonly table: Table;
  readonly scored: ScoredRows;
}

/** Is the answer to a row worthless, by its words and numbers? */
type Broken = (row: { readonly contract: string | null; readonly tenure: number }) => boolean;
const sound: Broken = () => false;

/** Calibrated answers on eleven columns: two that a change may be about, and others. `moved` shifts the inputs alone. */
function draw(rows: number, random: Random, broken: Broken, moved = 0, kind: Task = task): Rows {
  const contract = Array.from({ length: rows }, () =>
    random.next() < 0.05 ? null : contracts[random.next() < moved ? 2 : random.integer(3)]!,
  );
  const tenure = Array.from({ length: rows }, () => random.next() * 72 + 20 * moved);
  const others = Array.from({ length: 8 }, (_, k): [string, Column] => [
    `other ${k}`,
    k % 2 === 0 ? numbers(rows, () => random.normal()) : words(rows, () => 'abcde'[random.integer(5)]!),
  ]);
  const scores = new Float64Array(kind === task ? 2 * rows : rows);
  const target = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const isBroken = broken({ contract: contract[row]!, tenure: tenure[row]! });
    if (kind !== task) {
      target[row] = (isBroken ? 2 : 1) * random.normal() * Math.exp(0.5 * random.normal());
      continue;
    }
    const p = 1 / (1 + Math.exp(-1.5 * random.normal()));
    scores.set([1 - p, p], 2 * row);
    target[row] = random.next() < (isBroken ? 1 - p : p) ? 1 : 0;
  }
  const columns = new Map([
    ['contract', words(rows, (row) => contract[row]!)],
    ['tenure', numbers(rows, (row) => tenure[row]!)],
    ...others,
    // Nearly all rows lie together.
    ['phone', words(rows, (row) => (row % 33 === 0 ? 'no' : 'yes'))],
  ]);
  return { table: { rows, columns }, scored: scoredRows(kind, scores, target) };
}

function search(
  now: Rows,
  seed: string,
  { metric = 'log_loss', kind = task, personal = new Set<string>() } = {},
): NonNullable<PerformanceReport['slices']> {
  const before = draw(1500, createRandom(`${seed}/before`), sound, 0, kind);
  const reference = profileReference({
    population: before.table,
    predictions: { rows: 0, columns: new Map() },
    performance: { metric, rows: 1500, metrics: {} },
  });
  const choice = { personal, important: ['tenure', 'contract'] };
  const { scores, target } = before.scored;
  const scored = keepScored(scores, target, (rows) =>
    scoredGroups(reference.columns, takeRows(before.table, rows), choice),
  );
  return finish(
    searchingSlices({
      task: kind,
      known: now.scored,
      inputs: now.table,
      reference,
      scored,
      personal,
      alpha: 0.01,
      random: createRandom(seed),
    }),
  );
}

describe('where it got worse', () => {
  it('is the planted word, the surest of all parts, with what it lost', () => {
    const now = draw(800, createRandom('planted'), ({ contract }) => contract === 'Two year');
    const { found, worse, searched, whole, rows, metric, left } = search(now, 'word');
    expect({ metric, rows, left }).toEqual({ metric: 'log_loss', rows: 800, left: 0 });
    expect(searched).toBeGreaterThan(30);
    expect(worse).toBeGreaterThan(0);
    const [first] = found;
    expect(first).toMatchObject({ slice: 'contract = Two year', column: 'contract', apart: true });
    expect(first!.low).toBeGreaterThan(whole);
    expect(first!.worsening).toBeCloseTo(first!.current - first!.reference, 12);
    expect(first!.high).toBeGreaterThan(first!.worsening);
    expect(first!.adjustedP).toBe(1 / 1000);
  });

  it('is a range of a number, or the rows without one', () => {
    const young = draw(1000, createRandom('young'), ({ tenure }) => tenure < 18);
    expect(search(young, 'range').found[0]!.slice).toMatch(/^tenure < 1[78]/);
    const none = draw(2500, createRandom('none'), ({ contract }) => contract === null);
    expect(search(none, 'missing').found[0]!.slice).toBe('contract missing');
  });

  it('is a part of numbers too, in the unit of the metric', () => {
    const now = draw(1500, createRandom('rmse'), ({ contract }) => contract === 'Month', 0, numeric);
    const { found, metric } = search(now, 'numbers', { metric: 'rmse', kind: numeric });
    expect(metric).toBe('rmse');
    expect(found[0]!.slice).toBe('contract = Month');
    expect(found[0]!.current / found[0]!.reference).toBeGreaterThan(1.5);
  });

  it('is not the part that holds nearly all rows, however surely it got worse', () => {
    const now = draw(
      1500,
      createRandom('phone'),
      ({ contract, tenure }) => contract !== 'Month' && tenure < 40,
    );
    const { found, worse } = search(now, 'phone');
    expect(found[0]!.slice).toMatch(/^(tenure|contract = (One|Two) year)/);
    expect(worse).toBeGreaterThan(4);
    // It got worse beyond chance, as all rows did; told are those that got worse than the others.
    expect(found.map(({ slice }) => slice)).not.toContain('phone = yes');
  });

  it('is no part in particular where all got worse alike', () => {
    const now = draw(1500, createRandom('all'), () => true);
    const { found, worse } = search(now, 'everywhere');
    expect(worse).toBeGreaterThan(5);
    expect(found).toHaveLength(5);
    expect(found.some(({ apart }) => apart)).toBe(false);
  });

  it('of a metric that is no mean is told by log loss; a personal column is not searched', () => {
    const now = draw(800, createRandom('planted'), ({ contract }) => contract === 'Two year');
    expect(search(now, 'auc', { metric: 'roc_auc' })).toMatchObject({ metric: 'log_loss' });
    const { found } = search(now, 'personal', { personal: new Set(['contract']) });
    expect(found.map(({ column }) => column)).not.toContain('contract');
  });

  it('is nothing on few rows', () => {
    const now = draw(24, createRandom('few'), () => true);
    expect(search(now, 'few')).toMatchObject({ searched: 0, worse: 0, found: [] });
  });

  it('is nothing where nothing changed, or only the inputs moved; how often is measured by the long job', () => {
    for (const [seed, moved] of [
      ['still', 0],
      ['still too', 0],
      ['moved', 0.5],
      ['moved too', 0.5],
    ] as const)
      expect(search(draw(500, createRandom(`${seed} now`), sound, moved), seed).worse).toBe(0);
  });
});
