import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/access.ts';
import type { Admission, Job } from '../admission.ts';
import type { Answering, ServedModel } from '../answering.ts';
import { callersKey, modelHeaders } from '../beside/second.ts';
import type { Bounds } from '../bodies/bounds.ts';
import { parseJsonBody, textOfBody } from '../bodies/jsonBody.ts';
import { noRoom } from '../bodies/requestBody.ts';
import type { BodyBudget, Hold } from '../bodies/requestBody.ts';
import { toProblem } from '../errorReplies.ts';
import type { ErrorContext } from '../errorReplies.ts';
import { endInOnePiece } from '../http/onePiece.ts';
import type { Ask, Said, ShortPath } from '../protocols/protocol.ts';
import { tooMany } from '../problem.ts';
import type { RequestProblem } from '../problem.ts';
import type { RawRequest } from '../shed/rawRequest.ts';
import type { Refusal, Shedding } from '../shed/shedding.ts';
import { plainHeads } from './plainHead.ts';

export interface DirectParts extends ErrorContext {
  readonly answering: Answering;
  readonly admission: Admission;
  readonly budget: BodyBudget;
  readonly bounds: Bounds;
  readonly limitBytes: number;
  readonly access: Access;
  /** ms on a clock that never goes back. */
  readonly elapsed: () => number;
  readonly requestId: (request: Pick<IncomingMessage, 'headers'>) => string;
  /** Every answer is the last one on its connection now, which the usual road sees to. */
  readonly isLeaving: () => boolean;
  /** Are there more callers than can be served in time? */
  readonly isCrowded: () => boolean;
  readonly shedding: () => Shedding;
}

export interface DirectRoad {
  /** Answers a request, or says that it is none for it: false, and nothing was done. */
  readonly take: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** How one that it would take is refused before HTTP has read it; null for any other. */
  readonly refusal: (request: RawRequest) => Refusal | null;
}

const jsonType = 'application/json; charset=utf-8';

/** What stands in the head of each answer of a model, as Node writes it without another look: names and values in turn. */
function headsOf({ models }: Answering): ReadonlyMap<ServedModel, readonly string[]> {
  return new Map(
    models.map((model) => [
      model,
      [...Object.entries(modelHeaders(model)).flat(), 'x-content-type-options', 'nosniff'],
    ]),
  );
}

/** A path of the road, and the shape of its protocol's errors. */
interface Way extends ShortPath {
  readonly errorBody: (problem: RequestProblem) => object;
}

/** What all requests of a path share. */
class Road {
  readonly parts: DirectParts;
  readonly way: Way;
  readonly #heads: ReturnType<typeof headsOf>;
  /** In an overload one refusal is said very often. */
  #refusal: { readonly problem: RequestProblem; readonly text: string } | undefined;

  constructor(way: Way, parts: DirectParts, heads: ReturnType<typeof headsOf>) {
    this.parts = parts;
    this.way = way;
    this.#heads = heads;
  }

  textOf(problem: RequestProblem): string {
    if (this.#refusal?.problem !== problem)
      this.#refusal = { problem, text: JSON.stringify(this.way.errorBody(problem)) };
    return this.#refusal.text;
  }

  headOf(model: ServedModel, id: string, bytes: number): string[] {
    const own = this.#heads.get(model) ?? [];
    return [...own, 'x-request-id', id, 'content-type', jsonType, 'content-length', String(bytes)];
  }

  /** A refusal as it is sent where there is no response of Node's. */
  refusalOf(problem: RequestProblem, request: RawRequest): string {
    const { answering, metrics, requestId } = this.parts;
    const text = this.textOf(problem);
    const head = this.headOf(answering.model, requestId(request), Buffer.byteLength(text));
    for (const name in problem.headers) head.push(name, problem.headers[name] ?? '');
    let lines = 'HTTP/1.1 503 Service Unavailable\r\n';
    for (let at = 0; at < head.length; at += 2) lines += `${head[at]}: ${head[at + 1]}\r\n`;
    metrics.overloaded();
    metrics.request(this.way.route, problem.status, 0, answering.model.version);
    return `${lines}Connection: keep-alive\r\n\r\n${text}`;
  }
}

/** One request on its way: its body is read, it waits for its turn, it is answered. */
class Exchange implements Job {
  readonly #road: Road;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #begun: number;
  readonly #id: string;
  readonly #hold: Hold;
  #bytes: Buffer = nothing;

  constructor(road: Road, request: IncomingMessage, response: ServerResponse) {
    const { elapsed, requestId, budget } = road.parts;
    this.#road = road;
    this.#request = request;
    this.#response = response;
    this.#begun = elapsed();
    this.#id = requestId(request);
    this.#hold = budget.open();
    road.parts.shedding().began(request.socket);
  }

  /** Waits in line once all of the body is there; never, where its sender hangs up before. */
  read(length: number): void {
    this.#request.on('data', (chunk: Buffer) => {
      this.#bytes = this.#bytes === nothing ? chunk : Buffer.concat([this.#bytes, chunk]);
      if (this.#bytes.length < length) return;
      if (this.#hold.add(length)) this.#road.parts.admission.enter(this);
      else this.refuse(noRoom());
    });
  }

  run(): void {
    const { way, parts } = this.#road;
    try {
      // A body on this road is too small to be looked at before it is read.
      const said = way.answerText?.(textOfBody(this.#bytes)) ?? null;
      this.#settle(
        said ?? way.answer(parseJsonBody(this.#bytes, parts.bounds), (question) => this.#ask(question)),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  /** By the model, where a body is not the text of one good row. */
  #ask(question: Parameters<Ask>[0]): ReturnType<Ask> {
    const key = callersKey(this.#request.headers);
    const asked = { ...question, silent: false, ...(key === undefined ? {} : { key }) };
    return this.#road.parts.answering.answer(asked);
  }

  #settle(said: Said | Promise<Said>): void {
    if (!(said instanceof Promise)) this.#give(said);
    else
      said.then(
        (given) => this.#give(given),
        (error: unknown) => this.#fail(error),
      );
  }

  refuse(problem: RequestProblem): void {
    this.#fail(problem);
  }

  #give({ model, text }: Said): void {
    this.#send(200, model, text, {});
  }

  #fail(error: unknown): void {
    const { parts } = this.#road;
    const problem = toProblem(error, this.#id, parts);
    if (problem.status === 503 && parts.isCrowded()) this.#response.shouldKeepAlive = false;
    this.#send(problem.status, parts.answering.model, this.#road.textOf(problem), problem.headers);
  }

  #send(status: number, model: ServedModel, text: string, headers: Readonly<Record<string, string>>): void {
    const { metrics, elapsed } = this.#road.parts;
    const bytes = Buffer.byteLength(text);
    const head = this.#road.headOf(model, this.#id, bytes);
    for (const name in headers) head.push(name, headers[name] ?? '');
    const response = this.#response.writeHead(status, head);
    endInOnePiece(response, text, bytes === text.length ? 'latin1' : 'utf8');
    this.#hold.release();
    this.#road.parts.shedding().ended(this.#request.socket, true);
    metrics.request(this.#road.way.route, status, (elapsed() - this.#begun) / 1000, model.version);
  }
}

const nothing = Buffer.alloc(0);

/**
 * The short way of the requests that a service gets nearly always: a small `POST` with an ordinary head to a path of
 * `ways`. It goes from Node's own server to the model and back; all others take the usual road, by their routes. What a
 * request is answered, logged, counted and refused for is the same on both: they share each of these parts.
 */
export function openDirectRoad(ways: readonly Way[], parts: DirectParts): DirectRoad {
  const heads = headsOf(parts.answering);
  const roads = new Map(ways.map((way) => [way.path, new Road(way, parts, heads)]));
  const bytesOf = plainHeads(parts.access, parts.limitBytes);
  return {
    take: (request, response) => {
      const road = roads.get(request.url ?? '');
      if (road === undefined) return false;
      const length = bytesOf(request, road.way.isUntyped);
      if (length === 0 || parts.isLeaving()) return false;
      new Exchange(road, request, response).read(length);
      return true;
    },
    refusal: (request) => {
      const road = roads.get(request.path);
      if (road === undefined) return null;
      const bodyBytes = bytesOf(request, road.way.isUntyped);
      if (bodyBytes === 0 || parts.isLeaving()) return null;
      return { bodyBytes, answer: () => road.refusalOf(tooMany, request) };
    },
  };
}
