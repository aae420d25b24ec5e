import type { Look } from '../../monitoring/history/look.ts';
import { isKept, lookOf, withPages } from '../../monitoring/history/look.ts';
import type { MonitorReport } from '../../monitoring/report.ts';
import type { PlacedPage } from '../../reporting/index.ts';
import { readLooks, writeLook } from '../../tracking/runs/looks.ts';
import type { Listed } from '../../tracking/recordKind.ts';
import { listRecords } from '../../tracking/recordKind.ts';
import { retrainingKind } from '../../tracking/retraining/retrainings.ts';
import { deploymentRef, parseServed } from '../../tracking/served.ts';
import { utcFileName } from '../../utc.ts';
import type { Context } from '../context.ts';
import { keepPage, pagesKept, removePages, writeIndex, writeNewest } from './pages.ts';

/** More looks than a day keeps at most: what decides whether one is kept. */
const looksBack = 100;
/** A year of looks, thinned by `gc` to one a day and those that changed something. */
const mostLooks = 3000;
const mostDecisions = 200;

const keptWords =
  'Kept are the first 24 looks of any 24 hours, then one an hour, and each at which the state changed. Their pages stay for two days; then that of each change and the last of a day, for 30 days. What trends are drawn of stays.';

/** Name of the page of a look. */
const pageName = ({ at }: Pick<Look, 'at'>): string => utcFileName(at);

/** When another version took over, oldest first. */
async function movesOf(
  { store }: Context,
  pipeline: string,
): Promise<readonly { readonly at: number; readonly name: string }[]> {
  const moves: { at: number; name: string }[] = [];
  for (const { at, value } of await store.refHistory(deploymentRef(pipeline))) {
    const { version } = parseServed(value);
    const name = version === null ? 'a bundle' : `version ${version}`;
    if (moves.at(-1)?.name !== name) moves.push({ at, name });
  }
  return moves;
}

/** Everything that the index of a pipeline is drawn of; also what `aieng ui` shows. */
export async function historyOf(context: Context, pipeline: string) {
  const listed: Listed<Look> = await readLooks(context, pipeline, mostLooks);
  const decided = await listRecords(context.store, retrainingKind, { of: pipeline, limit: mostDecisions });
  return {
    looks: listed.records,
    decisions: decided.records,
    moves: await movesOf(context, pipeline),
    damaged: listed.damaged.length + decided.damaged.length,
  };
}

/** Draws the index again, and takes away the pages that nobody needs any more. Nothing where there was no look yet. */
export async function drawHistory(context: Context, pipeline: string): Promise<void> {
  const { looks, decisions, moves, damaged } = await historyOf(context, pipeline);
  if (looks.length === 0) return;
  const now = context.environment.now();
  const there = await pagesKept(context, 'monitor', pipeline);
  const stay = new Set(
    withPages(
      looks.map(({ content }) => content),
      now,
    ).map(pageName),
  );
  const isOld = (name: string): boolean => !stay.has(name.replace(/-beside-.*$/, ''));
  const old = [...there].filter(isOld);
  await removePages(context, 'monitor', pipeline, old);
  const gone = new Set(old);
  const decisionPages = await pagesKept(context, 'retrain', pipeline);
  const { historyPage } = await import('../../reporting/index.ts');
  const page = historyPage({
    pipeline,
    looks: looks.map(({ content }) => {
      const name = pageName(content);
      return { ...content, page: there.has(name) && !gone.has(name) ? `${name}.html` : null };
    }),
    decisions: decisions.map(({ id, content: { at, decision, because } }) => ({
      at,
      decision,
      because,
      page: decisionPages.has(id) ? `../../retrain/${pipeline}/${id}.html` : null,
    })),
    moves,
    kept: keptWords,
    damaged,
    latest: `../../${pipeline}-monitor.html`,
  });
  await writeIndex(context, 'monitor', pipeline, page);
}

/**
 * Writes the page of a look to where the newest always is; where the look is one to be kept, a page of its own too, what
 * trends are drawn of, and the index again. The path of the newest.
 */
export async function tellLook(
  context: Context,
  pipeline: string,
  runId: string,
  report: MonitorReport,
  of: Look['of'],
  page: PlacedPage,
): Promise<string> {
  const newest = await writeNewest(context, 'monitor', pipeline, page);
  const { records } = await readLooks(context, pipeline, looksBack);
  const kept = records.map(({ content }) => content);
  const look = lookOf(report, of, kept[0]);
  if (!isKept(look, kept)) return newest;
  await writeLook(context, pipeline, runId, look);
  await keepPage(context, 'monitor', pipeline, pageName(look), page);
  await drawHistory(context, pipeline);
  return newest;
}
