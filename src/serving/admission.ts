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
  /** The same for dear requests while new connections come, of which Node takes one between two turns. */
  readonly briefTurnMs?: number;
  /** Told when more comes than can be answered, and when that is over. */
  readonly onOverload?: (isOverloaded: boolean, work: Work) => void;
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

/** From this on requests are dear, ms. */
const dearMs = 0.1;

/** What requests cost. */
export interface Work {
  /** How many callers, each of whom waits for his answer, are served within the target. */
  readonly bearable: number;
  /** Does a refusal cost little beside an answer, with all that is done to refuse before HTTP is read? */
  readonly isDear: boolean;
}

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
  /** What one job takes with all that happens around it, ms, while there is always another one; and how many the last turn ran. */
  let jobMs = 0;
  let ran = 0;
  /** What a job takes by itself, ms: not the reading of requests that come meanwhile, however many are refused of them. */
  let runMs = 0;
  let hasNewcomer = false;

  const latest = (mean: number, ms: number): number => {
    if (ms <= 0 || ran === 0) return mean;
    return mean === 0 ? ms / ran : mean + newestShare * (ms / ran - mean);
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(turn);
  };

  const work = (): Work => ({
    bearable: jobMs === 0 ? 0 : Math.floor(patience.targetMs / jobMs),
    isDear: runMs >= dearMs,
  });
  /** So many are answered within the target, if nothing else is to be done. */
  const inTime = (): number => (runMs === 0 ? Infinity : patience.targetMs / runMs);

  function tell(): void {
    if (line.isOverloaded() === wasOverloaded) return;
    wasOverloaded = line.isOverloaded();
    onOverload(wasOverloaded, work());
  }

  function turn(): void {
    scheduled = false;
    const before = begun;
    begun = clock();
    // After a pause there was no turn before this one.
    const cycleMs = since === before ? begun - before : 0;
    jobMs = latest(jobMs, cycleMs);
    ran = 0;
    for (const job of line.sendAway(begun, cycleMs)) job.refuse(tooMany);
    const { isDear } = work();
    const [most, longestMs] = [isDear ? inTime() : 0, isDear && hasNewcomer ? briefTurnMs : turnMs];
    hasNewcomer = false;
    for (let job = line.next(most); job !== undefined; job = line.next(most)) {
      job.run();
      ran += 1;
      if (clock() - begun >= longestMs) break;
    }
    tell();
    since = begun;
    ended = clock();
    runMs = latest(runMs, ended - begun);
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
    isFull: () => line.length() >= Math.max(fewest, inTime() / 4),
  };
}
