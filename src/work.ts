/**
 * A long computation in pieces: a generator that stops after a bounded number of rows, says how many these were, and
 * returns its result. What computes stays pure and knows no event loop; whoever drives it looks around in between
 * (`inPieces` of project), or does not (`finish`).
 */
export type Work<Result> = Generator<number, Result, void>;

/** Rows after which a long loop stops for a moment: some milliseconds of work. */
export const pieceRows = 65_536;

/** Runs work to its end without a pause. */
export function finish<Result>(work: Work<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
