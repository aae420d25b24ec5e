import type { Random } from '../../random.ts';
import type { Work } from '../../work.ts';

/** Deals: the smallest p that they can give is 1/1000. */
const deals = 999;
/** Steps after which others may work. */
const pieceSteps = 2e6;

/** Two samples pooled, those of the reference first. */
export interface Pool {
  readonly losses: Float64Array;
  /** Rows of the reference. */
  readonly reference: number;
  /** By column: the bin of each row, and how many bins there are. */
  readonly columns: readonly { readonly bins: Int32Array; readonly count: number }[];
}

/** Sums of one sample by bin, column by column. */
interface Sums {
  readonly rows: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

function emptySums({ columns }: Pool): Sums {
  const bins = columns.reduce((sum, { count }) => sum + count, 0);
  return { rows: new Float64Array(bins), sum: new Float64Array(bins), squares: new Float64Array(bins) };
}

/** Adds some rows to the sums of their bins. */
function add({ losses, columns }: Pool, rows: Int32Array, upTo: number, into: Sums): void {
  let offset = 0;
  for (const { bins, count } of columns) {
    for (let i = 0; i < upTo; i += 1) {
      const row = rows[i]!;
      const at = offset + bins[row]!;
      const loss = losses[row]!;
      into.rows[at]! += 1;
      into.sum[at]! += loss;
      into.squares[at]! += loss * loss;
    }
    offset += count;
  }
}

/** Square of the standard error of a mean, times what is lost by its own mean being estimated. */
const errorOf = (rows: number, sum: number, squares: number): number =>
  Math.max(0, squares - (sum * sum) / rows) / ((rows - 1) * rows);

/** How much larger the mean loss of each bin is among the others than among these, in standard errors; 0 where too few rows tell. */
function studentised(all: Sums, these: Sums): Float64Array {
  return all.rows.map((total, at) => {
    const m = these.rows[at]!;
    const n = total - m;
    if (m < 2 || n < 2) return 0;
    const [before, now] = [these.sum[at]!, all.sum[at]! - these.sum[at]!];
    const error = Math.sqrt(
      errorOf(m, before, these.squares[at]!) + errorOf(n, now, all.squares[at]! - these.squares[at]!),
    );
    return error > 0 ? (now / n - before / m) / error : 0;
  });
}

/** Puts other rows at the beginning, every set of them as likely as any other. */
function dealOut(rows: Int32Array, wanted: number, random: Random): void {
  for (let i = 0; i < wanted; i += 1) {
    const j = i + random.integer(rows.length - i);
    const kept = rows[i]!;
    rows[i] = rows[j]!;
    rows[j] = kept;
  }
}

/** What was found of every bin, column by column. */
export interface Studentised {
  /** The gap in standard errors. */
  readonly gaps: Float64Array;
  /** The largest gap among the asked bins that each deal gave, ascending; empty where the caller needs none. */
  readonly largest: Float64Array;
}

/**
 * By how many standard errors each bin's mean loss grew, and how large the largest of all asked bins is by chance: both
 * samples are pooled and dealt again into the same two sizes (max T of Westfall & Young 1993). Dividing by the standard
 * error keeps it right where the inputs moved and their losses did not (Chung & Romano 2013).
 *
 * @param asked which bins count
 * @param least where no gap is larger than this nothing is dealt
 */
export function* largestByChance(
  pool: Pool,
  asked: Uint8Array,
  least: number,
  random: Random,
): Work<Studentised> {
  const rows = Int32Array.from(pool.losses, (_, row) => row);
  const [all, then] = [emptySums(pool), emptySums(pool)];
  add(pool, rows, rows.length, all);
  add(pool, rows, pool.reference, then);
  yield rows.length;
  const largestOf = (values: Float64Array, sign: 1 | -1): number => {
    let largest = 0;
    for (let at = 0; at < values.length; at += 1)
      if (asked[at] === 1) largest = Math.max(largest, sign * values[at]!);
    return largest;
  };
  const gaps = studentised(all, then);
  if (largestOf(gaps, 1) <= least) return { gaps, largest: new Float64Array(0) };
  // The smaller sample is dealt: where that is the one of now, what is left is the reference, and the sign turns.
  const smaller = Math.min(pool.reference, rows.length - pool.reference);
  const sign = smaller === pool.reference ? 1 : -1;
  const largest = new Float64Array(deals);
  const steps = smaller * (1 + pool.columns.length);
  let since = 0;
  for (let done = 0; done < deals; done += 1) {
    dealOut(rows, smaller, random);
    const dealt = emptySums(pool);
    add(pool, rows, smaller, dealt);
    largest[done] = largestOf(studentised(all, dealt), sign);
    since += steps;
    if (since < pieceSteps) continue;
    yield since;
    since = 0;
  }
  return { gaps, largest: largest.sort() };
}
