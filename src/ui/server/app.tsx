import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context as HonoContext, Hono } from 'hono';
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
import type { Events } from './events.ts';
import { openEvents } from './events.ts';
import { guard, Refused } from './guard.ts';
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

type Context = HonoContext<{ Bindings: HttpBindings }>;
type App = Hono<{ Bindings: HttpBindings }>;
type Status = 200 | 400 | 403 | 404 | 500;

/** A service of pages. */
export interface Ui {
  /** @returns its address. */
  readonly listen: (at: { readonly host: string; readonly port: number }) => Promise<string>;
  /** Waits for nobody. */
  readonly close: () => Promise<void>;
}

const lookEveryMs = 2_000;
const longestForm = 64 * 1024;
const assets = sha256(uiStyle + clientScript).slice(0, 12);

const html = async (context: Context, page: Markup, status: Status = 200): Promise<Response> =>
  context.html(await renderPage(page), status);

/** What is wrong, as a page with the frame around it. */
function failed(
  error: unknown,
  options: UiOptions,
): { readonly status: Status; readonly title: string; readonly body: Markup } {
  if (error instanceof Refused)
    return { status: error.status, title: 'Not found', body: <FailurePage message={error.message} /> };
  if (error instanceof AiengError) {
    const { code, message, hint, exitCode } = error;
    return {
      status: exitCode === 2 ? 404 : 500,
      title: /-(?:unknown|gone)$/.test(code) ? 'Not found' : 'This cannot be shown',
      body: <FailurePage message={message} hint={hint} />,
    };
  }
  options.onInternalError(error);
  return {
    status: 500,
    title: 'This cannot be shown',
    body: <FailurePage message="This page could not be made: a bug of ours. The terminal says more." />,
  };
}

function addAssets(app: App): void {
  const kept = (context: Context, type: string, text: string): Response =>
    context.body(text, 200, { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' });
  app.get('/assets/ui.css', (context) => kept(context, 'text/css; charset=utf-8', uiStyle));
  app.get('/assets/ui.js', (context) => kept(context, 'text/javascript; charset=utf-8', clientScript));
}

/** The door: the printed address with its token becomes a cookie, and the address in the browser's bar says no more. */
function addDoor(app: App, { sessions, onEntered }: UiOptions): void {
  app.get('/enter', async (context) => {
    const cookie = sessions.enter(context.req.query('token') ?? '');
    // Somebody who was let in goes on with the old link.
    if (cookie === null && sessions.visitor(context.req.header('cookie')) !== null)
      return context.redirect('/', 303);
    if (cookie === null) return html(context, <LockedPage assets={assets} />, 403);
    onEntered();
    context.header('set-cookie', cookie);
    return context.redirect('/', 303);
  });
}

/** Answers a request of somebody who was let in. */
async function answer(context: Context, route: Route, options: UiOptions, frame: Frame): Promise<Response> {
  const visitor = options.sessions.visitor(context.req.header('cookie'));
  if (visitor === null) return html(context, <LockedPage assets={assets} />, 403);
  const { path } = context.req;
  const asked: Asked = {
    params: context.req.param(),
    query: new URL(context.req.url).searchParams,
    write: options.write,
    csrf: visitor.csrf,
  };
  try {
    const given = await route.answer(asked);
    if (given.kind === 'file')
      return context.body(given.content, 200, {
        'content-type': given.type,
        'content-disposition': `attachment; filename="${given.name.replaceAll(/[^\w.-]/g, '_')}"`,
      });
    return await html(
      context,
      <Layout frame={frame} path={path} title={given.title}>
        {given.body}
      </Layout>,
    );
  } catch (error) {
    const { status, title, body } = failed(error, options);
    return html(
      context,
      <Layout frame={frame} path={path} title={title}>
        {body}
      </Layout>,
      status,
    );
  }
}

function addActions(app: App, options: UiOptions, frame: Frame): void {
  for (const { name, act } of options.actions)
    app.post(`/do/${name}`, async (context) => {
      const visitor = options.sessions.visitor(context.req.header('cookie'));
      const form = new URLSearchParams(await context.req.text());
      if (visitor === null || !options.sessions.isCsrf(visitor, form.get('csrf') ?? ''))
        return html(context, <LockedPage assets={assets} />, 403);
      try {
        return context.redirect(await act(form), 303);
      } catch (error) {
        const { status, body } = failed(error, options);
        return html(
          context,
          <Layout frame={frame} path="" title="That was not done">
            {body}
          </Layout>,
          status === 404 ? 400 : status,
        );
      }
    });
}

function addEvents(app: App, { sessions }: UiOptions, events: Events, sent: Response): void {
  app.get('/events', (context) => {
    if (sessions.visitor(context.req.header('cookie')) === null) return context.body(null, 403);
    events.add(context.env.outgoing);
    return sent;
  });
}

/** What is no page, and what went wrong outside of one: in a few plain words. */
function addRest(app: App, options: UiOptions, frame: Frame): void {
  const noSuch: Route = {
    path: '',
    answer: () => Promise.reject(new Refused(404, 'There is no such page.')),
  };
  app.notFound((context: Context) => answer(context, noSuch, options, frame));
  app.onError((error, context) => {
    if (error instanceof Refused) return context.text(error.message, error.status);
    options.onInternalError(error);
    return context.text('This could not be answered.', 500);
  });
}

/** Listens, or throws what the system says. */
async function listening(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const given = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${given}`;
}

/** The service of pages; it does not listen yet. */
export async function createUi(options: UiOptions): Promise<Ui> {
  const { Hono } = await import('hono');
  const { bodyLimit } = await import('hono/body-limit');
  const { getRequestListener } = await import('@hono/node-server');
  const { RESPONSE_ALREADY_SENT } = await import('@hono/node-server/utils/response');
  const app: App = new Hono<{ Bindings: HttpBindings }>();
  const events = openEvents(options.look, lookEveryMs);
  const { project, places, routes, write, host } = options;
  const frame: Frame = { project, places, write, assets };
  app.use(guard(host));
  app.use(bodyLimit({ maxSize: longestForm }));
  addAssets(app);
  addDoor(app, options);
  addActions(app, options, frame);
  addEvents(app, options, events, RESPONSE_ALREADY_SENT);
  for (const route of routes) app.get(route.path, (context) => answer(context, route, options, frame));
  addRest(app, options, frame);
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  return {
    listen: (at) => listening(server, at.host, at.port),
    close: async () => {
      events.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
