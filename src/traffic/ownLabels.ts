import { isIssue } from '../data/cells/cell.ts';
import type { CellIssue } from '../data/cells/cell.ts';
import { noLabels } from './account.ts';
import { openAccount, Reasons } from './join.ts';
import type { Joined, JoinedLabel, LabelDoor } from './join.ts';
import type { OutcomeReader } from './outcome.ts';
import { pieceRows } from '../work.ts';
import type { Work } from '../work.ts';

/** Different labels whose reading is kept: classes are few, numbers may be as many as rows. */
const mostShared = 10_000;

/**
 * What `joinLabels` gives where rows bring their labels with them and nothing else has any: there is nothing to look for,
 * and rows of one outcome share what is said of it.
 *
 * @param own by row; null = no label yet
 * @param named what tells a row in an account
 */
export function* joiningOwnLabels(
  own: { readonly rows: number; readonly at: (row: number) => string | number | null },
  { door, source }: Pick<LabelDoor, 'door' | 'source'>,
  read: OutcomeReader,
  named: (row: number) => string,
): Work<Joined> {
  const labels: (JoinedLabel | null)[] = [];
  const reasons = new Reasons();
  const account = openAccount({ door, source, labels: [], unusable: [], blank: 0 });
  const known = new Map<string | number, JoinedLabel | CellIssue>();
  let respelled = 0;
  for (let row = 0; row < own.rows; row += 1) {
    if (row % pieceRows === pieceRows - 1) yield pieceRows;
    const label = own.at(row);
    if (label === null) {
      labels.push(null);
      continue;
    }
    account.given += 1;
    let joined = known.get(label);
    if (joined === undefined) {
      const outcome = read(label);
      joined = isIssue(outcome)
        ? outcome
        : { ...outcome, given: { id: named(row), label, at: -Infinity }, door };
      if (known.size < mostShared) known.set(label, joined);
    }
    if (isIssue(joined)) {
      account.unusable += 1;
      reasons.add(joined.issue, { door, id: named(row) });
      labels.push(null);
      continue;
    }
    account.used += 1;
    if (joined.respelled) respelled += 1;
    labels.push(joined);
  }
  return {
    labels,
    account: {
      ...noLabels,
      ...{ given: account.given, used: account.used, unusable: account.unusable },
      respelled,
      reasons: reasons.list(),
      doors: account.given > 0 ? [account] : [],
    },
    undecided: new Set(),
  };
}
