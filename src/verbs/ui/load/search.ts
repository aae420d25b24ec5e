import { readSearches } from '../../../tracking/runs/searches.ts';
import type { Asked } from '../../../ui/page.ts';
import type { SearchFacts } from '../../../ui/pages/search/search.tsx';
import type { Reading } from './reading.ts';

const mostSearches = 100;

/** The newest searches, and the one that was asked for, or else the newest. */
export async function loadSearch({ context }: Reading, { query }: Asked): Promise<SearchFacts> {
  const { records, damaged } = await readSearches(context, mostSearches);
  const searches = records.map(({ id, content }) => ({ run: id, ...content }));
  const wished = query.get('run');
  return {
    searches,
    shown: searches.find(({ run }) => run === wished) ?? searches[0] ?? null,
    damaged: damaged.map(({ message, hint }) => `${message} ${hint}`),
  };
}
