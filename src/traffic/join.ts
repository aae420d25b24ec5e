import { isIssue } from '../data/cells/cell.ts';
import type { DoorAccount, DoorName, Fate, LabelAccount } from './account.ts';
import { idTime } from './idTime.ts';
import type { OutcomeReader } from './outcome.ts';
import { finish, pieceRows } from '../work.ts';
import type { Work } from '../work.ts';

/** A prediction that labels may be about. */
export interface Joinable {
  readonly id: string;
  readonly rowId: string;
  /** When it was made, ms since 1970 UTC. */
  readonly at: number;
}

/** A label as it came. */
export interface GivenLabel {
  /** Of a prediction, else of a row. */
  readonly id: string;
  readonly label: string | number;
  /** When it came, ms since 1970 UTC. */
  readonly at: number;
  /** When the outcome was known, where somebody said so. */
  readonly time?: number;
}

/** All that came by one door. */
export interface LabelDoor {
  readonly door: DoorName;
  /** Path of a file, as the user wrote it. */
  readonly source: string | null;
  readonly labels: readonly GivenLabel[];
  /** Records of a file that are no label at all. */
  readonly unusable: readonly { readonly reason: string; readonly id: string }[];
  /** Rows of a file without an outcome yet. */
  readonly blank: number;
  /** What was found out of how a file is written, in sentences. */
  readonly told?: readonly string[];
}

/** What is known of predictions that are not among those that are looked at. */
export interface Beyond {
  /** When the oldest of those was made, ms since 1970 UTC; Infinity where there is none. */
  readonly from: number;
  /** Everything before this has expired; null where nothing has. */
  readonly expiredBefore: number | null;
  /** Ids of predictions and rows that the rest of the log has: those of `undecided` that were found there. */
  readonly held: ReadonlySet<string>;
}

/** A label that was brought to its prediction. */
export interface JoinedLabel {
  /** In the task's terms. */
  readonly value: string | number;
  readonly given: GivenLabel;
  readonly door: DoorName;
  readonly respelled: boolean;
}

/** Labels brought to the predictions that they are about. */
export interface Joined {
  /** By prediction; null = no label yet. */
  readonly labels: readonly (JoinedLabel | null)[];
  readonly account: LabelAccount;
  /** Ids that none of the predictions has, and of which nothing says that they are of an earlier time. */
  readonly undecided: ReadonlySet<string>;
}

const reasonsShown = 10;

/** Finds the prediction that an id means. */
class Places {
  readonly #predictions: readonly Joinable[];
  readonly #byId: ReadonlyMap<string, number>;
  readonly #byRow = new Map<string, number[]>();

  constructor(predictions: readonly Joinable[]) {
    this.#predictions = predictions;
    this.#byId = new Map(predictions.map(({ id }, place) => [id, place]));
    predictions.forEach(({ rowId }, place) => {
      const known = this.#byRow.get(rowId);
      if (known === undefined) this.#byRow.set(rowId, [place]);
      else known.push(place);
    });
    const at = (place: number): number => predictions[place]!.at;
    for (const places of this.#byRow.values()) places.sort((left, right) => at(left) - at(right));
  }

  /**
   * The prediction with that id; else the newest of the row with that id that is not later than the label. Undefined:
   * there is none. `ambiguous`: there are several of that moment.
   */
  of({ id, at, time }: GivenLabel): number | 'ambiguous' | undefined {
    const own = this.#byId.get(id);
    if (own !== undefined) return own;
    const places = this.#byRow.get(id) ?? [];
    const made = (index: number): number => this.#predictions[places[index]!]!.at;
    const moment = time ?? at;
    // The first that is later than the label: a row may have been asked for thousands of times.
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (made(middle) <= moment) low = middle + 1;
      else high = middle;
    }
    if (low >= 2 && made(low - 1) === made(low - 2)) return 'ambiguous';
    return places[low - 1];
  }
}

/** What became of a label whose id none of the predictions has. */
function fateBeyond({ id, time }: GivenLabel, beyond: Beyond): Fate | 'undecided' {
  // A prediction's id begins with its time; of a row's, only the label's own time says how old its prediction is.
  const made = idTime(id) ?? time;
  if (made !== undefined && beyond.expiredBefore !== null && made < beyond.expiredBefore) return 'expired';
  if (made !== undefined && made < beyond.from) return 'outside';
  return beyond.held.has(id) ? 'outside' : 'undecided';
}

const isNewer = (left: GivenLabel, right: GivenLabel): boolean => {
  const [a, b] = [left.time ?? left.at, right.time ?? right.at];
  return a === b ? left.at >= right.at : a > b;
};

type Counts = { -readonly [Key in keyof DoorAccount]: DoorAccount[Key] };

/** The account of a door before any of its labels was looked at. */
export const openAccount = ({ door, source, labels, unusable }: LabelDoor): Counts => ({
  door,
  source,
  given: labels.length + unusable.length,
  used: 0,
  superseded: 0,
  unmatched: 0,
  ambiguous: 0,
  outside: 0,
  expired: 0,
  unusable: 0,
  example: null,
});

/** Why labels could not be used, by reason. */
export class Reasons {
  readonly #reasons = new Map<string, { count: number; readonly example: { door: DoorName; id: string } }>();

  add(reason: string, example: { door: DoorName; id: string }): void {
    const known = this.#reasons.get(reason);
    if (known === undefined) this.#reasons.set(reason, { count: 1, example });
    else known.count += 1;
  }

  list(): LabelAccount['reasons'] {
    const all = [...this.#reasons]
      .map(([reason, { count, example }]) => ({ reason, count, example }))
      .sort((left, right) => right.count - left.count);
    const [first, ...more] = all.slice(reasonsShown);
    if (first === undefined) return all;
    const rest = { ...first, count: more.reduce((sum, each) => sum + each.count, first.count) };
    return [
      ...all.slice(0, reasonsShown),
      more.length === 0
        ? rest
        : { ...rest, reason: `${more.length + 1} other reasons, such as: ${rest.reason}` },
    ];
  }
}

/** The newest label of each prediction so far. */
type Holding = JoinedLabel & { readonly account: Counts };

/** A label meets the one that its prediction has: the newer one stays, the other is superseded. */
function keepNewer(holdings: (Holding | null)[], place: number, next: Holding): void {
  const before = holdings[place];
  if (before === null || before === undefined) holdings[place] = next;
  else if (isNewer(next.given, before.given)) {
    before.account.superseded += 1;
    holdings[place] = next;
  } else next.account.superseded += 1;
}

function sumUp(
  accounts: readonly Counts[],
  holdings: readonly (Holding | null)[],
  rest: Pick<LabelAccount, 'reasons' | 'blank'>,
): LabelAccount {
  for (const holding of holdings) if (holding !== null) holding.account.used += 1;
  const total = (fate: Fate | 'given'): number => accounts.reduce((sum, each) => sum + each[fate], 0);
  return {
    given: total('given'),
    used: total('used'),
    superseded: total('superseded'),
    unmatched: total('unmatched'),
    ambiguous: total('ambiguous'),
    outside: total('outside'),
    expired: total('expired'),
    unusable: total('unusable'),
    respelled: holdings.filter((holding) => holding?.respelled === true).length,
    ...rest,
    doors: accounts.filter(({ given }) => given > 0),
  };
}

/** Does something with each of them, and stops after every piece. */
function* eachOf<Item>(items: readonly Item[], act: (item: Item) => void): Work<void> {
  for (let from = 0; from < items.length; from += pieceRows) {
    const piece = items.slice(from, from + pieceRows);
    piece.forEach(act);
    yield piece.length;
  }
}

/**
 * THE join: labels to the predictions that they are about, by prediction id, else by row id. A label by row belongs to
 * that row's newest prediction which is not later than the label: its own time where it says one, else when it came. The
 * newest label of a prediction counts (by that time; of equal ones the later to come). Every label that is given has one
 * fate in the account.
 *
 * @param predictions those that are looked at, oldest first
 */
export function joinLabels(...asked: Parameters<typeof joiningLabels>): Joined {
  return finish(joiningLabels(...asked));
}

/** `joinLabels` in pieces. */
export function* joiningLabels(
  predictions: readonly Joinable[],
  doors: readonly LabelDoor[],
  read: OutcomeReader,
  beyond: Beyond,
): Work<Joined> {
  const places = new Places(predictions);
  yield predictions.length;
  const holdings = predictions.map((): Holding | null => null);
  const reasons = new Reasons();
  const undecided = new Set<string>();
  const newest = predictions.at(-1);
  const settle = (given: GivenLabel, account: Counts): void => {
    const outcome = read(given.label);
    if (isIssue(outcome)) {
      account.unusable += 1;
      reasons.add(outcome.issue, { door: account.door, id: given.id });
      return;
    }
    const place = places.of(given);
    if (typeof place === 'number')
      keepNewer(holdings, place, { ...outcome, given, door: account.door, account });
    else if (place === 'ambiguous') account.ambiguous += 1;
    else {
      const fate = fateBeyond(given, beyond);
      account[fate === 'undecided' ? 'unmatched' : fate] += 1;
      if (fate !== 'undecided') return;
      undecided.add(given.id);
      if (newest === undefined) return;
      // As the label's id is meant to look: that of a prediction, or that of a row.
      const logged = idTime(given.id) === null ? newest.rowId : newest.id;
      account.example ??= { given: given.id, logged };
    }
  };
  const accounts = doors.map(openAccount);
  for (const [at, { door, unusable, labels }] of doors.entries()) {
    const account = accounts[at]!;
    for (const { reason, id } of unusable) {
      account.unusable += 1;
      reasons.add(reason, { door, id });
    }
    yield* eachOf(labels, (given) => settle(given, account));
  }
  const blank = doors.reduce((sum, came) => sum + came.blank, 0);
  return {
    labels: holdings.map((holding) => {
      if (holding === null) return null;
      const { value, given, door, respelled } = holding;
      return { value, given, door, respelled };
    }),
    account: sumUp(accounts, holdings, { reasons: reasons.list(), blank }),
    undecided,
  };
}
