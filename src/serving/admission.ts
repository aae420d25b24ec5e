import { overloaded } from './problem.ts';

export interface AdmissionOptions {
  /** Rows that may wait or be worked on at once; a single request may be as large when nothing else is there. */
  readonly maxRows: number;
  /** Rows worked on before the event loop gets a turn for health checks and other connections. */
  readonly rowsPerTurn: number;
}

/**
 * A turnstile before the model. Prediction is synchronous, so what arrives faster than it is answered would pile up
 * unseen; here it waits in a bounded queue, and what does not fit is refused at once instead of being answered late.
 */
export interface Admission {
  /** Runs `work` in its turn. Rejects with a 503 problem when `rows` do not fit, or with what `work` throws. */
  enter<T>(rows: number, work: () => T): Promise<T>;
  /** Rows waiting or being worked on. */
  readonly rowsInFlight: () => number;
}

interface Job {
  readonly rows: number;
  readonly run: () => void;
}

/** Creates a turnstile, first come first served. */
export function createAdmission(options: AdmissionOptions): Admission {
  let queue: Job[] = [];
  let inFlight = 0;
  let scheduled = false;

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(turn);
  };

  function turn(): void {
    scheduled = false;
    let taken = 0;
    let rows = 0;
    for (const job of queue) {
      if (rows >= options.rowsPerTurn) break;
      taken += 1;
      rows += job.rows;
      inFlight -= job.rows;
      job.run();
    }
    queue = queue.slice(taken);
    if (queue.length > 0) schedule();
  }

  return {
    enter: (rows, work) => {
      if (inFlight > 0 && inFlight + rows > options.maxRows)
        return Promise.reject(
          overloaded('Too many rows are being predicted right now; try again in a second.'),
        );
      inFlight += rows;
      return new Promise((resolve, reject) => {
        const run = (): void => {
          try {
            resolve(work());
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        };
        queue.push({ rows, run });
        schedule();
      });
    },
    rowsInFlight: () => inFlight,
  };
}
