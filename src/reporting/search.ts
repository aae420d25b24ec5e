import type { Search } from '../modeling/search/result.ts';
import { drawTrials } from './charts/trials.ts';
import { figure, words } from './figures.ts';
import type { Html } from './html.ts';
import { markup } from './html.ts';
import { charts, mark, section, table } from './page.ts';

const mostTrials = 200;

/** What was tried in a search of parameters, and what it came to. */
export function searchSection(search: Search): Html {
  const { trials, metric, higherIsBetter, best, yaml } = search;
  const sign = higherIsBetter ? -1 : 1;
  const sorted = [...trials].sort(
    (left, right) => sign * (left.against - right.against) || left.number - right.number,
  );
  const keys = Object.keys(trials[0]?.values ?? {});
  const chart = drawTrials(
    trials.map(({ number, mean, stopped }) => ({ number, value: mean, stopped })),
    { yTitle: words(metric), higherIsBetter },
    `${words(metric)} by trial of the search`,
  );
  return section(
    'What was searched',
    markup`<p>${search.because}</p>`,
    charts(
      [
        {
          title: `${words(metric)} by trial`,
          chart,
          caption:
            'Each point is a trial; the line is the best so far. Pale ones were given up after some of the folds, being among the worse half.',
        },
      ],
      1,
    ),
    table(
      [
        { title: 'trial', numeric: true },
        { title: '' },
        { title: words(metric), numeric: true },
        { title: 'against trial 0', numeric: true },
        { title: 'folds', numeric: true },
        ...keys.map((key) => ({ title: key.replace(/^model\./, ''), numeric: true })),
      ],
      sorted.slice(0, mostTrials).map(({ number, mean, against, folds: done, stopped, values }) => [
        String(number),
        number === best ? mark('good', 'trained') : stopped ? mark('wait', 'given up') : '',
        figure(mean),
        figure(against),
        String(done.length),
        ...keys.map((key) => {
          const value = values[key];
          return typeof value === 'number' ? figure(value) : JSON.stringify(value ?? null);
        }),
      ]),
    ),
    yaml !== '' && markup`<pre>${yaml}</pre>`,
    trials.length > mostTrials && `${figure(trials.length - mostTrials)} more trials are in --json.`,
  );
}
