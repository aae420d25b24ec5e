import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller } from './kubernetesApi/controller.ts';
import { discovery, isSelected } from './kubernetesApi/discovery.ts';
import type { Json } from './kubernetesApi/fieldSets.ts';
import { Objects, Refused, resources } from './kubernetesApi/objects.ts';
import type { Change } from './kubernetesApi/objects.ts';

/** What befalls requests before they are looked at. */
export interface Fault {
  /** Of `METHOD /path?query`. */
  readonly match: RegExp;
  /** How many requests it befalls. */
  times: number;
  /** `drop`: no answer; `drop-after`: it is done, and the answer's second half is lost. */
  readonly how:
    | 'drop'
    | 'drop-after'
    | { readonly status: number; readonly retryAfter?: string; readonly message?: string }
    /** Is answered with 200. */
    | { readonly body: string };
}

/** What a request asks for, from its path. */
interface Asked {
  readonly method: string;
  readonly kind: string;
  readonly resource: string;
  readonly group: string;
  readonly name: string;
  readonly sub: string;
  readonly query: URLSearchParams;
}

const verbs: Readonly<Record<string, string>> = {
  PATCH: 'patch',
  DELETE: 'delete',
  POST: 'create',
  PUT: 'update',
};

/**
 * An API server of one namespace in this process: discovery, typed paths, server-side apply with ownership, dry run,
 * watches, Status errors and the faults of a network, by the published API conventions. It proves our client, and
 * nothing about a cluster.
 */
export class KubernetesApi {
  readonly namespace: string;
  readonly objects: Objects;
  readonly controller: Controller;
  readonly faults: Fault[] = [];
  /** `verb resource`: refused with 403. */
  readonly forbidden = new Set<string>();
  /** `METHOD /path?query` of every request. */
  readonly requests: string[] = [];
  readonly logs = new Map<string, string>();
  readonly metrics = new Map<string, string>();
  /** Throws for an object that the API's schema refuses. */
  check: (object: Json) => void = () => undefined;
  readonly #token: string;
  readonly #watches = new Map<ServerResponse, (change: Change) => void>();
  /** Answers requests of any server, so also of one over TLS. */
  readonly listener = (request: IncomingMessage, response: ServerResponse): void =>
    void this.#answer(request, response);
  readonly #server = createServer(this.listener);

  constructor(namespace: string, token: string) {
    this.namespace = namespace;
    this.#token = token;
    this.objects = new Objects(namespace);
    this.controller = new Controller(this.objects);
    this.objects.onChange = (change) => {
      for (const tell of this.#watches.values()) tell(change);
      // A controller acts after the write was answered, never within it.
      if (change.kind === 'Deployment')
        setImmediate(() => this.controller.reconcile(change.object['metadata'].name));
    };
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get watching(): number {
    return this.#watches.size;
  }

  /** Breaks every watch without an end. */
  cutWatches(): void {
    for (const response of this.#watches.keys()) response.destroy();
  }

  /** Forgets the history, as etcd's compaction does. */
  compact(): void {
    this.objects.oldest = this.objects.version + 1;
    this.objects.version++;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const line = `${request.method} ${request.url}`;
    this.requests.push(line);
    const fault = this.faults.find((one) => one.times > 0 && one.match.test(line));
    if (fault) fault.times--;
    if (fault?.how === 'drop') {
      response.destroy();
      return;
    }
    try {
      if (typeof fault?.how === 'object' && 'body' in fault.how) {
        send(response, 200, fault.how.body);
        return;
      }
      if (typeof fault?.how === 'object') {
        if (fault.how.retryAfter) response.setHeader('retry-after', fault.how.retryAfter);
        throw new Refused(
          fault.how.status,
          'TooManyRequests',
          fault.how.message ?? 'too many requests, please try again later',
        );
      }
      if (request.headers.authorization !== `Bearer ${this.#token}`)
        throw new Refused(401, 'Unauthorized', 'Unauthorized');
      const url = new URL(request.url ?? '', 'http://x');
      const body = await this.#route(request, url, Buffer.concat(chunks).toString('utf8'), response);
      if (body !== undefined) send(response, 200, body, fault?.how === 'drop-after');
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused(500, 'InternalError', String(error));
      const { code, reason, message, details } = refused;
      send(response, code, {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message,
        reason,
        details,
        code,
      });
    }
  }

  async #route(request: IncomingMessage, url: URL, body: string, response: ServerResponse): Promise<unknown> {
    const found = discovery(url.pathname);
    if (found) return found;
    const [, version, namespace, plural, encoded = '', ...rest] =
      /^\/(?:api|apis)\/((?:[^/]+\/)?v[^/]+)\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/(.+))?$/.exec(
        url.pathname,
      ) ?? [];
    const kind = resources[`${version}/${plural}`];
    if (kind === undefined)
      throw new Refused(404, 'NotFound', 'the server could not find the requested resource');
    const name = decodeURIComponent(encoded);
    const sub = rest[0] ?? '';
    const group = version!.includes('/') ? version!.split('/')[0]! : '';
    const asked: Asked = {
      method: request.method!,
      kind,
      resource: plural!,
      group,
      name,
      sub,
      query: url.searchParams,
    };
    this.#authorize(asked);
    if (namespace !== this.namespace && request.method !== 'GET')
      throw new Refused(404, 'NotFound', `namespaces "${namespace}" not found`, {
        name: namespace,
        kind: 'namespaces',
      });
    if (namespace !== this.namespace && name === '')
      return { kind: `${kind}List`, metadata: { resourceVersion: '1' }, items: [] };
    if (namespace !== this.namespace) throw new Refused(404, 'NotFound', `${plural} "${name}" not found`);
    switch (request.method) {
      case 'GET':
        return this.#get(asked, response);
      case 'PATCH':
        return this.#patch(asked, String(request.headers['content-type']), body);
      case 'DELETE':
        this.objects.remove(kind, name);
        if (kind === 'Deployment') this.controller.reconcile(name);
        return { kind: 'Status', apiVersion: 'v1', status: 'Success' };
      default:
        throw new Refused(405, 'MethodNotAllowed', 'the server does not allow this method');
    }
  }

  #authorize({ method, resource, group, sub, name, query, kind }: Asked): void {
    const read = query.get('watch') === 'true' ? 'watch' : name === '' ? 'list' : 'get';
    const isNew = method === 'PATCH' && sub === '' && this.objects.get(kind, name) === undefined;
    const what = sub === '' ? resource : `${resource}/${sub.split('/')[0]!}`;
    for (const verb of [verbs[method] ?? read, ...(isNew ? ['create'] : [])])
      if (this.forbidden.has(`${verb} ${what}`))
        throw new Refused(
          403,
          'Forbidden',
          `${resource} "${name}" is forbidden: User "ci" cannot ${verb} resource "${what}" in API group "${group}" in the namespace "${this.namespace}"`,
        );
  }

  #get(asked: Asked, response: ServerResponse): unknown {
    const { kind, name, sub, query } = asked;
    if (query.get('watch') === 'true') {
      this.#watch(asked, response);
      return undefined;
    }
    // `https:churn-1:8080`: the pod is asked over TLS.
    const [pod = '', port] = name.replace(/^https:/, '').split(':');
    if (kind === 'Pod' && sub === 'log')
      return this.logs.get(`${name}${query.get('previous') === 'true' ? ' previous' : ''}`) ?? '';
    if (kind === 'Pod' && sub === 'proxy/metrics' && port !== undefined) {
      const text = this.metrics.get(pod);
      if (text === undefined) throw new Refused(503, 'ServiceUnavailable', 'no endpoints available');
      return text;
    }
    if (name !== '') return this.objects.must(kind, name);
    const selected = this.objects.all(kind).filter((one) => isSelected(one, query));
    const from = Number(query.get('continue') ?? 0);
    const limit = Number(query.get('limit') ?? selected.length);
    const metadata: Json = { resourceVersion: String(this.objects.version) };
    if (from + limit < selected.length) metadata['continue'] = String(from + limit);
    // Items of a list come without kind and version.
    const items = selected
      .slice(from, from + limit)
      .map(({ apiVersion: _apiVersion, kind: _kind, ...item }) => item);
    return { kind: `${kind}List`, metadata, items };
  }

  #watch({ kind, query }: Asked, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion'));
    response.writeHead(200, { 'content-type': 'application/json' });
    const say = (type: string, object: Json): boolean =>
      response.write(`${JSON.stringify({ type, object })}\n`);
    if (from < this.objects.oldest) {
      say('ERROR', {
        kind: 'Status',
        status: 'Failure',
        reason: 'Expired',
        message: 'too old resource version',
        code: 410,
      });
      response.end();
      return;
    }
    const tell = (change: Change): void => {
      if (change.kind === kind && change.version > from && isSelected(change.object, query))
        say(change.type, change.object);
    };
    this.objects.history.forEach(tell);
    say('BOOKMARK', { kind, metadata: { resourceVersion: String(this.objects.version) } });
    this.#watches.set(response, tell);
    response.on('close', () => this.#watches.delete(response));
  }

  #patch({ kind, name, sub, query }: Asked, type: string, body: string): Json {
    const manager = query.get('fieldManager') ?? '';
    const given = JSON.parse(body) as Json;
    if (type === 'application/apply-patch+yaml') {
      if (given['kind'] !== kind || given['metadata'].name !== name)
        throw new Refused(400, 'BadRequest', 'the name of the object does not match the URL');
      if (manager === '')
        throw new Refused(422, 'Invalid', 'fieldManager: Required value: is required for apply patch');
      this.check(given);
      return this.objects.apply(given, {
        manager,
        force: query.get('force') === 'true',
        dryRun: query.get('dryRun') === 'All',
      });
    }
    if (type !== 'application/merge-patch+json' || sub !== 'scale')
      throw new Refused(415, 'UnsupportedMediaType', type);
    const live = this.objects.must(kind, name);
    live['spec'].replicas = given['spec'].replicas;
    this.objects.update(live, { manager, subresource: 'scale' });
    return { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name }, spec: given['spec'] };
  }
}

function send(response: ServerResponse, status: number, body: unknown, isCut = false): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  if (!isCut) response.end(text);
  else response.write(text.slice(0, text.length / 2), () => response.destroy());
}
