import { describe, expect, it } from 'vitest';
import { baselineKinds, fitBaselines, scoreBaselines } from '../../src/evaluation/baselines/index.ts';
import { createRandom } from '../../src/random.ts';
import { takeRows } from '../../src/data/columns.ts';
import type { Baseline, BaselineRows } from '../../src/evaluation/baselines/index.ts';
import type { Column, Table } from '../../src/data/columns.ts';
import type { Task } from '../../src/modeling/model.ts';

const tasks: Record<Task['kind'], Task> = {
  binary: { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' },
  multiclass: { kind: 'multiclass', classes: ['a', 'b', 'c'] },
  regression: { kind: 'regression' },
};

/** `plan` and `age` carry signal; `id` is different in every row; `note` is text; every column has missing cells. */
function rowsOf(kind: Task['kind'], rows: number, seed: number): BaselineRows {
  const random = createRandom(seed);
  const plan = Int32Array.from({ length: rows }, () => random.integer(4) - 1);
  const age = Float64Array.from({ length: rows }, () =>
    random.next() < 0.05 ? Number.NaN : random.next() * 80,
  );
  const target = Float64Array.from(plan, (code) => {
    if (kind === 'regression') return 10 * code + random.normal();
    const classes = kind === 'binary' ? 2 : 3;
    return random.next() < 0.7 ? Math.max(0, code) % classes : random.integer(classes);
  });
  const columns = new Map<string, Column>([
    [
      'id',
      {
        kind: 'category',
        codes: Int32Array.from({ length: rows }, (_, i) => i),
        dictionary: Array.from({ length: rows }, (_, i) => `c${seed}-${i}`),
      },
    ],
    ['age', { kind: 'number', values: age }],
    ['plan', { kind: 'category', codes: plan, dictionary: ['x', 'y', 'z'] }],
    ['note', { kind: 'text', values: Array.from({ length: rows }, () => null) }],
  ]);
  return { table: { rows, columns }, target };
}

const names = ['id', 'age', 'plan', 'note', 'absent'];

function check(kind: Task['kind'], baseline: Baseline, table: Table): void {
  const outputs = kind === 'regression' ? 1 : kind === 'binary' ? 2 : 3;
  const scores = baseline.predict(table);
  expect(scores).toHaveLength(table.rows * outputs);
  expect(scores.every(Number.isFinite)).toBe(true);
  if (outputs === 1) return;
  for (let i = 0; i < table.rows; i += 1) {
    const row = [...scores.subarray(i * outputs, (i + 1) * outputs)];
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    // No class is ever impossible: its log loss would be infinite.
    expect(Math.min(...row)).toBeGreaterThan(0);
  }
}

const cases = baselineKinds.flatMap((kind) => kind.tasks.map((task) => ({ name: kind.name, kind, task })));

describe.each(cases)('baseline $name on $task', ({ kind, task }) => {
  const train = rowsOf(task, 400, 1);
  const validation = rowsOf(task, 150, 2);
  const baseline = kind.fit(tasks[task], train, validation, names)!;

  it('has a name, a description to read after "than", and a threshold', () => {
    expect(baseline.name.startsWith(kind.name)).toBe(true);
    expect(baseline.description).toMatch(/^(always answering|looking at) /);
    expect(baseline.threshold).toBeGreaterThan(0);
    expect(baseline.threshold).toBeLessThan(1);
  });

  it('answers every row of any table: new, one, none, unseen categories, columns gone', () => {
    check(task, baseline, rowsOf(task, 50, 3).table);
    check(task, baseline, takeRows(train.table, [7]));
    check(task, baseline, takeRows(train.table, []));
    check(task, baseline, { rows: 3, columns: new Map() });
  });

  it('answers a row the same alone and among others', () => {
    const { table } = rowsOf(task, 20, 4);
    const all = baseline.predict(table);
    const outputs = all.length / 20;
    for (let i = 0; i < 20; i += 1)
      expect([...baseline.predict(takeRows(table, [i]))]).toEqual([
        ...all.subarray(i * outputs, (i + 1) * outputs),
      ]);
  });

  it('is a function of its rows, and ignores unlabelled ones', () => {
    const again = kind.fit(tasks[task], train, validation, names)!;
    expect(again.predict(validation.table)).toEqual(baseline.predict(validation.table));
    const half = (rows: BaselineRows): BaselineRows => ({
      table: takeRows(rows.table, [...Array(200).keys()]),
      target: rows.target.subarray(0, 200),
    });
    const masked = {
      table: train.table,
      target: train.target.map((value, i) => (i < 200 ? value : Number.NaN)),
    };
    const only = { ...half(train), target: half(train).target };
    expect(kind.fit(tasks[task], masked, validation, ['plan'])!.predict(validation.table)).toEqual(
      kind.fit(tasks[task], only, validation, ['plan'])!.predict(validation.table),
    );
  });
});

describe('what they answer', () => {
  it('majority gives the class shares (one row more for each class)', () => {
    const rows = rowsOf('binary', 6, 1);
    const target = Float64Array.of(0, 0, 0, 0, 1, 1);
    const [majority] = fitBaselines(tasks.binary, { ...rows, target }, { ...rows, target }, []);
    expect(majority!.description).toBe("always answering 'No'");
    expect([...majority!.predict(takeRows(rows.table, [0]))]).toEqual([5 / 8, 3 / 8]);
  });

  it('mean gives the mean', () => {
    const rows = rowsOf('regression', 3, 1);
    const [mean] = fitBaselines(tasks.regression, { ...rows, target: Float64Array.of(1, 2, 6) }, rows, []);
    expect([...mean!.predict(rows.table)]).toEqual([3, 3, 3]);
  });

  it.each(['binary', 'multiclass', 'regression'] as const)(
    'one-rule finds the column that tells, not the id (%s)',
    (task) => {
      const fitted = fitBaselines(tasks[task], rowsOf(task, 400, 1), rowsOf(task, 150, 2), names);
      expect(fitted.map((baseline) => baseline.name).at(-1)).toBe('one-rule: plan');
      const [first] = scoreBaselines(fitted, rowsOf(task, 10, 3).table);
      expect(first!.name).toBe(fitted[0]!.name);
    },
  );

  it('one-rule draws a group towards the prior as 5 rows would, where that answers the validation part better', () => {
    const table: Table = {
      rows: 10,
      columns: new Map([
        [
          'plan',
          { kind: 'category', codes: Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, -1), dictionary: ['x', 'y'] },
        ],
      ]),
    };
    const target = Float64Array.of(10, 10, 10, 10, 10, 0, 0, 0, 0, 0);
    const answered = (judge: Float64Array): readonly (number | undefined)[] => {
      const validation = { table, target: judge };
      const answers = fitBaselines(tasks.regression, { table, target }, validation, ['plan'])
        .at(-1)!
        .predict(table);
      return [answers[0], answers[5], answers[9]];
    };
    // prior 5: (5·5 + 5·10)/10, (5·5 + 0)/9, (5·5 + 0)/6
    expect(answered(target.map(() => 5))).toEqual([7.5, 25 / 9, 25 / 6]);
    expect(answered(target)).toEqual([10, 0, 0]);
  });
});
