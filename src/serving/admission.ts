import { overloaded } from './problem.ts';
import type { RequestProblem } from './problem.ts';
import { createWaitingLine, defaultPatience } from './waitingLine.ts';
import type { Patience } from './waitingLine.ts';

export interface AdmissionOptions {
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number;
  readonly patience?: Patience;
  /** A turn ends after this long: then health checks and other connections have theirs. One job may take longer. */
  readonly turnMs?: number;
  /** Told when more comes than can be answered, and when that is over. */
  readonly onOverload?: (isOverloaded: boolean) => void;
}

/** Work that waits for its turn, or is told that it gets none. Exactly one of the two is called; neither throws. */
export interface Job {
  readonly run: () => void;
  readonly refuse: (problem: RequestProblem) => void;
}

/**
 * A turnstile before parsing and prediction. Both are synchronous, so what arrives faster than it is answered would pile
 * up unseen and everybody be answered late; here it waits in a line that gives up by age, and what is refused costs
 * neither parsing nor prediction.
 */
export interface Admission {
  enter(job: Job): void;
  readonly waiting: () => number;
}

/** Requests that are read so soon after a turn have come during it. */
const atOnceMs = 1;

const refused = (): RequestProblem =>
  overloaded('More requests come than can be answered right now; try again in a second.');

/**
 * Creates a turnstile. Requests are read in the event loop's poll phase and worked on in its check phase, for a bounded
 * time; what is read after a turn is taken to have come at its begin.
 */
export function createAdmission(options: AdmissionOptions): Admission {
  const { clock, turnMs = 2, onOverload = () => undefined } = options;
  const line = createWaitingLine<Job>(options.patience ?? defaultPatience);
  let scheduled = false;
  let wasOverloaded = false;
  let begun = Number.NEGATIVE_INFINITY;
  let ended = Number.NEGATIVE_INFINITY;
  /** Since when whoever is read now may have waited: the begin of the last turn, or of this poll phase after a pause. */
  let since = Number.NEGATIVE_INFINITY;

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(turn);
  };

  function tell(): void {
    if (line.isOverloaded() === wasOverloaded) return;
    wasOverloaded = line.isOverloaded();
    onOverload(wasOverloaded);
  }

  function turn(): void {
    scheduled = false;
    const before = begun;
    begun = clock();
    // After a pause there was no turn before this one.
    const cycleMs = since === before ? begun - before : 0;
    for (const job of line.sendAway(begun, cycleMs)) job.refuse(refused());
    for (let job = line.next(); job !== undefined; job = line.next()) {
      job.run();
      if (clock() - begun >= turnMs) break;
    }
    tell();
    since = begun;
    ended = clock();
    if (line.length() > 0) schedule();
  }

  return {
    enter: (job) => {
      if (!scheduled) {
        const now = clock();
        if (now - ended > atOnceMs) since = now;
      }
      line.push(job, since);
      schedule();
    },
    waiting: line.length,
  };
}
