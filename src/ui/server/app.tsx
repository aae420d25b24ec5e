import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Markup } from '../markup.ts';
import { AiengError } from '../../errors.ts';
import { sha256 } from '../../digest.ts';
import { clientScript } from '../client/script.ts';
import type { Frame } from '../components/layout.tsx';
import { Layout } from '../components/layout.tsx';
import { FailurePage, LockedPage } from '../components/failure.tsx';
import type { Action, Asked, Place, Route } from '../page.ts';
import { renderPage } from '../render.ts';
import { uiStyle } from '../style.ts';
import { openEvents } from './events.ts';
import { addGuard, Refused } from './guard.ts';
import type { Sessions } from './session.ts';

export interface UiOptions {
  readonly project: string;
  readonly places: readonly Place[];
  readonly routes: readonly Route[];
  /** None where changes are not allowed. */
  readonly actions: readonly Action[];
  readonly write: boolean;
  readonly host: string;
  readonly sessions: Sessions;
  /** A browser was let in: the printed address is used up. */
  readonly onEntered: () => void;
  /** A short text that differs where the store does. */
  readonly look: () => Promise<string>;
  readonly onInternalError: (error: unknown) => void;
}

const lookEveryMs = 2_000;
const longestForm = 64 * 1024;
const assets = sha256(uiStyle + clientScript).slice(0, 12);

const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0] ?? '/';
const queryOf = ({ url }: FastifyRequest): URLSearchParams => new URLSearchParams(url.split('?')[1] ?? '');

const html = async (reply: FastifyReply, page: Markup): Promise<FastifyReply> =>
  reply.type('text/html; charset=utf-8').send(await renderPage(page));

/** What is wrong, as a page with the frame around it. */
function failed(error: unknown, options: UiOptions): { readonly status: number; readonly body: Markup } {
  if (error instanceof Refused)
    return { status: error.status, body: <FailurePage message={error.message} /> };
  if (error instanceof AiengError) {
    const { message, hint, exitCode } = error;
    return { status: exitCode === 2 ? 404 : 500, body: <FailurePage message={message} hint={hint} /> };
  }
  options.onInternalError(error);
  return {
    status: 500,
    body: <FailurePage message="This page could not be made: a bug of ours. The terminal says more." />,
  };
}

const paramsOf = (request: FastifyRequest): Readonly<Record<string, string>> => {
  const params = typeof request.params === 'object' && request.params !== null ? request.params : {};
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
};

function addAssets(app: FastifyInstance): void {
  const kept = (reply: FastifyReply, type: string, text: string): FastifyReply =>
    reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(text);
  app.get('/assets/ui.css', (_request, reply) => kept(reply, 'text/css; charset=utf-8', uiStyle));
  app.get('/assets/ui.js', (_request, reply) => kept(reply, 'text/javascript; charset=utf-8', clientScript));
}

/** The door: the printed address with its token becomes a cookie, and the address in the browser's bar says no more. */
function addDoor(app: FastifyInstance, { sessions, onEntered }: UiOptions): void {
  app.get('/enter', (request, reply) => {
    const cookie = sessions.enter(queryOf(request).get('token') ?? '');
    // Somebody who was let in goes on with the old link.
    if (cookie === null && sessions.visitor(request.headers.cookie) !== null) return reply.redirect('/', 303);
    if (cookie === null) return html(reply.code(403), <LockedPage assets={assets} />);
    onEntered();
    return reply.header('set-cookie', cookie).redirect('/', 303);
  });
}

/** Answers a request of somebody who was let in. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route,
  options: UiOptions,
  frame: Frame,
): Promise<FastifyReply> {
  const visitor = options.sessions.visitor(request.headers.cookie);
  if (visitor === null) return html(reply.code(403), <LockedPage assets={assets} />);
  const asked: Asked = {
    params: paramsOf(request),
    query: queryOf(request),
    write: options.write,
    csrf: visitor.csrf,
  };
  const path = pathOf(request);
  try {
    const given = await route.answer(asked);
    if (given.kind === 'file')
      return await reply
        .type(given.type)
        .header('content-disposition', `attachment; filename="${given.name.replaceAll(/[^\w.-]/g, '_')}"`)
        .send(given.content);
    return html(
      reply,
      <Layout frame={frame} path={path} title={given.title}>
        {given.body}
      </Layout>,
    );
  } catch (error) {
    const { status, body } = failed(error, options);
    return html(
      reply.code(status),
      <Layout frame={frame} path={path} title="Not found">
        {body}
      </Layout>,
    );
  }
}

function addActions(app: FastifyInstance, options: UiOptions, frame: Frame): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: longestForm },
    (_request, body, done) => done(null, new URLSearchParams(body.toString())),
  );
  for (const { name, act } of options.actions)
    app.post(`/do/${name}`, async (request, reply) => {
      const visitor = options.sessions.visitor(request.headers.cookie);
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      if (visitor === null || !options.sessions.isCsrf(visitor, form.get('csrf') ?? ''))
        return html(reply.code(403), <LockedPage assets={assets} />);
      try {
        return await reply.redirect(await act(form), 303);
      } catch (error) {
        const { status, body } = failed(error, options);
        return html(
          reply.code(status === 404 ? 400 : status),
          <Layout frame={frame} path="" title="That was not done">
            {body}
          </Layout>,
        );
      }
    });
}

/** The app over pages; it does not listen yet. */
export async function createUi(options: UiOptions): Promise<FastifyInstance> {
  const { fastify } = await import('fastify');
  const app = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 200 } });
  const events = openEvents(options.look, lookEveryMs);
  const { project, places, routes, write, host, sessions } = options;
  const frame: Frame = { project, places, write, assets };
  addGuard(app, host);
  addAssets(app);
  addDoor(app, options);
  addActions(app, options, frame);
  app.get('/events', (request, reply) => {
    if (sessions.visitor(request.headers.cookie) === null) return reply.code(403).send();
    reply.hijack();
    events.add(reply.raw);
    return reply;
  });
  for (const route of routes)
    app.get(route.path, (request, reply) => answer(request, reply, route, options, frame));
  app.setNotFoundHandler((request, reply) =>
    answer(
      request,
      reply,
      { path: '', answer: () => Promise.reject(new Refused(404, 'There is no such page.')) },
      options,
      frame,
    ),
  );
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refused)
      return reply.code(error.status).type('text/plain; charset=utf-8').send(error.message);
    options.onInternalError(error);
    return reply.code(500).type('text/plain; charset=utf-8').send('This could not be answered.');
  });
  app.addHook('onClose', (_app, done) => {
    events.close();
    done();
  });
  return app;
}
