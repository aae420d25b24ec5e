import { afterEach, describe, expect, it } from 'vitest';
import { AiengError } from '../../errors.ts';
import { createUi } from './app.tsx';
import type { UiOptions } from './app.tsx';
import { openSessions } from './session.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

let secrets = 0;
const newSecret = (): string => `${(secrets += 1)}`.padStart(43, 's');

/** An app that listens; `cookie` is of a browser that came by the printed address. */
async function start(
  options: Partial<UiOptions> = {},
): Promise<{ url: string; cookie: string; done: string[] }> {
  const sessions = openSessions(newSecret);
  const done: string[] = [];
  const app = await createUi({
    project: 'shop',
    places: [{ path: '/', label: 'Overview' }],
    routes: [
      { path: '/', answer: async ({ csrf }) => ({ kind: 'page', title: 'Overview', body: csrf }) },
      {
        path: '/rows/:row',
        answer: async ({ params }) => ({ kind: 'page', title: params['row'] ?? '', body: params['row'] }),
      },
      {
        path: '/wrong',
        answer: async () => {
          throw new AiengError({ code: 'x', message: 'No <b>such</b> run.', hint: 'Look.', exitCode: 2 });
        },
      },
    ],
    actions: [
      {
        name: 'note',
        act: async (form) => {
          done.push(form.get('note') ?? '');
          return '/';
        },
      },
    ],
    write: true,
    host: '127.0.0.1',
    sessions,
    onEntered: () => undefined,
    look: async () => '',
    onInternalError: () => undefined,
    ...options,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  closing.push(() => app.close());
  const entered = await fetch(`${url}/enter?token=${sessions.token()}`, { redirect: 'manual' });
  return { url, cookie: entered.headers.get('set-cookie')?.split(';')[0] ?? '', done };
}

describe('who may see the pages', () => {
  it('whoever came by the printed address, once; the cookie goes to pages of ours only', async () => {
    const sessions = openSessions(newSecret);
    const { url } = await start({ sessions });
    const token = sessions.token();
    const [first, second] = [
      await fetch(`${url}/enter?token=${token}`, { redirect: 'manual' }),
      await fetch(`${url}/enter?token=${token}`, { redirect: 'manual' }),
    ];
    expect([first.status, first.headers.get('location'), second.status]).toEqual([303, '/', 403]);
    expect(first.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(sessions.token()).not.toBe(token);
  });

  it('nobody else, who learns nothing of the project', async () => {
    const { url } = await start();
    for (const path of ['/', '/rows/1', '/nothing', '/events']) {
      const response = await fetch(`${url}${path}`, { headers: { cookie: 'aieng_ui=x' } });
      expect(response.status).toBe(403);
      expect(await response.text()).not.toContain('shop');
    }
  });

  it('under a name of this machine only', async () => {
    const { url, cookie } = await start();
    const port = new URL(url).port;
    const { request } = await import('node:http');
    const status = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request({ port, host: '127.0.0.1', path: '/', headers: { host, cookie } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(
      await Promise.all([`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`].map(status)),
    ).toEqual([200, 200, 200]);
    expect(
      await Promise.all(
        [`evil.example:${port}`, '127.0.0.1.evil.example', `localhost.evil.example`].map(status),
      ),
    ).toEqual([403, 403, 403]);
  });
});

describe('what a page may do', () => {
  it('nothing from elsewhere, nothing inline, in no frame, and it tells nobody where it was', async () => {
    const { url, cookie } = await start();
    const { headers } = await fetch(url, { headers: { cookie } });
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/,
    );
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);
    expect([headers.get('referrer-policy'), headers.get('x-content-type-options')]).toEqual([
      'no-referrer',
      'nosniff',
    ]);
  });

  it('shows values as they are, whatever they are', async () => {
    const { url, cookie } = await start();
    const row = '<script>alert(1)</script>&"\u0007\u0000';
    const response = await fetch(`${url}/rows/${encodeURIComponent(row)}`, { headers: { cookie } });
    const page = await response.text();
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;\ufffd\ufffd');
    expect(page).not.toMatch(/<script>|[\u0000-\u0008]/);
  });

  it('says what is wrong in words, with what to do', async () => {
    const { url, cookie } = await start();
    const response = await fetch(`${url}/wrong`, { headers: { cookie } });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('No &lt;b&gt;such&lt;/b&gt; run.');
  });
});

describe('a change', () => {
  const post = (
    url: string,
    cookie: string,
    origin: string,
    form: Record<string, string>,
  ): Promise<Response> =>
    fetch(`${url}/do/note`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });

  it('needs a page of ours, its cookie, and the token of its session', async () => {
    const { url, cookie, done } = await start();
    const page = await (await fetch(url, { headers: { cookie } })).text();
    const csrf = /data-live="true">(\w+)</.exec(page)?.[1] ?? '';
    const tries: readonly (readonly [string, string, string])[] = [
      [cookie, 'http://evil.example', csrf],
      [cookie, 'null', csrf],
      [cookie, url, 'other'],
      ['', url, csrf],
    ];
    for (const [given, origin, token] of tries)
      expect((await post(url, given, origin, { csrf: token, note: 'no' })).status).toBe(403);
    expect(done).toEqual([]);
    expect((await post(url, cookie, url, { csrf, note: 'yes' })).status).toBe(303);
    expect(done).toEqual(['yes']);
  });

  it('is not there where changes are not allowed', async () => {
    const { url, cookie } = await start({ write: false, actions: [] });
    expect((await post(url, cookie, url, { csrf: 'x' })).status).toBe(404);
  });
});

describe('the script', () => {
  it('is a program that can be read', async () => {
    const { Script } = await import('node:vm');
    const { clientScript } = await import('../client/script.ts');
    expect(() => new Script(clientScript)).not.toThrow();
  });
});
