import type { Admission } from '../admission.ts';
import type { BodyParser } from '../http/app.ts';
import { createBodyBudget, readBody } from './requestBody.ts';
import type { BodyBudget } from './requestBody.ts';

/** The one way of a body from the socket to a route: bounded, in its turn, and only then parsed. */
export interface Intake {
  /** A parser that has the whole body read, and `parse`d when its turn has come. */
  reader(parse: (bytes: Buffer) => unknown): BodyParser;
  readonly budget: BodyBudget;
}

export interface IntakeOptions {
  readonly admission: Admission;
  readonly limitBytes: number;
  /** Of all requests that are being worked on. */
  readonly mostBytesHeld: number;
}

/** Sets up the intake of a service: its routes' parsers come from `reader`. */
export function createIntake(options: IntakeOptions): Intake {
  const { admission, limitBytes, mostBytesHeld } = options;
  const budget = createBodyBudget(() => mostBytesHeld);
  return {
    budget,
    reader: (parse) => (request, response, done) => {
      const hold = budget.open();
      // Also where the caller hangs up.
      response.once('close', hold.release);
      readBody(request.raw, { limitBytes, hold }, (refused, bytes) => {
        if (refused !== null) {
          done(refused);
          return;
        }
        admission.enter({
          // All that a request costs happens within its turn: its route is called by `done`.
          run: () => {
            let body: unknown;
            try {
              body = parse(bytes);
            } catch (error) {
              done(error);
              return;
            }
            done(null, body);
          },
          refuse: done,
        });
      });
    },
  };
}
