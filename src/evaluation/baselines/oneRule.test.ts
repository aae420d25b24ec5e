import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../data/columns.ts';
import type { Task } from '../../modeling/model.ts';
import type { BaselineRows } from './baseline.ts';
import { groupingOf } from './groups.ts';
import { fitBaselines } from './index.ts';
import { majority } from './majority.ts';
import { mean } from './mean.ts';
import { oneRule } from './oneRule.ts';

const churn: Task = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const regression: Task = { kind: 'regression' };
const numbers = (values: readonly number[]): Column => ({
  kind: 'number',
  values: Float64Array.from(values),
});
const words = (values: readonly (string | null)[], dictionary: readonly string[]): Column => ({
  kind: 'category',
  codes: Int32Array.from(values, (value) => (value === null ? -1 : dictionary.indexOf(value))),
  dictionary,
});
const rows = (columns: Record<string, Column>, target: readonly number[]): BaselineRows => ({
  table: { rows: target.length, columns: new Map(Object.entries(columns)) },
  target: Float64Array.from(target),
});
const upTo = (count: number) => Array.from({ length: count }, (_, row) => row);

describe('groups of a column', () => {
  it('one a word and one of missing cells; a word that was not there is in none', () => {
    const grouping = groupingOf(words(['a', 'b', null], ['a', 'b']))!;
    expect(grouping.groups).toBe(3);
    expect([...grouping.assign(words(['b', 'c', null, 'a'], ['c', 'a', 'b']))]).toEqual([1, -1, 2, 0]);
    expect(grouping.assign(numbers([1]))).toHaveLength(0);
  });

  it('eight bins of equal mass of numbers, and one of missing cells', () => {
    const grouping = groupingOf(numbers([...upTo(800), NaN]))!;
    expect(grouping.groups).toBe(9);
    const assigned = grouping.assign(numbers(upTo(800)));
    expect(upTo(8).map((group) => assigned.filter((each) => each === group).length)).toEqual(
      Array(8).fill(100),
    );
    expect([...grouping.assign(numbers([-5, 0, 1e9, NaN]))]).toEqual([0, 0, 7, 8]);
    expect([...grouping.assign({ kind: 'time', values: Float64Array.of(799, NaN) })]).toEqual([7, 8]);
    expect(grouping.assign(words(['a'], ['a']))).toHaveLength(0);
    expect(groupingOf({ kind: 'time', values: Float64Array.from(upTo(800)) })!.groups).toBe(9);
  });

  it('fewer bins where a value is frequent; text has none', () => {
    expect(groupingOf(numbers([1, 1, 1, 1]))!.groups).toBeLessThan(4);
    expect(groupingOf({ kind: 'text', values: ['a'] })).toBeUndefined();
  });
});

describe('one-rule', () => {
  // `learned` tells the training labels by heart and nothing else; `true` tells them in four of five rows, everywhere.
  const learned = (labels: readonly number[], from: number) =>
    words(
      labels.map((_, i) => `${from + i}`),
      upTo(400).map(String),
    );
  const telling = (labels: readonly number[]) =>
    words(labels.map((label, i) => (i % 5 === 0 ? 1 - label : label)).map(String), ['0', '1']);
  const labels = (count: number) => upTo(count).map((i) => (i >> 1) % 2);
  const set = (count: number, from: number) =>
    rows({ learned: learned(labels(count), from), true: telling(labels(count)) }, labels(count));
  const train = set(200, 0);
  const validation = set(100, 200);

  it('is chosen by the validation part, where learning by heart does not help', () => {
    expect(oneRule.fit(churn, train, validation, ['learned', 'true'])?.name).toBe('one-rule: true');
    expect(oneRule.fit(churn, train, validation, ['true', 'learned'])?.name).toBe('one-rule: true');
    // The validation part decides also where the training part says otherwise.
    const turned = rows(
      { a: telling(labels(100)), b: words(labels(100).map(String), ['0', '1']) },
      labels(100),
    );
    const against = rows(
      {
        a: telling(labels(100)),
        b: words(
          labels(100).map((label) => String(1 - label)),
          ['0', '1'],
        ),
      },
      labels(100),
    );
    expect(oneRule.fit(churn, turned, turned, ['a', 'b'])?.name).toBe('one-rule: b');
    expect(oneRule.fit(churn, turned, against, ['a', 'b'])?.name).toBe('one-rule: a');
  });

  it('answers with the shares of the training part, drawn as far towards the prior as the validation part says', () => {
    const answers = (judge: BaselineRows): string[] => {
      const rule = oneRule.fit(churn, train, judge, ['true'])!;
      const table = rows({ true: words(['0', '1'], ['0', '1']) }, [0, 0]).table;
      return [...rule.predict(table)].map((v) => v.toFixed(6));
    };
    // 100 rows a word, 80 of its class: not drawn at all, and as if five rows of the prior .5 stood beside them.
    expect(answers(validation)).toEqual(['0.800000', '0.200000', '0.200000', '0.800000']);
    const turned = { ...validation, target: validation.target.map((label) => 1 - label) };
    expect(answers(turned)).toEqual([82.5, 22.5, 22.5, 82.5].map((value) => (value / 105).toFixed(6)));
  });

  it('is as sure as a rule that is always right may be, and not where one row says otherwise', () => {
    const right = (count: number) => rows({ x: words(labels(count).map(String), ['0', '1']) }, labels(count));
    expect([...oneRule.fit(churn, right(40), right(20), ['x'])!.predict(right(2).table)]).toEqual([
      1, 0, 1, 0,
    ]);
    const but = right(20);
    but.target[0] = 1 - but.target[0]!;
    const [sure] = oneRule.fit(churn, right(40), but, ['x'])!.predict(right(1).table);
    expect(sure).toBeLessThan(1);
    expect(sure).toBeGreaterThan(0.8);
  });

  it('chooses its threshold on the validation part too', () => {
    const flat = (share: number) => upTo(100).map((i) => (i < 100 * share ? 1 : 0));
    const column = (values: readonly number[]) =>
      words(
        values.map((_, i) => (i % 2 === 0 ? 'a' : 'b')),
        ['a', 'b'],
      );
    const judged = (share: number) => rows({ x: column(flat(share)) }, flat(share));
    const rare = oneRule.fit(churn, judged(0.1), judged(0.1), ['x'])!;
    // All rows get about .1: the only threshold with a hit is half of that.
    expect(rare.threshold).toBeGreaterThan(0.02);
    expect(rare.threshold).toBeLessThan(0.06);
    const none = oneRule.fit(churn, judged(0.1), judged(0), ['x'])!;
    expect(none.threshold).toBe(0.5);
  });

  it('falls back on the training part where no row of the other has a label', () => {
    const right = (count: number) => words(labels(count).map(String), ['0', '1']);
    const part = rows({ a: telling(labels(100)), b: right(100) }, labels(100));
    const open = rows({ a: right(4), b: right(4) }, [0, 0, 0, 0].fill(Number.NaN));
    expect(oneRule.fit(churn, part, open, ['a', 'b'])?.name).toBe('one-rule: b');
    const one = { ...open, target: open.target.with(3, 0) };
    // The one labelled row is a No where `b` says Yes surely and `a` less so.
    expect(oneRule.fit(churn, part, one, ['a', 'b'])?.name).toBe('one-rule: a');
  });

  it('looks at labelled rows of the validation part only', () => {
    // With the unlabelled rows read as 0, `a` would win.
    const open = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
    const target = [...labels(40), ...open];
    const a = words(
      [...labels(40).map((label, i) => String(i % 4 === 0 ? 1 - label : label)), '0', '0', '0', '0'],
      ['0', '1'],
    );
    const b = words([...labels(40).map(String), '1', '1', '1', '1'], ['0', '1']);
    const part = rows({ a, b }, target);
    expect(oneRule.fit(churn, part, part, ['a', 'b'])?.name).toBe('one-rule: b');
  });

  it('reads only the columns that it may, and is not there without one', () => {
    expect(oneRule.fit(churn, train, validation, ['learned'])?.name).toBe('one-rule: learned');
    expect(oneRule.fit(churn, train, validation, [])).toBeUndefined();
    expect(oneRule.fit(churn, train, validation, ['absent'])).toBeUndefined();
    const text = rows({ t: { kind: 'text', values: ['a', 'b'] } }, [0, 1]);
    expect(oneRule.fit(churn, text, text, ['t'])).toBeUndefined();
    expect(oneRule.fit(churn, train, validation, ['true'])).toMatchObject({
      name: 'one-rule: true',
      description: 'looking at true alone',
    });
  });

  it('takes the first of equally good columns', () => {
    const twice = rows({ b: telling(labels(100)), a: telling(labels(100)) }, labels(100));
    expect(oneRule.fit(churn, twice, twice, ['b', 'a'])?.name).toBe('one-rule: b');
    expect(oneRule.fit(churn, twice, twice, ['a', 'b'])?.name).toBe('one-rule: a');
  });

  it('gives the prior to a word that it has not seen, to missing cells their own answer', () => {
    const part = rows({ x: words(['a', 'a', 'a', null, null], ['a']) }, [10, 10, 10, 0, 0]);
    const rule = oneRule.fit(regression, part, part, ['x'])!;
    const table: Table = rows({ x: words(['a', null, 'new'], ['a', 'new']) }, [0, 0, 0]).table;
    // The rule is always right, and so not drawn towards the prior, 6.
    expect([...rule.predict(table)]).toEqual([10, 0, 6]);
    expect(rule.threshold).toBe(0.5);
  });
});

describe('the baselines of a task', () => {
  it('majority for classes, mean for numbers, the prior counting each class once more', () => {
    const part = rows({ x: numbers([1, 2, 3]) }, [1, 1, Number.NaN]);
    expect(fitBaselines(churn, part, part, []).map(({ name }) => name)).toEqual(['majority']);
    expect([...majority.fit(churn, part, part, [])!.predict(part.table)]).toEqual([
      0.25, 0.75, 0.25, 0.75, 0.25, 0.75,
    ]);
    expect(majority.fit(churn, part, part, [])).toMatchObject({
      description: "always answering 'Yes'",
      threshold: 0.5,
    });
    expect(majority.fit(regression, part, part, [])).toBeUndefined();
    const figures = rows({ x: numbers([1, 2, 3]) }, [1, 4, Number.NaN]);
    expect(fitBaselines(regression, figures, figures, []).map(({ name }) => name)).toEqual(['mean']);
    expect(mean.fit(regression, figures, figures, [])).toMatchObject({
      description: 'always answering the mean, 2.5',
      threshold: 0.5,
    });
    const none = rows({}, []);
    expect([...mean.fit(regression, none, none, [])!.predict(figures.table)]).toEqual([0, 0, 0]);
  });
});
