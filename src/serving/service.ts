import type { IncomingMessage, RequestListener } from 'node:http';
import { damagedError } from '../errors.ts';
import { socketPathOf } from '../serviceAddress.ts';
import type { Address } from '../serviceAddress.ts';
import { openAccess } from './access/access.ts';
import type { Access } from './access/access.ts';
import { createGuard } from './access/guard.ts';
import { isSameSecret } from './access/judge.ts';
import { createAdmission } from './admission.ts';
import type { Admission } from './admission.ts';
import { modelOf } from './answering.ts';
import type { Answering } from './answering.ts';
import { callersKey, modelHeaders, openAnswering, versionOf } from './beside/second.ts';
import type { SecondBundle } from './beside/second.ts';
import { checkEncoding, toProblem } from './errorReplies.ts';
import type { InternalErrorSink } from './errorReplies.ts';
import { openDirectRoad } from './direct/directRoad.ts';
import type { DirectRoad } from './direct/directRoad.ts';
import { addDocsPage, docsRoutes } from './docsPage/docsPage.ts';
import { addFeedback } from './feedback.ts';
import { readiness } from './health.ts';
import type { ServiceState } from './health.ts';
import { createApp } from './http/app.ts';
import type { App, Scope } from './http/app.ts';
import type { Asked } from './http/exchange.ts';
import type { Bounds } from './bodies/bounds.ts';
import { createIntake } from './bodies/intake.ts';
import type { Intake } from './bodies/intake.ts';
import { parseJsonBody } from './bodies/jsonBody.ts';
import { budgetFor } from './bodies/requestBody.ts';
import { listenError } from './listenError.ts';
import { boundAt, openDoorAt } from './listening/doorAt.ts';
import type { Bound } from './listening/doorAt.ts';
import type { Tls } from './listening/tls.ts';
import { createMetrics } from './metrics.ts';
import type { ServiceMetrics } from './metrics.ts';
import { openApiDocument } from './openApi.ts';
import type { LogState, PredictionLog } from '../traffic/predictionLog.ts';
import type { ServingPredictor } from './predictor.ts';
import { problemBody } from './problem.ts';
import type { RequestProblem } from './problem.ts';
import { protocols } from './protocols/index.ts';
import type { ProtocolContext } from './protocols/protocol.ts';
import { after } from './protocols/said.ts';
import { createShedding, noShedding } from './shed/shedding.ts';
import type { Shedding } from './shed/shedding.ts';
import { createReach } from './workers/reach.ts';
import type { Reach } from './workers/reach.ts';

export interface ServiceOptions {
  readonly predictor: ServingPredictor;
  /** Replays the bundle's golden rows; what differs, in words. The service starts only when nothing does. */
  readonly checkGolden: () => readonly string[];
  /** Another bundle beside it, as a canary or a shadow; default: none. */
  readonly second?: SecondBundle;
  /** null: nothing is recorded and `/feedback` is not possible. */
  readonly log: PredictionLog | null;
  /** ms since 1970 UTC. */
  readonly clock: () => number;
  /** ms on a clock that never goes back. */
  readonly elapsed: () => number;
  readonly newId: () => string;
  /** aieng's own version. */
  readonly softwareVersion: string;
  /** Default 1 MiB. */
  readonly bodyLimitBytes?: number;
  /** Rows (or labels) in one request. Default 10,000. */
  readonly maxBatchRows?: number;
  /** Bytes of bodies that are held at once; more are refused with 503. Default 16 MiB, or four of the largest. */
  readonly maxBytesHeld?: number;
  /** Time for a request to arrive completely. Default 30 s. */
  readonly requestTimeoutMs?: number;
  /** Told of our bugs; default: nobody. */
  readonly onInternalError?: InternalErrorSink;
  /** Who may call; default: whoever reaches it by an address or as localhost. */
  readonly access?: Access;
  /** Callers connect to it themselves. False behind a gateway, which keeps connections. Default true. */
  readonly isDoor?: boolean;
  /** Requests with this value in `x-aieng-probe` are neither logged nor counted as predictions. */
  readonly probeToken?: string;
  /** Where its paths begin, for the description; default `/`. */
  readonly basePath?: string;
  /** A page for people at `/docs`. Default true. */
  readonly docs?: boolean;
  /** The certificate that callers are met with; null = plain HTTP. Not at its own address, where others meet them. */
  readonly tls?: Tls | null;
  /** Told of what is wrong with it while it is used. */
  readonly onTlsProblem?: (message: string) => void;
  /** How long `close` waits for the requests of a shared socket. Default 10 s. */
  readonly drainMs?: number;
}

/** The HTTP service around one predictor. */
export interface Service {
  /** Binds, replays the golden rows, and only then is ready. Throws usage errors (exit 2) and exit 8 on a mismatch. */
  listen(address: Address): Promise<Address & { readonly url: string }>;
  /** Becomes ready without an address of its own: a server before it passes requests on. Throws exit 8 on a mismatch. */
  readonly join: () => Promise<RequestListener>;
  /** Its own figures: what `/metrics` says. */
  readonly figures: () => Promise<string>;
  state(): ServiceState;
  /**
   * Answers the connections of a shared socket too, from its descriptor on, once it listens elsewhere. Gives the socket's handle.
   * Rejects where the system does not let it listen.
   */
  accept(fd: number): Promise<unknown>;
  /** `/metrics` on the shared socket answers with the figures of all its workers; null where they cannot be had. */
  readonly collectMetrics: (all: () => Promise<string | null>) => void;
  /** From now on not ready: a load balancer turns away while requests are still answered. */
  drain(): void;
  /** Drains, answers what is in flight, closes connections and flushes the log. */
  close(): Promise<void>;
}

type Parts = Required<Pick<ServiceOptions, 'maxBatchRows'>> & {
  readonly options: ServiceOptions;
  readonly answering: Answering;
  readonly metrics: ServiceMetrics;
  readonly intake: Intake;
  readonly admission: Admission;
  readonly limitBytes: number;
  readonly bounds: Bounds;
  readonly state: () => ServiceState;
  readonly reach: Reach;
  readonly shedding: () => Shedding;
};

const defaultBodyLimitBytes = 1024 * 1024;
const defaultRequestMs = 30_000;
/** Longer than a gateway or load balancer keeps its idle connections, so that it is never we who hang up first. */
const keepAliveMs = 75_000;

const validId = /^[\w.-]{1,100}$/;

/** What anybody may ask: it holds no data, and those who look after the service come by its address, without a token. */
const openRoutes: ReadonlySet<string> = new Set([
  '/health/live',
  '/health/ready',
  '/metrics',
  ...docsRoutes,
  ...protocols.flatMap((protocol) => protocol.openRoutes),
]);

/** The caller's own id of a request, where it can be repeated safely. */
const requestIds =
  ({ newId }: ServiceOptions) =>
  ({ headers }: Pick<IncomingMessage, 'headers'>): string => {
    const given = headers['x-request-id'];
    return typeof given === 'string' && validId.test(given) ? given : newId();
  };

/** What becomes of requests around their routes. */
function createServer(
  options: ServiceOptions,
  state: () => ServiceState,
  parts: () => Pick<Parts, 'metrics' | 'answering'>,
): App {
  const requestTimeout = options.requestTimeoutMs ?? defaultRequestMs;
  const { access = openAccess, probeToken, predictor } = options;
  const guard = createGuard({ access, openRoutes, ...(probeToken === undefined ? {} : { probeToken }) });
  const onInternalError = options.onInternalError ?? (() => undefined);
  return createApp({
    server: {
      requestTimeout,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: 1000,
      headersTimeout: Math.min(10_000, requestTimeout),
    },
    requestId: requestIds(options),
    elapsed: options.elapsed,
    headers: { ...modelHeaders(modelOf(predictor)), 'x-content-type-options': 'nosniff' },
    isLeaving: () => state() === 'draining',
    judge: (request) => {
      checkEncoding(request.headers);
      const refused = guard(request);
      if (refused !== null) throw refused;
    },
    problemOf: (error, { id }) => toProblem(error, id, { metrics: parts().metrics, onInternalError }),
    errorBodyOf: (path) => protocols.find((protocol) => protocol.owns(path))?.errorBody ?? problemBody,
    answered: ({ route }, reply, ms) => {
      const { metrics, answering } = parts();
      metrics.request(route ?? 'unknown', reply.status, ms / 1000, versionOf(reply, answering));
    },
  });
}

function documentOf({
  predictor,
  access,
  basePath = '/',
}: ServiceOptions): ReturnType<typeof openApiDocument> {
  const paths = protocols.map((protocol) => protocol.openApi(predictor));
  const { tokens } = access ?? openAccess;
  const needsToken = tokens.length > 0;
  return openApiDocument(predictor.manifest, predictor.version, paths, { needsToken, openRoutes, basePath });
}

function addOperations(scope: Scope, parts: Parts): void {
  const { options, answering, metrics, state, reach } = parts;
  scope.get('/health/live', () => ({ status: 'live' }));
  scope.get('/health/ready', (_request, reply) => {
    const body = readiness(state(), answering.model, options.log?.state() ?? null);
    reply.status = body.status === 'ready' ? 200 : 503;
    return body;
  });
  scope.get('/metrics', async ({ raw }, reply) => {
    reply.type(metrics.contentType);
    return (await reach.metricsFor(raw.socket.localPort)) ?? metrics.text();
  });
  let document: ReturnType<typeof documentOf> | undefined;
  // Made when somebody asks: a start need not wait for it.
  scope.get('/openapi.json', () => (document ??= documentOf(options)));
  if (options.docs ?? true) addDocsPage(scope);
}

function addProtocols(app: App, parts: Parts): void {
  const { options, answering, intake, bounds, state } = parts;
  const { probeToken } = options;
  const isProbe = ({ headers: { 'x-aieng-probe': probe } }: Asked): boolean =>
    probeToken !== undefined && typeof probe === 'string' && isSameSecret(probe, probeToken);
  const context: ProtocolContext = {
    manifest: options.predictor.manifest,
    schema: options.predictor.schema,
    answering,
    intake,
    bounds,
    state,
    softwareVersion: options.softwareVersion,
    ask: (request, reply) => (question) => {
      const key = callersKey(request.headers);
      const asked = { ...question, silent: isProbe(request), ...(key === undefined ? {} : { key }) };
      return after(answering.answer(asked), (answers) => {
        if (answers.model !== answering.model) reply.headers(modelHeaders(answers.model));
        return answers;
      });
    },
  };
  for (const protocol of protocols) protocol.register(openScope(app, protocol.errorBody, parts), context);
}

/** Routes that understand JSON. */
function openScope(
  app: App,
  errorBody: (problem: RequestProblem) => object,
  { intake, bounds }: Parts,
): Scope {
  const scope = app.scope(errorBody);
  scope.parse(
    'application/json',
    intake.reader((bytes) => parseJsonBody(bytes, bounds)),
  );
  return scope;
}

function checkGolden({ checkGolden: replay, second }: ServiceOptions): void {
  const [first, ...others] = [...replay(), ...(second?.checkGolden() ?? [])];
  if (first === undefined) return;
  throw damagedError({
    code: 'golden-mismatch',
    message: `The bundle does not give the answers it was packaged with: ${first}${others.length > 0 ? ` (and ${others.length} more)` : ''}`,
    hint: 'Package it again with `aieng package`, or serve the version before.',
  });
}

function createParts(
  options: ServiceOptions,
  app: App,
  { state, reach, shedding }: Pick<Parts, 'state' | 'reach' | 'shedding'>,
): Parts {
  const { predictor, log, clock, elapsed, newId } = options;
  const maxBatchRows = options.maxBatchRows ?? 10_000;
  const limitBytes = options.bodyLimitBytes ?? defaultBodyLimitBytes;
  const admission = createAdmission({
    clock: options.elapsed,
    onOverload: (isOverloaded, work) => {
      reach.limit().overload(isOverloaded, work);
      shedding().overload(isOverloaded && work.isDear);
    },
  });
  const mostBytesHeld = options.maxBytesHeld ?? budgetFor(limitBytes);
  const intake = createIntake({ admission, limitBytes, mostBytesHeld });
  const bounds: Bounds = { rows: maxBatchRows, fields: predictor.schema.columns.length };
  const { manifest, version, digest } = predictor;
  const metrics = createMetrics({
    manifest,
    version,
    digest,
    waiting: admission.waiting,
    bytesHeld: intake.budget.bytesHeld,
    logState: (): LogState | null => log?.state() ?? null,
  });
  const door = { predictor, metrics, log, clock, elapsed, newId, maxBatchRows };
  const answering = openAnswering(app, door, options.second ?? null, admission.waiting);
  const shared = { state, reach, shedding, maxBatchRows, limitBytes, bounds };
  return { options, answering, metrics, intake, admission, ...shared };
}

/** Requests of the usual head go straight to the model, all others by their routes. */
function openRoads(
  app: App,
  { options, intake, ...parts }: Parts,
): { readonly handle: RequestListener; readonly refusal: DirectRoad['refusal'] } {
  const { answering } = parts;
  const { manifest, schema } = options.predictor;
  const context = { manifest, schema, answering };
  const ways = protocols.flatMap(({ shortPaths, errorBody }) =>
    shortPaths(context).map((short) => ({ ...short, errorBody })),
  );
  const direct = openDirectRoad(ways, {
    ...parts,
    budget: intake.budget,
    access: options.access ?? openAccess,
    elapsed: options.elapsed,
    requestId: requestIds(options),
    isLeaving: () => parts.state() === 'draining',
    isCrowded: () => parts.reach.limit().isCrowded(),
    onInternalError: options.onInternalError ?? (() => undefined),
  });
  const handle: RequestListener = (request, response) => {
    if (direct.take(request, response)) return;
    const { socket } = request;
    parts.shedding().began(socket);
    response.once('close', () => parts.shedding().ended(socket, request.complete));
    app.route(request, response);
  };
  return { handle, refusal: direct.refusal };
}

async function bind(app: App, handle: RequestListener, { host, port }: Address): Promise<Bound> {
  try {
    await app.listen({ host, port }, handle);
  } catch (error) {
    throw await listenError(error, host, port);
  }
  return boundAt(app.server.address(), { host, port }, false);
}

/** Builds the service; nothing listens before `listen`. */
export async function createService(options: ServiceOptions): Promise<Service> {
  let state: ServiceState = 'starting';
  let forget = (): void => undefined;
  const app = createServer(
    options,
    () => state,
    () => parts,
  );
  const reach = createReach(app.server, options.isDoor ?? true, () => parts.admission.connected());
  let shedding = noShedding;
  const parts = createParts(options, app, { state: () => state, reach, shedding: () => shedding });
  addProtocols(app, parts);
  const own = openScope(app, problemBody, parts);
  addFeedback(own, {
    contract: options.predictor,
    log: options.log,
    clock: options.clock,
    maxRows: parts.maxBatchRows,
    count: (labels) => parts.metrics.feedback(labels),
  });
  addOperations(own, parts);
  if (options.log !== null) app.onClose(() => options.log?.close());
  const drain = (): void => {
    if (state === 'ready') state = 'draining';
  };
  const close = async (): Promise<void> => {
    drain();
    forget();
    await reach.close(options.drainMs ?? 10_000);
    await app.close();
  };
  const tls = options.tls ?? null;
  const { handle, refusal } = openRoads(app, parts);
  /** Connections are its own from now on: in a flood it may see to them before HTTP does. */
  const meetCallers = (): void => {
    if (shedding === noShedding) shedding = createShedding({ isFull: parts.admission.isFull, refusal });
  };
  const door = {
    speech: { tls, onTlsProblem: options.onTlsProblem ?? (() => undefined) },
    requestTimeoutMs: options.requestTimeoutMs ?? defaultRequestMs,
    keepAliveMs,
  };
  /** TLS and sockets of the file system are spoken at a door beside the own server, which then listens nowhere. */
  const bindDoor = async (address: Address): Promise<Bound> => {
    const opened = await openDoorAt((at) => reach.open(handle, at), address, door);
    forget = opened.forget;
    return opened.bound;
  };
  const prove = async (): Promise<void> => {
    try {
      checkGolden(options);
    } catch (error) {
      state = 'failed';
      await close();
      throw error;
    }
    state = 'ready';
  };
  const listen: Service['listen'] = async (address) => {
    const isDoor = options.isDoor ?? true;
    if (isDoor) meetCallers();
    const isApart = isDoor && (tls !== null || socketPathOf(address.host) !== null);
    const bound = await (isApart ? bindDoor(address) : bind(app, handle, address));
    await prove();
    return bound;
  };
  const join: Service['join'] = async () => {
    await prove();
    return handle;
  };
  const accept: Service['accept'] = async (fd) => {
    meetCallers();
    return (await reach.open(handle, { ...door, at: { fd } })).handle();
  };
  const { collectMetrics } = reach;
  const figures = async (): Promise<string> => parts.metrics.text();
  return { listen, join, accept, collectMetrics, figures, state: () => state, drain, close };
}
