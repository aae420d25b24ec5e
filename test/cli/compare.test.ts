import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyFolder, runCli, schemaErrors } from './support.ts';

const output = (changes: object = {}): string =>
  JSON.stringify({
    schema: 1,
    command: 'run',
    pipeline: 'churn',
    ok: true,
    exitCode: 0,
    durationMs: 1,
    runId: null,
    warnings: [],
    metrics: { test: { log_loss: 0.41 } },
    bundle: 'ab'.repeat(32),
    ...changes,
  });

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = emptyFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

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
async function fakeGitHub(mayWrite = true) {
  const comments: Stored[] = Array.from({ length: 130 }, (_, id) => ({ id, body: 'LGTM' }));
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    seen.push(`${request.method ?? ''} ${url.pathname}`);
    const answer = (status: number, json: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    };
    const shown = ({ id, body }: Stored) => ({
      id,
      body,
      html_url: `https://github.com/o/r/pull/7#issuecomment-${id}`,
    });
    void textOf(request).then((text) => {
      if (request.headers.authorization !== 'Bearer ghs_secret')
        return answer(401, { message: 'Bad credentials' });
      if (request.method === 'GET') {
        const [size, page] = ['per_page', 'page'].map((name) => Number(url.searchParams.get(name)));
        return answer(200, comments.slice((page! - 1) * size!, page! * size!).map(shown));
      }
      if (!mayWrite) return answer(403, { message: 'Resource not accessible by integration' });
      const { body } = JSON.parse(text);
      if (request.method === 'POST' && url.pathname === '/repos/o/r/issues/7/comments') {
        comments.push({ id: 1000 + comments.length, body });
        return answer(201, shown(comments.at(-1)!));
      }
      const known = comments.find(({ id }) => url.pathname === `/repos/o/r/issues/comments/${id}`);
      if (request.method !== 'PATCH' || known === undefined) return answer(404, { message: 'Not Found' });
      known.body = body;
      return answer(200, shown(known));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    comments,
    seen,
    env: { GITHUB_API_URL: `http://127.0.0.1:${port}`, GITHUB_REPOSITORY: 'o/r', GITHUB_TOKEN: 'ghs_secret' },
  };
}

describe('aieng compare', () => {
  it('puts two outputs side by side, outside a project too', async () => {
    const cwd = folderOf({ 'a.json': output(), 'b.json': output({ metrics: { test: { log_loss: 0.5 } } }) });
    const { exitCode, stdout } = await runCli(['compare', 'a.json', 'b.json', '--markdown', 'c.md'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('log loss 0.4100 → 0.5000: worse');
    expect(readFileSync(join(cwd, 'c.md'), 'utf8')).toMatch(/^<!-- aieng:churn -->\n### ⚠️ /);
    const { json } = await runCli(['compare', '-', 'b.json', '--json'], { cwd });
    expect(schemaErrors('compare', json)).toEqual([]);
    expect(json).toMatchObject({ exitCode: 0, pipeline: 'churn', result: { base: null, comment: null } });
  });

  it.each<[string, string[], string]>([
    ['a file that is not there', ['nowhere.json', 'a.json'], 'file-not-found'],
    ['one that is no output', ['a.json', 'odd.json'], 'not-an-output'],
    ['another pipeline', ['a.json', 'other.json'], 'other-pipeline'],
    ['a comment without a place', ['a.json', 'a.json', '--comment'], 'no-repository'],
    ['a number that is none', ['a.json', 'a.json', '--pull-request', '7x'], 'invalid-argument'],
  ])('%s is exit code 2', async (_name, args, code) => {
    const cwd = folderOf({
      'a.json': output(),
      'odd.json': '{}',
      'other.json': output({ pipeline: 'fraud' }),
    });
    const { exitCode, json } = await runCli(['compare', ...args, '--json'], { cwd });
    expect([exitCode, json.error.code]).toEqual([2, code]);
  });

  it('keeps one comment on the pull request of the workflow', async () => {
    const { env, comments, seen } = await fakeGitHub();
    const cwd = folderOf({
      'a.json': output(),
      'b.json': output({ warnings: ['look, @octocat <b>'] }),
      'event.json': JSON.stringify({ pull_request: { number: 7 } }),
    });
    const workflow = { cwd, env: { ...env, GITHUB_EVENT_PATH: join(cwd, 'event.json') } };
    const states: unknown[] = [];
    for (const head of ['a.json', 'a.json', 'b.json']) {
      const { exitCode, json, stderr } = await runCli(
        ['compare', 'a.json', head, '--comment', '--json'],
        workflow,
      );
      expect([exitCode, stderr.includes('ghs_secret')]).toEqual([0, false]);
      states.push(json.result.comment.state);
    }
    expect(states).toEqual(['created', 'unchanged', 'updated']);
    const ours = comments.filter(({ body }) => body.startsWith('<!-- aieng:churn -->'));
    expect(ours).toHaveLength(1);
    expect(ours[0]?.body).toContain('@\u200boctocat \\<b\\>');
    expect(seen.filter((each) => !each.startsWith('GET'))).toEqual([
      'POST /repos/o/r/issues/7/comments',
      `PATCH /repos/o/r/issues/comments/${ours[0]?.id ?? ''}`,
    ]);
  });

  it('a token of a fork may not write: a warning, exit 0', async () => {
    const { env } = await fakeGitHub(false);
    const cwd = folderOf({ 'a.json': output() });
    const { exitCode, json, stderr } = await runCli(
      ['compare', '-', 'a.json', '--comment', '--pull-request', '7', '--json'],
      { cwd, env },
    );
    expect(exitCode).toBe(0);
    expect(json.result.comment.state).toBe('refused');
    expect(stderr).toContain('warning: The comment was not written');
    expect(JSON.stringify(json) + stderr).not.toContain('ghs_secret');
  });

  it('a server that is not there: a warning; a token that is none: exit 2', async () => {
    const { env } = await fakeGitHub();
    const cwd = folderOf({ 'a.json': output() });
    const args = ['compare', '-', 'a.json', '--comment', '--pull-request', '7', '--json'];
    const [nobody, wrong] = await Promise.all([
      runCli(args, { cwd, env: { ...env, GITHUB_API_URL: 'http://127.0.0.1:1' } }),
      runCli(args, { cwd, env: { ...env, GITHUB_TOKEN: 'ghs_other' } }),
    ]);
    expect([nobody.exitCode, nobody.json.result.comment.state]).toEqual([0, 'refused']);
    expect([wrong.exitCode, wrong.json.error.code]).toEqual([2, 'token-refused']);
    expect(wrong.stdout + wrong.stderr).not.toContain('ghs_other');
  });
});
