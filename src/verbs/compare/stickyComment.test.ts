import { describe, expect, it } from 'vitest';
import type { JsonAnswer, JsonRequest } from '../../environment/askJson.ts';
import { commentPlace, stickComment } from './stickyComment.ts';

const pullRequest = { repository: 'o/r', number: 7 };
const marker = '<!-- aieng:churn -->';
const comment = { marker, body: `${marker}\n### better\n` };
const page = (number: number): string => `/repos/o/r/issues/7/comments?per_page=100&page=${number}`;

/** An API that knows these answers by `METHOD path`, and notes what it was asked. */
function fakeApi(answers: Readonly<Record<string, JsonAnswer>>) {
  const asked: JsonRequest[] = [];
  const ask = async (request: JsonRequest): Promise<JsonAnswer> => {
    asked.push(request);
    return answers[`${request.method} ${request.path}`] ?? { status: 500, json: null };
  };
  return { ask, asked };
}
const others = Array.from({ length: 100 }, (_, id) => ({
  id: id + 1,
  body: `see ${marker}, said someone`,
  html_url: 'x',
}));

describe('the one comment of a pull request', () => {
  it('is created where there is none, also behind many other comments', async () => {
    const { ask, asked } = fakeApi({
      [`GET ${page(1)}`]: { status: 200, json: others },
      [`GET ${page(2)}`]: { status: 200, json: [{ id: 'odd' }, null, { id: 3, body: null }] },
      'POST /repos/o/r/issues/7/comments': {
        status: 201,
        json: { html_url: 'https://github.com/o/r/pull/7#1' },
      },
    });
    expect(await stickComment(ask, pullRequest, comment)).toEqual({
      state: 'created',
      url: 'https://github.com/o/r/pull/7#1',
      why: null,
    });
    expect(asked.at(-1)?.body).toEqual({ body: comment.body });
  });

  it('is renewed where it stands, whoever wrote it', async () => {
    const { ask, asked } = fakeApi({
      [`GET ${page(1)}`]: { status: 200, json: others },
      [`GET ${page(2)}`]: {
        status: 200,
        json: [
          { id: 300, body: '<!-- aieng:churn2 -->\r\nnot this one', html_url: 'x' },
          {
            id: 301,
            body: `${marker}\r\n### worse`,
            html_url: 'https://github.com/a',
            user: { login: 'whoever' },
          },
        ],
      },
      'PATCH /repos/o/r/issues/comments/301': { status: 200, json: { html_url: 'https://github.com/a' } },
    });
    expect(await stickComment(ask, pullRequest, comment)).toMatchObject({ state: 'updated' });
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'PATCH']);
  });

  it('is left alone where it says the same', async () => {
    const there = { id: 1, body: comment.body.replaceAll('\n', '\r\n'), html_url: 'https://github.com/a' };
    const { ask, asked } = fakeApi({ [`GET ${page(1)}`]: { status: 200, json: [there] } });
    expect(await stickComment(ask, pullRequest, comment)).toMatchObject({ state: 'unchanged' });
    expect(asked).toHaveLength(1);
  });

  it.each<[JsonAnswer, RegExp]>([
    [{ status: 403, json: { message: 'Resource not accessible by integration' } }, /403.*fork/],
    [{ status: 404, json: null }, /404/],
    [{ status: 502, json: 'x' }, /502/],
    [{ status: 301, json: null }, /301/],
    [{ status: 0, json: null, problem: 'ECONNREFUSED' }, /ECONNREFUSED/],
    [{ status: 200, json: { not: 'a list' } }, /200/],
  ])('%j is told, not thrown', async (answer, why) => {
    const { ask } = fakeApi({ [`GET ${page(1)}`]: answer });
    expect(await stickComment(ask, pullRequest, comment)).toMatchObject({
      state: 'refused',
      url: null,
      why: expect.stringMatching(why),
    });
  });

  it('a token of a fork reads, and may not write', async () => {
    const { ask } = fakeApi({
      [`GET ${page(1)}`]: { status: 200, json: [] },
      'POST /repos/o/r/issues/7/comments': { status: 403, json: null },
    });
    expect((await stickComment(ask, pullRequest, comment)).state).toBe('refused');
  });

  it('a token that nobody knows is a usage error', async () => {
    const { ask } = fakeApi({ [`GET ${page(1)}`]: { status: 401, json: { message: 'Bad credentials' } } });
    await expect(stickComment(ask, pullRequest, comment)).rejects.toMatchObject({
      code: 'token-refused',
      exitCode: 2,
    });
  });

  it('does not go on for ever where every page is full', async () => {
    let asked = 0;
    const answer = await stickComment(
      async ({ method }) => {
        asked += 1;
        return method === 'GET' ? { status: 200, json: others } : { status: 201, json: {} };
      },
      pullRequest,
      comment,
    );
    expect(answer.state).toBe('created');
    expect(asked).toBeLessThan(50);
  });
});

describe('where the comment goes', () => {
  const variables = { GITHUB_REPOSITORY: 'o/r', GITHUB_TOKEN: 'ghs_1' };
  const event = { number: 7, pull_request: { number: 7 } };

  it('is what GitHub Actions says', () => {
    expect(commentPlace(variables, event)).toEqual({
      repository: 'o/r',
      number: 7,
      apiUrl: 'https://api.github.com/',
      token: 'ghs_1',
    });
    expect(commentPlace(variables, { issue: { number: 9, pull_request: {} } }).number).toBe(9);
    expect(commentPlace(variables, event, 12).number).toBe(12);
    expect(commentPlace({ ...variables, GITHUB_API_URL: 'https://git.corp/api/v3' }, event).apiUrl).toBe(
      'https://git.corp/api/v3',
    );
    expect(commentPlace({ ...variables, GITHUB_API_URL: 'http://127.0.0.1:80' }, event).apiUrl).toBe(
      'http://127.0.0.1/',
    );
  });

  it.each<[string, Record<string, string>, unknown]>([
    ['no-repository', { GITHUB_REPOSITORY: '' }, event],
    ['no-repository', { GITHUB_REPOSITORY: 'o/r/../x' }, event],
    ['no-repository', { GITHUB_REPOSITORY: '../..' }, event],
    ['github-api', { GITHUB_API_URL: 'http://git.corp/api/v3' }, event],
    ['github-api', { GITHUB_API_URL: 'https://u:p@git.corp' }, event],
    ['github-api', { GITHUB_API_URL: 'file:///etc' }, event],
    ['no-pull-request', {}, null],
    ['no-pull-request', {}, { issue: { number: 9 } }],
    ['no-pull-request', {}, { pull_request: { number: '7/../8' } }],
    ['no-token', { GITHUB_TOKEN: ' ' }, event],
    ['no-token', { GITHUB_TOKEN: 'ghs_1\r\nx: y' }, event],
  ])('%s: %j %j', (code, changes, happened) => {
    try {
      commentPlace({ ...variables, ...changes }, happened);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code, exitCode: 2 });
      expect(String(error)).not.toContain('ghs_1');
      expect(String(error)).not.toContain('u:p');
    }
  });
});
