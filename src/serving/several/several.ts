import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isJsonObject } from '../../data/cells/json.ts';
import type { Access } from '../access/access.ts';
import { judgeCaller } from '../access/judge.ts';
import { openDoorAt } from '../listening/doorAt.ts';
import type { Bound } from '../listening/doorAt.ts';
import type { Speech } from '../listening/httpServer.ts';
import { badField, badRequest, problemBody, RequestProblem } from '../problem.ts';
import type { Service } from '../service.ts';
import type { Address } from '../../serviceAddress.ts';
import { openDoor } from '../workers/door.ts';
import { figuresOf } from './figures.ts';

/** One of the services that stand behind one address, each with its own queue, log and callers. */
export interface Member {
  readonly name: string;
  readonly version: number | null;
  readonly service: Pick<Service, 'state' | 'figures' | 'join' | 'drain' | 'close'>;
  readonly access: Access;
}

type Joined = Member & { readonly answer: RequestListener };

const mostIndexBytes = 1024;

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string>): void {
  response.writeHead(status, {
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(body);
}

const sendJson = (response: ServerResponse, status: number, value: unknown, headers = {}): void =>
  send(response, status, JSON.stringify(value), {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
  });

function refuse(request: IncomingMessage, response: ServerResponse, problem: RequestProblem): void {
  request.resume();
  const isOpenInference = request.url?.startsWith('/v2') ?? false;
  const body = isOpenInference ? { error: problem.message } : problemBody(problem);
  sendJson(response, problem.status, body, problem.headers);
}

/** The wish of a body `{"ready": …}`; an empty one wishes for all. */
function onlyReady(text: string): boolean {
  if (text.trim() === '') return false;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
  if (!isJsonObject(body)) throw badRequest('Expected {"ready": true or false}.');
  const ready = body['ready'] ?? false;
  if (typeof ready !== 'boolean') throw badField('/ready', 'expected true or false');
  return ready;
}

function readShort(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      if (text.length <= mostIndexBytes) text += chunk;
    });
    request.on('error', reject);
    request.on('end', () => {
      if (text.length <= mostIndexBytes) resolve(text);
      else reject(new RequestProblem(413, `A request for the index has at most ${mostIndexBytes} bytes.`));
    });
  });
}

const isReady = ({ service }: Joined): boolean => service.state() === 'ready';

/** Those that this caller may ask; throws why there is none. */
function visible(members: readonly Joined[], request: IncomingMessage): readonly Joined[] {
  const judged = members.map((member) => judgeCaller(request.headers, 'predict', member.access));
  const seen = members.filter((_, index) => judged[index] === null);
  const [problem] = judged;
  if (seen.length === 0 && problem != null) throw problem;
  return seen;
}

async function sendIndex(
  members: readonly Joined[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'POST')
    throw new RequestProblem(405, 'Use GET or POST.', [], { allow: 'GET, HEAD, POST' });
  const seen = visible(members, request);
  const ready = onlyReady(await readShort(request));
  const listed = seen.filter((member) => !ready || isReady(member));
  sendJson(
    response,
    200,
    listed.map((member) => ({
      name: member.name,
      version: member.version === null ? '' : String(member.version),
      state: isReady(member) ? 'READY' : 'UNAVAILABLE',
      reason: isReady(member) ? '' : member.service.state(),
    })),
  );
}

async function sendFigures(members: readonly Joined[], response: ServerResponse): Promise<void> {
  const texts = members.map(async ({ name, service }) => [name, await service.figures()] as const);
  const type = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
  send(response, 200, figuresOf(await Promise.all(texts)), type);
}

function sendHealth(members: readonly Joined[], path: string, response: ServerResponse): void {
  if (path.endsWith('/live')) {
    sendJson(response, 200, path.startsWith('/v2') ? { live: true } : { status: 'live' });
    return;
  }
  const waiting = members.filter((member) => !isReady(member)).map(({ name }) => name);
  const ready = waiting.length === 0;
  const status = ready ? 200 : 503;
  if (path.startsWith('/v2')) sendJson(response, status, { ready });
  else if (path === '/health/ready')
    sendJson(response, status, { status: ready ? 'ready' : 'not ready', ...(ready ? {} : { waiting }) });
  else send(response, status, '\n', { 'content-type': 'text/plain; charset=utf-8' });
}

const healthPaths = new Set([
  '/health/live',
  '/health/ready',
  '/v2/health/live',
  '/v2/health/ready',
  '/ping',
  '/health',
]);

/** `/models/churn/predict` → churn and `/predict`; `/v2/models/churn/infer` → churn, and the path as it is. */
function addressed(url: string): { readonly name: string; readonly url: string } | null {
  const [, own, rest = ''] = /^\/models\/([^/?]+)(\/.*)$/.exec(url) ?? [];
  const [, protocols] = /^\/v2\/models\/([^/?]+)(?=[/?]|$)/.exec(url) ?? [];
  const name = own ?? protocols;
  if (name === undefined) return null;
  try {
    return { name: decodeURIComponent(name), url: own === undefined ? url : rest };
  } catch {
    return { name, url };
  }
}

/** Which of them a request is for, by its path; or what all of them answer together. */
function createFront(members: readonly Joined[]): RequestListener {
  const byName = new Map(members.map((member) => [member.name, member]));
  const names = members.map(({ name }) => name).join(', ');
  const [first] = members;
  const only = members.length === 1 ? first : undefined;
  const together = async (
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    if (healthPaths.has(path)) sendHealth(members, path, response);
    else if (path === '/metrics') await sendFigures(members, response);
    else if (path === '/v2/repository/index') await sendIndex(members, request, response);
    else if (path === '/v2' || path === '/version') first?.answer(request, response);
    else
      throw new RequestProblem(
        404,
        `Several models are served here (${names}): ask by name, /models/<name>/predict or /v2/models/<name>/infer; /models/<name>/docs shows more.`,
      );
  };
  return (request, response) => {
    const { url = '/' } = request;
    const to = addressed(url);
    const member = to === null ? only : byName.get(to.name);
    if (to !== null && member === undefined) {
      refuse(
        request,
        response,
        new RequestProblem(
          404,
          `No model ${JSON.stringify(to.name.slice(0, 100))} here; there are ${names}.`,
        ),
      );
      return;
    }
    if (member !== undefined) {
      if (to !== null) request.url = to.url;
      member.answer(request, response);
      return;
    }
    together(url.split('?', 1)[0] ?? '/', request, response).catch((error: unknown) =>
      refuse(
        request,
        response,
        error instanceof RequestProblem ? error : new RequestProblem(500, 'This could not be answered.'),
      ),
    );
  };
}

/** What this process holds in memory now, MB: what a model adds is the difference. */
export const residentMegabytes = (): number => Math.round(process.memoryUsage.rss() / 1e6);

export interface SeveralOptions {
  readonly address: Address;
  readonly speech: Speech;
}

/**
 * Puts several services behind one address. Each replays its golden rows before anybody is answered.
 *
 * @throws usage errors (exit 2) of the address, exit 8 where one does not give the answers that it was packaged with
 */
export async function openSeveral(
  members: readonly Member[],
  { address, speech }: SeveralOptions,
): Promise<Bound & { readonly close: () => Promise<void> }> {
  const joined: Joined[] = [];
  for (const member of members) joined.push({ ...member, answer: await member.service.join() });
  const front = createFront(joined);
  const options = { speech, requestTimeoutMs: 30_000, keepAliveMs: 75_000 };
  const { door, bound, forget } = await openDoorAt((all) => openDoor(front, all), address, options);
  return {
    ...bound,
    close: async () => {
      for (const { service } of members) service.drain();
      forget();
      await door.close(10_000);
    },
  };
}
