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
  /**
   * Told when more comes than can be answered, and when that is over, and how many callers, each of whom waits for his
   * answer, would be served within the target.
   */
  readonly onOverload?: (isOverloaded: boolean, bearable: number) => void;
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

/** One for all: it is said most where there is least time to make it. */
const refused: RequestProblem = overloaded(
  'More requests come than can be answered right now; try again in a second.',
);

/** Of turns that follow each other, the last ones count most. */
const newestShare = 0.1;

/**
 * Creates a turnstile. Requests are read in the event loop's poll phase and worked on in its check phase, for a bounded
 * time; what is read after a turn is taken to have come at its begin.
 */
export function createAdmission(options: AdmissionOptions): Admission {
  const { clock, turnMs = 2, onOverload = () => undefined } = options;
  const patience = options.patience ?? defaultPatience;
  const line = createWaitingLine<Job>(patience);
  let scheduled = false;
  let wasOverloaded = false;
  let begun = Number.NEGATIVE_INFINITY;
  let ended = Number.NEGATIVE_INFINITY;
  /** Since when whoever is read now may have waited: the begin of the last turn, or of this poll phase after a pause. */
  let since = Number.NEGATIVE_INFINITY;
  /** What one job takes with all that happens around it, ms, while there is always another one; and how many the last turn ran. */
  let jobMs = 0;
  let ran = 0;

  const learn = (cycleMs: number): void => {
    if (cycleMs <= 0 || ran === 0) return;
    const lastMs = cycleMs / ran;
    jobMs = jobMs === 0 ? lastMs : jobMs + newestShare * (lastMs - jobMs);
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(turn);
  };

  function tell(): void {
    if (line.isOverloaded() === wasOverloaded) return;
    wasOverloaded = line.isOverloaded();
    onOverload(wasOverloaded, jobMs === 0 ? 0 : Math.floor(patience.targetMs / jobMs));
  }

  function turn(): void {
    scheduled = false;
    const before = begun;
    begun = clock();
    // After a pause there was no turn before this one.
    const cycleMs = since === before ? begun - before : 0;
    learn(cycleMs);
    ran = 0;
    for (const job of line.sendAway(begun, cycleMs)) job.refuse(refused);
    for (let job = line.next(); job !== undefined; job = line.next()) {
      job.run();
      ran += 1;
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
