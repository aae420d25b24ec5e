import { differencesOf } from '../../../cascade/tried/differences.ts';
import { lineOf } from '../../../project/tried/line.ts';
import type { Tried } from '../../../project/tried/tried.ts';
import { findRun } from '../../../project/tried/tried.ts';
import type { Asked } from '../../../ui/page.ts';
import type { CompareFacts } from '../../../ui/pages/compare/compare.tsx';
import type { Reading } from './reading.ts';
import { rowOf } from './runs.ts';

const mostRuns = 6;

/** The runs that were named; of one alone, the run of its pipeline before it stands first. */
async function askedRuns({ context, runs }: Reading, query: URLSearchParams): Promise<readonly Tried[]> {
  const names = [...new Set(query.getAll('run'))].slice(0, mostRuns);
  const found: Tried[] = [];
  for (const name of names) found.push(await findRun(context, name));
  const [only, another] = found;
  if (only === undefined || another !== undefined) return found;
  const { runs: known } = await runs.known();
  const before = known.find(
    ({ id, pipeline, model }) => id < only.id && pipeline === only.content.pipeline && model !== null,
  );
  return before === undefined ? found : [await findRun(context, before.id), only];
}

/** What differs between runs. */
export async function loadCompare(reading: Reading, { query }: Asked): Promise<CompareFacts> {
  // The oldest first: what changed is told as it came about.
  const runs = (await askedRuns(reading, query)).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  return {
    runs: runs.map((run) => rowOf({ ...lineOf(run), figures: new Map() })),
    differences: runs.length < 2 ? [] : await differencesOf(reading.context, runs),
  };
}
