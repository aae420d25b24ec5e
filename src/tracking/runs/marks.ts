import { Type } from '@sinclair/typebox';
import { instant, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { Ledger } from '../ledger.ts';
import type { Listed } from '../recordKind.ts';
import { listRecords, recordKind, storeKind, writeRecord } from '../recordKind.ts';
import { dropKeptRuns } from './keptRuns.ts';
import { runKind } from './runs.ts';

const markShape = Type.Object({
  run: text(),
  at: instant(),
  who: text('The account and the machine: `ada@build-3`.'),
  tags: Type.Array(text(), { description: 'That the run has from then on.' }),
  removed: Type.Array(text(), { description: 'Tags that it has no more.' }),
  note: orNull(
    text(),
    'What a person wrote; takes the place of the note before. Empty: there is none any more.',
  ),
});
export type RunMark = Shape<typeof markShape>;

/** What a person said of a run: tags and notes. The run itself is never changed. */
export const runMarkKind = recordKind({
  name: 'mark',
  owner: null,
  version: 1,
  minimumAieng: '0.2.0',
  shape: markShape,
  older: {},
  without: 'Without it, that tag or note is missing from what `aieng runs` tells.',
  sample: {
    run: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3',
    at: 1_764_400_000_000,
    who: 'ada@build-3',
    tags: ['paper'],
    removed: [],
    note: 'the one of the talk',
  },
});

export const writeRunMark = ({ store }: Pick<Ledger, 'store'>, id: string, mark: RunMark): Promise<boolean> =>
  writeRecord(store, runMarkKind, { id }, mark);

/** Every mark, newest first. */
export const readRunMarks = ({ store }: Pick<Ledger, 'store'>): Promise<Listed<RunMark>> =>
  listRecords(store, runMarkKind);

/** Tags and note of a run, as its marks leave them. */
export interface Marked {
  readonly tags: readonly string[];
  readonly note: string | null;
}

/**
 * What marks leave of each run: tags in the order in which they came, the newest note.
 *
 * @param marks Newest first.
 */
export function markedRuns(marks: readonly RunMark[]): ReadonlyMap<string, Marked> {
  const left = new Map<string, { tags: Set<string>; note: string | null }>();
  for (const { run, tags, removed, note } of marks.toReversed()) {
    const marked = left.get(run) ?? { tags: new Set<string>(), note: null };
    for (const tag of tags) marked.tags.add(tag);
    for (const tag of removed) marked.tags.delete(tag);
    if (note !== null) marked.note = note === '' ? null : note;
    left.set(run, marked);
  }
  return new Map([...left].map(([run, { tags, note }]) => [run, { tags: [...tags], note }]));
}

/** Takes a run's record and its marks away; what it made stays. False: there was none. */
export async function removeRun({ store }: Pick<Ledger, 'store'>, id: string): Promise<boolean> {
  const { records } = await readRunMarks({ store });
  const removed = await store.removeRecord(storeKind(runKind, undefined), id);
  await dropKeptRuns(store);
  for (const mark of records)
    if (mark.content.run === id) await store.removeRecord(storeKind(runMarkKind, undefined), mark.id);
  return removed;
}
