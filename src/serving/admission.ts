import { tooMany } from './problem.ts';
import type { RequestProblem } from './problem.ts';
import { createWaitingLine, defaultPatience } from './waitingLine.ts';
import type { Patience } from './waitingLine.ts';

export interface AdmissionOptions {
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number;
  readonly patience?: Patience;
  /** A turn ends after this long: then health checks and other connections have theirs. One job may take longer. */
  readonly turnMs?: number;
  /** The same while new connections come, of which Node takes one between two turns. */
  readonly briefTurnMs?: number;
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
  /** A new connection has come; others may wait behind it. */
  readonly connected: () => void;
  /** Is there work for a quarter of the target? In an overload nobody else had better come in: reading takes time, too. */
  readonly isFull: () => boolean;
}

/** So few are never too many. */
const fewest = 4;

/** Requests that are read so soon after a turn have come during it. */
const atOnceMs = 1;

/** Of turns, the last ones count most. */
const newestShare = 0.1;

/**
 * Creates a turnstile. Requests are read in the event loop's poll phase and worked on in its check phase, for a bounded
 * time; what is read after a turn is taken to have come at its begin.
 */
export function createAdmission(options: AdmissionOptions): Admission {
  const { clock, turnMs = 2, briefTurnMs = 0.25, onOverload = () => undefined } = options;
  const patience = options.patience ?? defaultPatience;
  const line = createWaitingLine<Job>(patience);
  let scheduled = false;
  let wasOverloaded = false;
  let begun = Number.NEGATIVE_INFINITY;
  let ended = Number.NEGATIVE_INFINITY;
  /** Since when whoever is read now may have waited: the begin of the last turn, or of this poll phase after a pause. */
  let since = Number.NEGATIVE_INFINITY;
  let ran = 0;
  /** What a job takes by itself, ms: not the reading of requests that come meanwhile, however many are refused of them. */
  let runMs = 0;
  let hasNewcomer = false;

  const learn = (turnTookMs: number): void => {
    if (ran === 0) return;
    const lastMs = turnTookMs / ran;
    runMs = runMs === 0 ? lastMs : runMs + newestShare * (lastMs - runMs);
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(turn);
  };

  /** So many are answered within the target, if nothing else is to be done. */
  const bearable = (): number => (runMs === 0 ? Infinity : patience.targetMs / runMs);

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
    ran = 0;
    for (const job of line.sendAway(begun, cycleMs)) job.refuse(tooMany);
    const [inTime, longestMs] = [bearable(), hasNewcomer ? briefTurnMs : turnMs];
    hasNewcomer = false;
    for (let job = line.next(inTime); job !== undefined; job = line.next(inTime)) {
      job.run();
      ran += 1;
      if (clock() - begun >= longestMs) break;
    }
    tell();
    since = begun;
    ended = clock();
    learn(ended - begun);
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
    connected: () => (hasNewcomer = true),
    isFull: () => line.length() >= Math.max(fewest, bearable() / 4),
  };
}
