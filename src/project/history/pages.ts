import { join, relative } from 'node:path';
import { discard } from '../../disk/durable.ts';
import { entriesOf } from '../../disk/folder.ts';
import { writeWholeFile } from '../../disk/wholeFile.ts';
import type { PlacedPage } from '../../reporting/index.ts';
import type { Context } from '../context.ts';

/** What there are pages of, each with its history; the names of their folders in `reports/`. */
export type PageKind = 'monitor' | 'training' | 'retrain' | 'validation';

/** `reports/monitor/churn`, one of many pages, beside `reports/churn-monitor.html`, always the newest. */
async function placesOf(context: Context, kind: PageKind, pipeline: string) {
  const reports = await context.store.folder('reports');
  return {
    newest: join(reports, `${pipeline}-${kind}.html`),
    folder: join(reports, kind, pipeline),
  };
}

const told = ({ environment }: Context, path: string): string => relative(environment.cwd, path);

/** Writes the newest page of a kind to where it always is, and gives its path relative to the folder the user is in. */
export async function writeNewest(
  context: Context,
  kind: PageKind,
  pipeline: string,
  page: PlacedPage,
  end = '',
): Promise<string> {
  const { newest } = await placesOf(context, kind, pipeline);
  // Decisions stand in the history of the looks: it tells why there was a retraining.
  const index = kind === 'retrain' ? `monitor/${pipeline}` : `${kind}/${pipeline}`;
  const content = page([[`${index}/index.html`, 'All of them, and trends']]);
  await writeWholeFile(newest, content + end, context.environment);
  return told(context, newest);
}

/** Keeps a page under a name of its own, beside those before it. */
export async function keepPage(
  context: Context,
  kind: PageKind,
  pipeline: string,
  name: string,
  page: PlacedPage,
): Promise<string> {
  const { folder } = await placesOf(context, kind, pipeline);
  const index = kind === 'retrain' ? `../../monitor/${pipeline}/index.html` : 'index.html';
  const path = join(folder, `${name}.html`);
  await writeWholeFile(path, page([[index, 'All of them, and trends']]), context.environment);
  return told(context, path);
}

/** Writes the index of a kind. */
export async function writeIndex(
  context: Context,
  kind: PageKind,
  pipeline: string,
  page: string,
): Promise<void> {
  const { folder } = await placesOf(context, kind, pipeline);
  await writeWholeFile(join(folder, 'index.html'), page, context.environment);
}

/** The names of pages that are kept. */
export async function pagesKept(
  context: Context,
  kind: PageKind,
  pipeline: string,
): Promise<ReadonlySet<string>> {
  const { folder } = await placesOf(context, kind, pipeline);
  const found = (await entriesOf(folder)).flatMap(({ name }) =>
    name.endsWith('.html') && name !== 'index.html' ? [name.slice(0, -'.html'.length)] : [],
  );
  return new Set(found);
}

/** Takes pages away that nobody needs any more. */
export async function removePages(
  context: Context,
  kind: PageKind,
  pipeline: string,
  names: Iterable<string>,
): Promise<void> {
  const { folder } = await placesOf(context, kind, pipeline);
  for (const name of names) await discard(join(folder, `${name}.html`));
}
