import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { found, luckOf, numbers, said, spends, texts, upTo, words, rows } from './planted.fixture.ts';

const quantity = numbers(spends);

describe('parts that sum up to the label, nearly', () => {
  const shares = [luckOf('first'), luckOf('second'), luckOf('third'), luckOf('fourth'), luckOf('fifth')];
  /** The label cut into parts, with noise of so much of the label's spread. */
  function cut(count: number, noise: number): Record<string, Column> {
    const own = luckOf('noise');
    const names = ['north', 'south', 'east', 'west', 'abroad'].slice(0, count);
    return Object.fromEntries(
      names.map((name, at) => [
        name,
        numbers(
          spends.map((value, row) => {
            const all = shares.slice(0, count).reduce((sum, share) => sum + share[row]! + 0.2, 0);
            return (
              (value * (shares[at]![row]! + 0.2)) / all + (at === 0 ? noise * 50 * (own[row]! - 0.5) : 0)
            );
          }),
        ),
      ]),
    );
  }
  const derived = (columns: Record<string, Column>) =>
    found(columns, {}, quantity).filter(({ check }) => check === 'leak-derived');

  it.each([
    [2, 0.1],
    [3, 0.1],
    [3, 0.3],
    [4, 0],
    [5, 0.2],
  ])('are found as %d with noise %d', (count, noise) => {
    const [finding] = derived(cut(count, noise));
    const names = ['north', 'south', 'east', 'west', 'abroad'].slice(0, count);
    expect(finding?.column?.split(', ').sort()).toEqual([...names].sort());
    expect(finding!.message).toMatch(/^churn is about \w+ \+ /);
    expect(finding!.effect).toMatchObject({ measure: 'r2' });
  });

  it('are found in another unit, and where one is taken off', () => {
    const three = cut(3, 0.1);
    const cents = (column: Column | undefined): Column =>
      numbers(column?.kind === 'number' ? Array.from(column.values, (value) => 100 * value) : []);
    const inCents = { north: cents(three.north), south: cents(three.south), east: cents(three.east) };
    expect(derived(inCents)[0]!.message).toContain('churn is about 0.01 × (');
    const gross = numbers(spends.map((value, row) => value + 40 * shares[0]![row]! + shares[1]![row]!));
    const cost = numbers(upTo(rows).map((row) => 40 * shares[0]![row]!));
    expect(derived({ gross, cost })[0]!.message).toContain('gross − cost');
  });

  it('are not found where they leave more than a fiftieth untold, nor where each counts for itself', () => {
    expect(derived(cut(3, 3))).toEqual([]);
    const a = numbers(shares[0]!.map((value) => 50 * value));
    const b = numbers(shares[1]!.map((value) => 50 * value));
    const honest = numbers(
      upTo(rows).map((row) => 100 * shares[0]![row]! + 20 * shares[1]![row]! + shares[2]![row]!),
    );
    expect(found({ a, b }, {}, honest).filter(({ check }) => check === 'leak-derived')).toEqual([]);
  });
});

describe('a column that tells one class of several', () => {
  const luck = luckOf('class');
  const outcome = luck.map((value) => (value < 0.2 ? 'fraud' : value < 0.5 ? 'late' : 'paid'));
  const label = words(outcome);
  const leaks = (columns: Record<string, Column>): string[] =>
    said(found(columns, {}, label)).filter((text) => text.startsWith('leak'));
  const of = (right: number): Column => {
    const [own, wrong] = [luckOf('mark'), luckOf('wrong')];
    return numbers(
      outcome.map((word, row) => ((word === 'fraud') === wrong[row]! < right ? 500 : 0) + own[row]!),
    );
  };

  it('is found, with the class that it tells', () => {
    const [finding] = found({ review: of(1) }, {}, label);
    expect(finding).toMatchObject({ check: 'leak', column: 'review' });
    expect(finding!.message).toMatch(/^review alone tells which churn is fraud \(area under the ROC curve /);
  });

  it('is not found where one row in twenty says otherwise', () => {
    expect(leaks({ review: of(0.95) })).toEqual([]);
  });

  it('is not found where other columns tell that class as well: it is an easy one', () => {
    const apart = (name: string, far = 1.3): Column => {
      const own = luckOf(name);
      return numbers(outcome.map((word, row) => (word === 'fraud' ? far : 0) + own[row]!));
    };
    expect(leaks({ petal: apart('petal'), width: apart('width'), sepal: apart('sepal', 0.9) })).toEqual([]);
  });

  it('is found as one text of its own', () => {
    expect(
      leaks({ note: texts(outcome.map((word, row) => (word === 'late' ? 'reminded' : `call ${row % 3}`))) }),
    ).toEqual(['leak note']);
  });
});
