import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Admission } from '../admission.ts';
import { createBodyBudget, declaredLength, readBody } from './requestBody.ts';
import type { BodyBudget, Hold } from './requestBody.ts';

/** A content type's parser as fastify calls it. */
export type BodyParser = (
  request: FastifyRequest,
  payload: IncomingMessage,
  done: (error: Error | null, body?: unknown) => void,
) => void;

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

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** Sets up the intake of a service: its routes' parsers come from `reader`. */
export function addIntake(app: FastifyInstance, options: IntakeOptions): Intake {
  const { admission, limitBytes, mostBytesHeld } = options;
  const budget = createBodyBudget(() => mostBytesHeld);
  const holds = new WeakMap<IncomingMessage, Hold>();
  app.addHook('onRequest', ({ raw }, reply, done) => {
    if (declaredLength(raw) !== 0) {
      const hold = budget.open();
      holds.set(raw, hold);
      // Also where the caller hangs up.
      reply.raw.once('close', hold.release);
    }
    done();
  });
  return {
    budget,
    reader: (parse) => (request, payload, done) => {
      const hold = holds.get(request.raw) ?? budget.open();
      readBody(payload, { limitBytes, hold }, (refused, bytes) => {
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
              done(asError(error));
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
