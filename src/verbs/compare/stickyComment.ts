import { Type } from '@sinclair/typebox';
import type { AskJson, JsonAnswer } from '../../environment/askJson.ts';
import { usageError } from '../../errors.ts';
import { oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

/** A comment that a later run finds again by its first line. */
export interface Comment {
  /** The first line of `body`: an HTML comment. */
  readonly marker: string;
  readonly body: string;
}

/** What became of it. `refused`: GitHub did not take it, and `why`; the comparison stands all the same. */
export const commentedShape = Type.Object({
  state: oneOf(['created', 'updated', 'unchanged', 'refused']),
  url: orNull(text()),
  why: orNull(text(), 'What GitHub said, where it was refused.'),
});
export type Commented = Shape<typeof commentedShape>;

/** Which pull request, as GitHub's API names it. */
export interface PullRequest {
  /** `owner/name` */
  readonly repository: string;
  readonly number: number;
}

const perPage = 100;
/** 3,000 comments: more than a pull request can have. */
const maxPages = 30;

interface Known {
  readonly id: number;
  readonly body: string;
  readonly url: string | null;
}

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;

function urlOf(value: unknown): string | null {
  const url = field(value, 'html_url');
  return typeof url === 'string' && /^https?:\/\/[^\s]{1,500}$/.test(url) ? url : null;
}

function knownComment(value: unknown): readonly Known[] {
  const [id, body] = [field(value, 'id'), field(value, 'body')];
  return typeof id === 'number' && Number.isSafeInteger(id) && typeof body === 'string'
    ? [{ id, body, url: urlOf(value) }]
    : [];
}

function refused({ status, json, problem }: JsonAnswer): Commented {
  const said = field(json, 'message');
  const words = typeof said === 'string' ? `: ${said.slice(0, 200)}` : '';
  const why =
    status === 0
      ? `GitHub did not answer (${problem ?? 'unknown'})`
      : status === 403 || status === 404
        ? `the token may not comment here (${status}${words}); a pull request from a fork has one that only reads`
        : `GitHub answered ${status}${words}`;
  return { state: 'refused', url: null, why };
}

/** The comment of that marker; undefined where there is none; or the answer that is no list. */
async function findComment(
  ask: AskJson,
  path: string,
  marker: string,
): Promise<{ readonly found: Known | undefined } | { readonly answer: JsonAnswer }> {
  for (let page = 1; page <= maxPages; page += 1) {
    const answer = await ask({ method: 'GET', path: `${path}?per_page=${perPage}&page=${page}` });
    const { status, json } = answer;
    if (status !== 200 || !Array.isArray(json)) return { answer };
    const found = json.flatMap(knownComment).find(({ body }) => body.trimStart().startsWith(marker));
    if (found !== undefined || json.length < perPage) return { found };
  }
  return { found: undefined };
}

/**
 * Writes the one comment of that marker on a pull request: a new one, or the one that stands there in the new words,
 * whoever wrote it. What GitHub refuses is told, not thrown.
 *
 * @throws usage error `token-refused` (exit 2) for a token that GitHub does not know.
 */
export async function stickComment(
  ask: AskJson,
  { repository, number }: PullRequest,
  { marker, body }: Comment,
): Promise<Commented> {
  const comments = `/repos/${repository}/issues/${number}/comments`;
  const search = await findComment(ask, comments, marker);
  if ('answer' in search) return settle(search.answer, 'created');
  const { found } = search;
  if (found === undefined)
    return settle(await ask({ method: 'POST', path: comments, body: { body } }), 'created');
  // GitHub stores line breaks as it likes.
  if (found.body.replaceAll('\r\n', '\n').trim() === body.trim())
    return { state: 'unchanged', url: found.url, why: null };
  const path = `/repos/${repository}/issues/comments/${found.id}`;
  return settle(await ask({ method: 'PATCH', path, body: { body } }), 'updated');
}

function settle(answer: JsonAnswer, done: 'created' | 'updated'): Commented {
  const { status, json } = answer;
  if (status === 401)
    throw usageError({
      code: 'token-refused',
      message: 'GitHub does not know the token in GITHUB_TOKEN (401).',
      hint: 'In a workflow, give the step `env: { GITHUB_TOKEN: ${{ github.token }} }`.',
    });
  const expected = done === 'created' ? 201 : 200;
  return status === expected ? { state: done, url: urlOf(json), why: null } : refused(answer);
}

/** `owner/name`, or an error about the variable that holds it. */
function repositoryOf(named: string | undefined): string {
  if (
    named !== undefined &&
    /^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(named) &&
    !/(^|\/)\.{1,2}(\/|$)/.test(named)
  )
    return named;
  throw usageError({
    code: 'no-repository',
    message: `GITHUB_REPOSITORY ${named === undefined ? 'is not set' : 'is not owner/name'}: --comment does not know where to write.`,
    hint: 'GitHub Actions sets it; elsewhere set GITHUB_REPOSITORY=owner/name, or write the comment to a file with --markdown.',
  });
}

/** Plain http would show the token to everyone on the way. */
function apiOf(named: string | undefined): string {
  const text = named === undefined || named === '' ? 'https://api.github.com' : named;
  const url = URL.canParse(text) ? new URL(text) : null;
  const near = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  const bare =
    url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (bare && (url.protocol === 'https:' || (url.protocol === 'http:' && near))) return url.href;
  throw usageError({
    code: 'github-api',
    message: 'GITHUB_API_URL is not the https address of an API.',
    hint: 'Leave it unset for github.com, or set https://<server>/api/v3.',
  });
}

/** The number of the pull request in the event that started a workflow. */
function numberIn(event: unknown): number | null {
  const candidates = [field(field(event, 'pull_request'), 'number'), field(event, 'number')];
  const issue = field(event, 'issue');
  if (field(issue, 'pull_request') !== undefined) candidates.push(field(issue, 'number'));
  const number = candidates.find(
    (each) => typeof each === 'number' && Number.isSafeInteger(each) && each > 0,
  );
  return typeof number === 'number' ? number : null;
}

/** Where a comment goes, and with which token. */
export interface CommentPlace extends PullRequest {
  readonly apiUrl: string;
  readonly token: string;
}

/**
 * Where a comment goes, from what GitHub Actions says of itself. `event` is the parsed file of GITHUB_EVENT_PATH, null
 * where there is none; `asked` is the number that the user named.
 *
 * @throws usage errors (exit 2) for what is missing. No message holds the token.
 */
export function commentPlace(
  variables: Readonly<Record<string, string | undefined>>,
  event: unknown,
  asked?: number,
): CommentPlace {
  const repository = repositoryOf(variables.GITHUB_REPOSITORY);
  const apiUrl = apiOf(variables.GITHUB_API_URL);
  const number = asked ?? numberIn(event);
  if (number === null)
    throw usageError({
      code: 'no-pull-request',
      message: 'This is not a run for a pull request: --comment does not know where to write.',
      hint: "Name it with --pull-request <n>, or run the step only `if: github.event_name == 'pull_request'`.",
    });
  const token = variables.GITHUB_TOKEN?.trim() ?? '';
  if (!/^[\x21-\x7e]+$/.test(token))
    throw usageError({
      code: 'no-token',
      message: `GITHUB_TOKEN ${token === '' ? 'is not set' : 'is not a token'}: GitHub takes no comment without one.`,
      hint: 'In a workflow, give the step `env: { GITHUB_TOKEN: ${{ github.token }} }` and the job `permissions: { pull-requests: write }`.',
    });
  return { repository, number, apiUrl, token };
}
