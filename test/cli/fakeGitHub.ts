import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';

interface Stored {
  readonly id: number;
  body: string;
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
};

/** GitHub's API for the comments of one pull request, as far as its documentation goes. */
export async function fakeGitHub(mayWrite = true) {
  const comments: Stored[] = Array.from({ length: 130 }, (_, id) => ({ id, body: 'LGTM' }));
  const seen: string[] = [];
  const shown = ({ id, body }: Stored): object => ({
    id,
    body,
    html_url: `https://github.com/o/r/pull/7#issuecomment-${id}`,
  });
  const answer = ({ method, headers }: IncomingMessage, url: URL, text: string): [number, unknown] => {
    if (headers.authorization !== 'Bearer ghs_secret') return [401, { message: 'Bad credentials' }];
    if (method === 'GET') {
      const [size, page] = ['per_page', 'page'].map((name) => Number(url.searchParams.get(name)));
      return [200, comments.slice((page! - 1) * size!, page! * size!).map(shown)];
    }
    if (!mayWrite) return [403, { message: 'Resource not accessible by integration' }];
    const { body } = JSON.parse(text);
    if (method === 'POST' && url.pathname === '/repos/o/r/issues/7/comments') {
      comments.push({ id: 1000 + comments.length, body });
      return [201, shown(comments.at(-1)!)];
    }
    const known = comments.find(({ id }) => url.pathname === `/repos/o/r/issues/comments/${id}`);
    if (method !== 'PATCH' || known === undefined) return [404, { message: 'Not Found' }];
    known.body = body;
    return [200, shown(known)];
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    seen.push(`${request.method ?? ''} ${url.pathname}`);
    void textOf(request).then((text) => {
      const [status, json] = answer(request, url, text);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    comments,
    seen,
    env: {
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_TOKEN: 'ghs_secret',
    },
  };
}
