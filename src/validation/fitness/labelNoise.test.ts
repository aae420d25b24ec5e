import { describe, expect, it } from 'vitest';
import type { Column } from '../../data/columns.ts';
import { createRandom } from '../../random.ts';
import { finish } from '../../work.ts';
import { numbers, snapshot, upTo, words } from '../checks/snapshot.fixture.ts';
import type { Finding } from '../finding.ts';
import { judgingFitness } from './index.ts';

const rows = 2000;

interface Drawn {
  readonly columns: Readonly<Record<string, Column>>;
  readonly truth: readonly number[];
}

/** Parts of several sorts, of which every measurement tells the sort a little. */
function parts(sorts: number, apart: number, seed = 'parts'): Drawn {
  const random = createRandom(seed);
  const truth = upTo(rows).map(() => random.integer(sorts));
  const names = ['length', 'width', 'height', 'weight', 'tilt', 'gloss'];
  const columns = names.map((name, at): [string, Column] => [
    name,
    numbers(truth.map((sort) => apart * ((sort + at) % sorts) + random.normal())),
  ]);
  return { columns: Object.fromEntries(columns), truth };
}

/** The labels of which a share names another sort. */
function mistaken(truth: readonly number[], sorts: number, share: number): Column {
  const random = createRandom('mistaken');
  return words(
    truth.map(
      (sort) => `sort ${random.next() < share ? (sort + 1 + random.integer(sorts - 1)) % sorts : sort}`,
    ),
  );
}

function noiseIn(columns: Readonly<Record<string, Column>>, label: Column): Finding[] {
  const input = {
    ...snapshot({ ...columns, sort: label }, { label: 'sort' }),
    labelIs: 'classes',
    drop: [],
    time: null,
    split: { strategy: 'hash', group: null },
  } as const;
  return finish(judgingFitness(input)).findings.filter(({ check }) => check === 'label-noise');
}

describe('labels that are wrong here and there', () => {
  it.each([
    [2, 0.05],
    [2, 0.1],
    [4, 0.02],
    [4, 0.08],
  ])('are told of %d sorts where a share of %d is', (sorts, share) => {
    const { columns, truth } = parts(sorts, 2);
    const [finding] = noiseIn(columns, mistaken(truth, sorts, share));
    expect(finding).toMatchObject({ check: 'label-noise', column: 'sort', severity: 'warning' });
    expect(finding!.effect!.value).toBeGreaterThan(0.6 * share);
    expect(finding!.effect!.value).toBeLessThan(1.4 * share);
  });

  it('shows rows that are wrong, and what they would be', () => {
    const { columns, truth } = parts(2, 2);
    const label = mistaken(truth, 2, 0.05);
    const [finding] = noiseIn(columns, label);
    expect(finding!.examples).toHaveLength(5);
    for (const { rowId, value } of finding!.examples) {
      const row = Number(rowId.replace('id-', ''));
      expect(value).toBe(`sort sort ${1 - truth[row]!}, by its columns sort ${truth[row]!}`);
    }
  });

  it.each([0.25, 0.5, 1, 2, 4])('are none where the sorts lie %d apart and each label is right', (apart) => {
    for (const sorts of [2, 4]) {
      const { columns, truth } = parts(sorts, apart, 'honest');
      expect(noiseIn(columns, mistaken(truth, sorts, 0))).toEqual([]);
    }
  });

  it('are not told where less than one in a hundred is wrong, nor in a problem that is hard anyway', () => {
    const easy = parts(2, 2);
    expect(noiseIn(easy.columns, mistaken(easy.truth, 2, 0.004))).toEqual([]);
    const hard = parts(2, 0.25);
    expect(noiseIn(hard.columns, mistaken(hard.truth, 2, 0.05))).toEqual([]);
  });

  it('are not told where one honest column is as often wrong in clear cases', () => {
    const random = createRandom('one');
    for (const right of [0.86, 0.9, 0.93]) {
      const truth = upTo(rows).map(() => (random.next() < 0.4 ? 1 : 0));
      const seen = words(truth.map((one) => `${random.next() < right ? one : 1 - one}`));
      const weak = (): Column => numbers(truth.map((one) => 0.3 * one + random.normal()));
      expect(noiseIn({ seen, a: weak(), b: weak(), c: weak() }, mistaken(truth, 2, 0))).toEqual([]);
    }
  });

  it('are not told of a leak that is a copy with mistakes: that is the fault of the leak', () => {
    const { columns, truth } = parts(2, 0.5);
    expect(noiseIn({ ...columns, copied: mistaken(truth, 2, 0.04) }, mistaken(truth, 2, 0))).toEqual([]);
  });
});
