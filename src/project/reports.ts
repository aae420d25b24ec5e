import { join, relative } from 'node:path';
import type { Environment } from '../environment/environment.ts';
import type { Digest } from '../digest.ts';
import { sha256 } from '../digest.ts';
import { readWholeFile, writeWholeFile } from '../disk/wholeFile.ts';
import type { Context } from './context.ts';

/** Writes a report page and gives its path relative to the folder the user is in. */
export async function writeReport(context: Context, file: string, content: string): Promise<string> {
  const path = join(await context.store.folder('reports'), file);
  await writeWholeFile(path, content, context.environment);
  return relative(context.environment.cwd, path);
}

/** The last line of a page: what it was drawn of, and what it was then. */
const mark = (drawnOf: Digest, page: string): string => `\n<!-- ${drawnOf} ${sha256(page)} -->\n`;

/** Whether a page is there as it was drawn, of these facts. */
async function isDrawn(path: string, drawnOf: Digest): Promise<boolean> {
  // One that cannot be read is drawn again, and what is wrong is said when it is written.
  const there = await readWholeFile(path).then(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    () => '',
  );
  const page = there.slice(0, Math.max(0, there.length - mark(drawnOf, '').length));
  return there === page + mark(drawnOf, page);
}

/**
 * Writes a page that says nothing but these facts, JSON. One that is there, drawn of the same facts by the same code and
 * changed by nobody, stays: to draw its charts takes longer than the rest of a run in which nothing changed. `keep` puts
 * the page beside those before it, last: a command that is killed again and again must come further each time, and the
 * facts of a page that was not kept are in the store.
 */
export async function drawReport(
  context: Context,
  file: string,
  facts: object,
  draw: () => Promise<{ readonly newest: string; readonly keep: () => Promise<void> }>,
): Promise<string> {
  const { environment, store } = context;
  const newestPath = join(await store.folder('reports'), file);
  const drawnOf = sha256(JSON.stringify([facts, environment.stageCode('pages'), environment.version]));
  if (await isDrawn(newestPath, drawnOf)) return relative(environment.cwd, newestPath);
  const { newest, keep } = await draw();
  const path = await writeReport(context, file, newest + mark(drawnOf, newest));
  await keep();
  return path;
}

/** Writes a report for a CI server to where the user wants it: whole or not at all. The path is absolute. */
export async function writeReportFile(
  path: string,
  content: string,
  environment: Environment,
): Promise<void> {
  await writeWholeFile(path, content, environment);
}
