import { createAnswering } from '../serving/answering.ts';
import type { Answering } from '../serving/answering.ts';
import { checkJsonBounds } from '../serving/bodies/bounds.ts';
import { parseJsonText } from '../serving/bodies/jsonBody.ts';
import { readiness } from '../serving/health.ts';
import type { ServiceMetrics } from '../serving/metrics.ts';
import { badRequest, bodyTooLarge, problemBody, RequestProblem } from '../serving/problem.ts';
import { writeAnswers } from '../serving/protocols/answerText.ts';
import { isExplained, readRows } from '../serving/protocols/native.ts';
import type { PortableModel } from './model.ts';

/** What the place where it runs gives: the only door to clock and chance. */
export interface World {
  readonly newId: () => string;
  readonly now: () => number;
}

/** The same as the service's. */
const mostBytes = 1024 * 1024;
const mostRows = 10_000;

/** An answer over HTTP, before a place writes it in its own form. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** A request, as far as it matters. `body` is asked for where it is needed. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: () => Promise<Uint8Array>;
}

/** Nobody scrapes a function: its platform counts. */
const uncounted = (): void => undefined;
const metrics: ServiceMetrics = {
  request: uncounted,
  predicted: uncounted,
  feedback: uncounted,
  internalError: uncounted,
  overloaded: uncounted,
  rescued: uncounted,
  alsoServes: uncounted,
  countShadows: uncounted,
  text: () => '',
  contentType: 'text/plain',
};

/** `POST /predict`, `GET /health/live` and `/health/ready` of a model, in the shapes of the service. */
export interface Doors {
  readonly handle: (request: Request) => Promise<Reply>;
  /** The body of `/predict`, already parsed: how another program calls a function. */
  readonly invoke: (body: unknown) => Promise<object>;
}

function parseBody(bytes: Uint8Array, fields: number): unknown {
  if (bytes.length > mostBytes) throw bodyTooLarge(mostBytes);
  checkJsonBounds(bytes, { rows: mostRows, fields });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('The body is not valid UTF-8.');
  }
  return parseJsonText(text);
}

/** What was just written. */
function parsedObject(text: string): object {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? value : {};
}

const routes: Readonly<Record<string, string>> = {
  '/predict': 'POST',
  '/health/live': 'GET',
  '/health/ready': 'GET',
};

/** @throws RequestProblem 404 and 405 */
function checkRoute({ method, path }: Request): void {
  const allow = Object.hasOwn(routes, path) ? routes[path] : undefined;
  const shown = path.slice(0, 100);
  if (allow === undefined)
    throw new RequestProblem(404, `There is no ${shown} here; there are ${Object.keys(routes).join(', ')}.`);
  if (method !== allow && !(method === 'HEAD' && allow === 'GET'))
    throw new RequestProblem(405, `${method} is not possible on ${shown}; use ${allow}.`, [], { allow });
}

async function replyTo(
  { predictor, selfTest }: PortableModel,
  answering: Answering,
  request: Request,
): Promise<Reply> {
  checkRoute(request);
  if (request.path === '/health/live')
    return { status: 200, headers: {}, body: JSON.stringify({ status: 'live' }) };
  if (request.path === '/health/ready') {
    const { ok } = selfTest();
    const body = JSON.stringify(readiness(ok ? 'ready' : 'failed', answering.model, null));
    return { status: ok ? 200 : 503, headers: {}, body };
  }
  const explain = isExplained(request.query);
  const parsed = parseBody(await request.body(), predictor.schema.columns.length);
  const { rows, pointer, single } = readRows(parsed);
  const answers = await answering.answer({ rows, pointer, silent: false, explain });
  return { status: 200, headers: {}, body: writeAnswers(answers, single) };
}

/** Opens the doors of a model. */
export function openDoors(model: PortableModel, { newId, now }: World): Doors {
  const { predictor } = model;
  const parts = { predictor, metrics, log: null, clock: now, elapsed: now, newId, maxBatchRows: mostRows };
  const answering = createAnswering(parts);
  return {
    handle: async (request) => {
      try {
        return await replyTo(model, answering, request);
      } catch (error) {
        if (!(error instanceof RequestProblem)) throw error;
        return { status: error.status, headers: error.headers, body: JSON.stringify(problemBody(error)) };
      }
    },
    invoke: async (body) => {
      const { rows, pointer, single } = readRows(body);
      return parsedObject(writeAnswers(await answering.answer({ rows, pointer, silent: false }), single));
    },
  };
}
