import { Type } from '@sinclair/typebox';
import { searchShape } from '../../modeling/search/result.ts';
import type { Search } from '../../modeling/search/result.ts';
import { instant, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { Ledger } from '../ledger.ts';
import type { Listed } from '../recordKind.ts';
import { listRecords, readRecord, recordKind, writeRecord } from '../recordKind.ts';

const searchedShape = Type.Object({
  pipeline: text(),
  at: instant(),
  search: searchShape,
});
export type Searched = Shape<typeof searchedShape>;

/** What a search of parameters tried and found, under the id of the run that trained the best of it. */
export const searchKind = recordKind({
  name: 'search',
  owner: null,
  version: 1,
  minimumAieng: '0.3.0',
  shape: searchedShape,
  older: {},
  without: 'Without it the trials of that search are not shown; the model that it led to is as it is.',
  sample: {
    pipeline: 'churn',
    at: 1_764_400_000_000,
    search: {
      family: 'gbdt',
      metric: 'log_loss',
      higherIsBetter: false,
      asked: 30,
      folds: 5,
      trials: [
        {
          number: 0,
          values: { 'model.gbdt.leaves': 31 },
          folds: [0.42, 0.43],
          mean: 0.425,
          against: 0,
          stopped: false,
        },
      ],
      best: 0,
      betterFolds: 0,
      because: 'nothing that was tried is better than what the pipeline says',
      yaml: '',
    },
  },
});

/** Writes down a search. */
export const writeSearch = (
  { store }: Pick<Ledger, 'store'>,
  runId: string,
  searched: Searched,
): Promise<boolean> => writeRecord(store, searchKind, { id: runId }, searched);

/** The search that led to a run's model; null where there was none. */
export async function readSearch({ store }: Pick<Ledger, 'store'>, runId: string): Promise<Search | null> {
  return (await readRecord(store, searchKind, { id: runId }))?.search ?? null;
}

/** The newest searches. */
export const readSearches = ({ store }: Pick<Ledger, 'store'>, limit: number): Promise<Listed<Searched>> =>
  listRecords(store, searchKind, { limit });
