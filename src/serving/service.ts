import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, RequestListener } from 'node:http';
import { damagedError } from '../errors.ts';
import { socketPathOf } from '../serviceAddress.ts';
import type { Address } from '../serviceAddress.ts';
import { openAccess } from './access/access.ts';
import type { Access } from './access/access.ts';
import { addGuard } from './access/guard.ts';
import { isSameSecret } from './access/judge.ts';
import { createAdmission } from './admission.ts';
import type { Admission } from './admission.ts';
import type { Answering } from './answering.ts';
import { callersKey, modelHeaders, openAnswering, versionOf } from './beside/second.ts';
import type { SecondBundle } from './beside/second.ts';
import { answerClientError } from './clientErrors.ts';
import { collectRoutes, endConnectionAfter, setErrorReplies, setNotFoundReplies } from './errorReplies.ts';
import type { AllowedMethods, InternalErrorSink } from './errorReplies.ts';
import { openDirectRoad } from './direct/directRoad.ts';
import { addDocsPage, docsRoutes } from './docsPage/docsPage.ts';
import { addFeedback } from './feedback.ts';
import { readiness } from './health.ts';
import type { ServiceState } from './health.ts';
import type { Bounds } from './bodies/bounds.ts';
import { addIntake } from './bodies/intake.ts';
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
import { badRequest, problemBody, RequestProblem } from './problem.ts';
import { protocols } from './protocols/index.ts';
import type { ProtocolContext } from './protocols/protocol.ts';
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
  readonly allowedMethods: AllowedMethods;
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

function noSchemas(): never {
  throw new Error('a route has a schema, and there is nothing here that compiles it');
}

/** The caller's own id of a request, where it can be repeated safely. */
const requestIds =
  ({ newId }: ServiceOptions) =>
  ({ headers }: Pick<IncomingMessage, 'headers'>): string => {
    const given = headers['x-request-id'];
    return typeof given === 'string' && validId.test(given) ? given : newId();
  };

async function createApp(options: ServiceOptions): Promise<FastifyInstance> {
  const { fastify } = await import('fastify');
  const requestTimeout = options.requestTimeoutMs ?? defaultRequestMs;
  const app: FastifyInstance = fastify({
    logger: false,
    bodyLimit: options.bodyLimitBytes ?? defaultBodyLimitBytes,
    requestTimeout,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: true,
    http: { connectionsCheckingInterval: 1000, headersTimeout: Math.min(10_000, requestTimeout) },
    genReqId: requestIds(options),
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      void reply.code(400).header('x-content-type-options', 'nosniff');
      void reply.send(problemBody(badRequest('The URL is malformed.')));
    },
    clientErrorHandler: answerClientError,
    // No route has a schema: rows are read by the bundle's own. What compiles them takes longer to load than all else here.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });
  app.removeAllContentTypeParsers();
  return app;
}

function addHooks(app: FastifyInstance, { options, answering, metrics, state }: Parts): void {
  const headers = { ...modelHeaders(answering.model), 'x-content-type-options': 'nosniff' };
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers).header('x-request-id', request.id);
    if (state() === 'draining') endConnectionAfter(request, reply);
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') done();
    else
      done(
        new RequestProblem(
          415,
          `Content encoding ${JSON.stringify(encoding.slice(0, 100))} is not understood here; send the body uncompressed.`,
        ),
      );
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.request(route, reply.statusCode, reply.elapsedTime / 1000, versionOf(reply, answering));
    done();
  });
  const { access = openAccess, probeToken } = options;
  addGuard(app, { access, openRoutes, ...(probeToken === undefined ? {} : { probeToken }) });
  if (options.log !== null) app.addHook('onClose', () => options.log?.close());
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

function addOperations(app: FastifyInstance, parts: Parts): void {
  const { options, answering, metrics, state, reach } = parts;
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', (_request, reply) => {
    const body = readiness(state(), answering.model, options.log?.state() ?? null);
    return reply.code(body.status === 'ready' ? 200 : 503).send(body);
  });
  app.get('/metrics', async (request, reply) =>
    reply
      .type(metrics.contentType)
      .send((await reach.metricsFor(request.socket.localPort)) ?? metrics.text()),
  );
  let document: ReturnType<typeof documentOf> | undefined;
  // Made when somebody asks: a start need not wait for it.
  app.get('/openapi.json', () => (document ??= documentOf(options)));
  if (options.docs ?? true) addDocsPage(app);
}

function addProtocols(app: FastifyInstance, parts: Parts): void {
  const { options, answering, metrics, intake, bounds, state, allowedMethods } = parts;
  const { probeToken } = options;
  const onInternalError = options.onInternalError ?? (() => undefined);
  const isProbe = ({ headers: { 'x-aieng-probe': probe } }: FastifyRequest): boolean =>
    probeToken !== undefined && typeof probe === 'string' && isSameSecret(probe, probeToken);
  const context: ProtocolContext = {
    manifest: options.predictor.manifest,
    schema: options.predictor.schema,
    answering,
    intake,
    bounds,
    state,
    softwareVersion: options.softwareVersion,
    ask: async (request, reply, question) => {
      const key = callersKey(request.headers);
      const asked = { ...question, silent: isProbe(request), ...(key === undefined ? {} : { key }) };
      const answers = await answering.answer(asked);
      if (answers.model !== answering.model) void reply.headers(modelHeaders(answers.model));
      return answers;
    },
  };
  const replies = { metrics, onInternalError, allowedMethods };
  setErrorReplies(app, problemBody, replies);
  for (const protocol of protocols)
    void app.register((scope, _options, done) => {
      setErrorReplies(scope, protocol.errorBody, replies);
      protocol.register(scope, context);
      done();
    });
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
  app: FastifyInstance,
  state: () => ServiceState,
  reach: Reach,
): Omit<Parts, 'allowedMethods'> {
  const { predictor, log, clock, elapsed, newId } = options;
  const maxBatchRows = options.maxBatchRows ?? 10_000;
  const limitBytes = options.bodyLimitBytes ?? defaultBodyLimitBytes;
  const admission = createAdmission({
    clock: options.elapsed,
    onOverload: (isOverloaded, bearable) => reach.limit().overload(isOverloaded, bearable),
  });
  const mostBytesHeld = options.maxBytesHeld ?? budgetFor(limitBytes);
  const intake = addIntake(app, { admission, limitBytes, mostBytesHeld });
  const bounds: Bounds = { rows: maxBatchRows, fields: predictor.schema.columns.length };
  const json = intake.reader((bytes) => parseJsonBody(bytes, bounds));
  app.addContentTypeParser('application/json', json);
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
  return { options, answering, metrics, intake, admission, limitBytes, bounds, state, reach, maxBatchRows };
}

/** Requests of the usual head go straight to the model, all others through fastify. */
function openRoads(app: FastifyInstance, { options, intake, ...parts }: Parts): RequestListener {
  const direct = openDirectRoad({
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
    if (!direct(request, response)) app.routing(request, response);
  };
  app.server.removeAllListeners('request').on('request', handle);
  return handle;
}

async function bind(app: FastifyInstance, { host, port }: Address): Promise<Bound> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw await listenError(error, host, port);
  }
  return boundAt(app.server.address(), { host, port }, false);
}

/** Builds the service; nothing listens before `listen`. */
export async function createService(options: ServiceOptions): Promise<Service> {
  let state: ServiceState = 'starting';
  let forget = (): void => undefined;
  const app = await createApp(options);
  const reach = createReach(app.server, options.isDoor ?? true);
  const allowedMethods = collectRoutes(app);
  const parts = { ...createParts(options, app, () => state, reach), allowedMethods };
  setNotFoundReplies(app, allowedMethods);
  addHooks(app, parts);
  addProtocols(app, parts);
  addFeedback(app, {
    contract: options.predictor,
    log: options.log,
    clock: options.clock,
    maxRows: parts.maxBatchRows,
    count: (labels) => parts.metrics.feedback(labels),
  });
  addOperations(app, parts);
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
  const handle = openRoads(app, parts);
  const door = {
    speech: { tls, onTlsProblem: options.onTlsProblem ?? (() => undefined) },
    requestTimeoutMs: options.requestTimeoutMs ?? defaultRequestMs,
    keepAliveMs,
  };
  /** TLS and sockets of the file system are spoken at a door beside the own server, which then listens nowhere. */
  const bindDoor = async (address: Address): Promise<Bound> => {
    await app.ready();
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
    const isDoor = (options.isDoor ?? true) && (tls !== null || socketPathOf(address.host) !== null);
    const bound = await (isDoor ? bindDoor(address) : bind(app, address));
    await prove();
    return bound;
  };
  const join: Service['join'] = async () => {
    await app.ready();
    await prove();
    return handle;
  };
  const accept: Service['accept'] = async (fd) =>
    (await reach.open(handle, { ...door, at: { fd } })).handle();
  const { collectMetrics } = reach;
  const figures = async (): Promise<string> => parts.metrics.text();
  return { listen, join, accept, collectMetrics, figures, state: () => state, drain, close };
}
