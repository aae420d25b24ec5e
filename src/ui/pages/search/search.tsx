import type { Search } from '../../../modeling/search/result.ts';
import { figure, words } from '../../../reporting/figures.ts';
import type { Html } from '../../../reporting/html.ts';
import { searchSection } from '../../../reporting/search.ts';
import { Card, Empty, Piece, Warnings, When } from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Page } from '../../page.ts';

/** A search that led to a run's model. */
export interface SearchRow {
  readonly run: string;
  readonly pipeline: string;
  readonly at: number;
  readonly search: Search;
}

export interface SearchFacts {
  readonly searches: readonly SearchRow[];
  /** The one that is opened. */
  readonly shown: SearchRow | null;
  readonly damaged: readonly string[];
}

const drawn = ({ search }: SearchRow): Html => searchSection(search);

/** What searches of parameters tried, trial by trial. */
export const searchPage: Page<SearchFacts> = {
  path: '/search',
  title: ({ shown }) => (shown === null ? 'Search trials' : `Search of ${shown.pipeline}`),
  body: ({ searches, shown, damaged }) => (
    <>
      <Warnings of={damaged} />
      {shown !== null && <Piece html={drawn(shown)} />}
      <Card title="Searches">
        {searches.length === 0 ? (
          <Empty command="aieng train --family gbdt --search 30">
            No parameters were searched yet. Thirty sets of them are tried, and the best is trained, by:
          </Empty>
        ) : (
          <Table
            label="Searches"
            columns={[
              { title: 'when' },
              { title: 'pipeline' },
              { title: 'family' },
              { title: 'trials', numeric: true },
              { title: 'best', numeric: true },
              { title: 'what it came to' },
            ]}
            rows={searches.map(({ run, pipeline, at, search }) => ({
              key: run,
              cells: [
                <a href={`/search?run=${run}`}>
                  <When at={at} />
                </a>,
                pipeline,
                search.family,
                figure(search.trials.length),
                `${words(search.metric)} ${figure(search.trials.find(({ number }) => number === search.best)?.mean)}`,
                search.because,
              ],
            }))}
          />
        )}
      </Card>
    </>
  ),
};
