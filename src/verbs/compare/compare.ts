import type { CompareResult } from './result.ts';
import type { CompareOptions } from './options.ts';
import { relative, resolve } from 'node:path';
import { askGitHub } from '../../environment/gitHub.ts';
import { exitCodes } from '../../errors.ts';
import { compareRuns } from '../../evaluation/runChanges.ts';
import type { RunOutput } from '../../evaluation/runOutput.ts';
import { parseRunOutput } from '../../evaluation/runOutput.ts';
import { readWholeFile, writeWholeFile } from '../../disk/wholeFile.ts';
import type { Context } from '../../project/context.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Comment, Commented } from './stickyComment.ts';
import { commentPlace, stickComment } from './stickyComment.ts';

/** What a command writes with `--json` is far below this. */
const outputLimitBytes = 16 * 1024 ** 2;
/** GitHub caps an event at 25 MB. */
const eventLimitBytes = 25 * 1024 ** 2;

async function readOutput(context: Context, shown: string): Promise<RunOutput> {
  const path = resolve(context.environment.cwd, shown);
  return parseRunOutput(await readWholeFile(path, outputLimitBytes), shown);
}

/** The event that started the workflow; null where there is none or it cannot be read as one. */
async function readEvent(context: Context): Promise<unknown> {
  const path = context.environment.variables.GITHUB_EVENT_PATH;
  if (path === undefined || path === '') return null;
  try {
    const content = await readWholeFile(resolve(context.environment.cwd, path), eventLimitBytes);
    return JSON.parse(new TextDecoder().decode(content));
  } catch {
    return null;
  }
}

async function post(context: Context, comment: Comment, pullRequest: number | undefined): Promise<Commented> {
  const place = commentPlace(context.environment.variables, await readEvent(context), pullRequest);
  const ask = askGitHub({ apiUrl: place.apiUrl, token: place.token, signal: context.signal });
  context.progress({ kind: 'step', message: `comment on ${place.repository}#${place.number}` });
  return stickComment(ask, place, comment);
}

/**
 * Two `--json` outputs of a pipeline side by side: what a pull request changes. Writes it as a Markdown comment, and
 * puts that on the pull request, where asked to. Exit 0 whatever it finds: the verdict is that of the runs themselves.
 *
 * @throws usage errors (exit 2) for files that are no such outputs, and for a comment that has no place to go.
 */
export async function compare(context: Context, options: CompareOptions): Promise<Outcome<CompareResult>> {
  const head = await readOutput(context, options.head);
  const base = options.base === '-' ? null : await readOutput(context, options.base);
  const comparison = compareRuns(base, head);
  const { cwd } = context.environment;
  const comment = options.tell(comparison);
  const markdown = options.markdown === undefined ? null : resolve(cwd, options.markdown);
  if (markdown !== null) await writeWholeFile(markdown, comment.body, context.environment);
  const commented = options.comment === true ? await post(context, comment, options.pullRequest) : null;
  return {
    ...(comparison.pipeline === null ? {} : { pipeline: comparison.pipeline }),
    exitCode: exitCodes.ok,
    warnings: commented?.state === 'refused' ? [`The comment was not written: ${commented.why ?? ''}.`] : [],
    result: {
      ...comparison,
      markdown: markdown === null ? null : relative(cwd, markdown),
      comment: commented,
    },
  };
}
