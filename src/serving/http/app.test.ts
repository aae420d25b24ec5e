import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { problemBody, RequestProblem } from '../problem.ts';
import { createApp } from './app.ts';
import type { App } from './app.ts';
import { pathOf, queryOf } from './exchange.ts';
import { createRoutes } from './routes.ts';

describe('routes', () => {
  const routes = createRoutes<string>();
  routes.add('GET', '/v2/models/:model', 'model');
  routes.add('POST', '/v2/models/:model/versions/:version/infer', 'infer');
  routes.add('GET', '/v2/models', 'all');
  routes.add('POST', '/predict', 'predict');
  const found = (path: string): unknown => {
    const place = routes.find(path);
    return place === null || place === undefined ? place : [[...place.methods.values()].join(), place.params];
  };

  it.each([
    ['/predict', ['predict', {}]],
    ['/pr%65dict', ['predict', {}]],
    ['/predict/', null],
    ['/Predict', null],
    ['/v2/models', ['all', {}]],
    ['/v2%2Fmodels', null],
    ['/v2/models/', null],
    ['/v2/models/:model', ['model', { model: ':model' }]],
    ['/v2/models/a%2Fb', ['model', { model: 'a/b' }]],
    ['/v2/models/__proto__', ['model', { model: '__proto__' }]],
    ['/v2/models/a/versions/2/infer', ['infer', { model: 'a', version: '2' }]],
    ['/v2/models/%E0%A4%A', undefined],
    ['/%', undefined],
  ])('%s', (path, expected) => {
    expect(found(path)).toEqual(expected);
  });

  it('gives back any name that was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        expect(found(`/v2/models/${encodeURIComponent(name)}`)).toEqual(['model', { model: name }]);
      }),
    );
  });
});

it('splits a target', () => {
  expect(['/a?b=/c', '/a#b', 'http://host:1/a?b', 'HTTPS://host', '*', '//a'].map(pathOf)).toEqual([
    '/a',
    '/a',
    '/a',
    '/',
    '*',
    '//a',
  ]);
  expect(queryOf('/a')).toEqual({});
  expect(queryOf('/a?b=1&c&b=2&d=%20+#x')).toEqual({ b: ['1', '2'], c: '', d: '  ' });
});

describe('a server with routes', () => {
  const apps: App[] = [];
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  function open(isLeaving = (): boolean => false): App {
    const app = createApp({
      server: {},
      requestId: () => 'id',
      headers: { 'x-own': 'yes' },
      isLeaving,
      judge: () => undefined,
      problemOf: (error) => (error instanceof RequestProblem ? error : new RequestProblem(500, 'a bug')),
      errorBodyOf: () => problemBody,
      answered: () => undefined,
      elapsed: () => 0,
    });
    const scope = app.scope(problemBody);
    scope.get('/text', () => 'äöü');
    scope.get('/bug', () => Promise.reject(new Error('inside')));
    scope.get('/slow', () => new Promise((resolve) => setTimeout(resolve, 50, { slow: true })));
    scope.post('/body', ({ body }) => ({ got: body ?? null }));
    scope.parse('text/plain', ({ raw }, _response, done) => {
      let text = '';
      raw.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      raw.on('end', () => done(null, text));
    });
    apps.push(app);
    return app;
  }

  async function at(app: App, host = '127.0.0.1'): Promise<string> {
    await app.listen({ host, port: 0 }, app.route);
    const address = app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `http://${host}:${port}`;
  }

  it('answers HEAD as GET, without the body', async () => {
    const url = await at(open());
    const response = await fetch(`${url}/text`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-length': '6',
      'content-type': 'text/plain; charset=utf-8',
      'x-own': 'yes',
      'x-request-id': 'id',
    });
  });

  it('parses a body by its type, and takes none where there is none', async () => {
    const url = await at(open());
    const ask = async (body: string | undefined, type?: string): Promise<unknown> => {
      const headers = type === undefined ? {} : { 'content-type': type };
      const response = await fetch(`${url}/body`, {
        method: 'POST',
        headers,
        ...(body === undefined ? {} : { body: Buffer.from(body) }),
      });
      const given: unknown = await response.json();
      return response.ok ? given : response.status;
    };
    expect(await ask('x', 'Text/Plain; charset=utf-8')).toEqual({ got: 'x' });
    expect(await ask('x', 'text/plainer')).toBe(415);
    expect(await ask('x')).toBe(415);
    expect(await ask(undefined)).toEqual({ got: null });
  });

  it('says which methods a path has, and nothing of a bug', async () => {
    const url = await at(open());
    const wrong = await fetch(`${url}/text`, { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/%`)).status).toBe(400);
    const bug = await fetch(`${url}/bug`);
    expect([bug.status, await bug.text()]).toEqual([500, expect.not.stringContaining('inside')]);
  });

  it('answers what is in flight when it closes, and waits for no idle connection', async () => {
    const app = open();
    const url = await at(app);
    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const slow = fetch(`${url}/slow`);
    await new Promise((resolve) => app.server.once('request', resolve));
    const closed = app.close();
    expect(await (await slow).json()).toEqual({ slow: true });
    await closed;
    idle.destroy();
  });

  it('is there at each address of localhost', async () => {
    const url = await at(open(), 'localhost');
    const { port } = new URL(url);
    for (const { address, family } of await lookup('localhost', { all: true })) {
      const host = family === 6 ? `[${address}]` : address;
      // An address may be named that this machine does not have.
      const status = await fetch(`http://${host}:${port}/text`).then(
        (response) => response.status,
        () => null,
      );
      if (family === 4) expect(status).toBe(200);
    }
  });
});
