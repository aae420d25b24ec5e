import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Task } from '../data/task.ts';
import { finish } from '../work.ts';
import { joinLabels } from './join.ts';
import type { Joined } from './join.ts';
import { outcomeReader } from './outcome.ts';
import { joiningOwnLabels } from './ownLabels.ts';

const tasks: readonly Task[] = [
  { kind: 'binary', classes: ['0', '1'], positive: '1' },
  { kind: 'regression' },
];
const place = (row: number): string => `#${row}`;

it.each(tasks)('labels of the rows themselves are joined as the join does it ($kind)', (task) => {
  const anyLabel = fc.option(
    fc.constantFrom<(string | number)[]>('1', '0', '1.0', 1, 0, 'maybe', '1,5', 2.5),
  );
  fc.assert(
    fc.property(fc.array(anyLabel, { maxLength: 40 }), (labels) => {
      const read = outcomeReader(task);
      const source = 'now.csv';
      const given = labels.flatMap((label, row) =>
        label === null ? [] : [{ id: place(row), label, at: -Infinity }],
      );
      const joined = joinLabels(
        labels.map((_, row) => ({ id: place(row), rowId: 'any', at: -Infinity })),
        [{ door: 'current', source, labels: given, unusable: [], blank: 0 }],
        read,
        { from: -Infinity, expiredBefore: null, held: new Set() },
      );
      const own = { rows: labels.length, at: (row: number) => labels[row] ?? null };
      const alone = finish(joiningOwnLabels(own, { door: 'current', source }, read, place));
      const told = ({ labels: of, account }: Joined): unknown => ({
        account,
        labels: of.map((each) => each && { ...each, given: { ...each.given, id: '' } }),
      });
      expect(told(alone)).toEqual(told(joined));
      expect(alone.undecided).toEqual(joined.undecided);
    }),
  );
});
