import type { Search } from '../../modeling/search/result.ts';
import type { Block } from '../view/blocks.ts';
import { paragraph, right, table, verbatim } from '../view/blocks.ts';
import { metricName } from '../../statistics/metrics/metricName.ts';
import { count, counted, figure } from '../view/format.ts';

const mostShown = 10;

/** `leaves 9, learning_rate .041`: keys without what they share. */
const valueWords = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(
      ([key, value]) =>
        `${key.split('.').at(-1) ?? key} ${typeof value === 'number' ? figure(value) : JSON.stringify(value)}`,
    )
    .join(', ');

/** The trials, the best first, and what to put into the pipeline file. */
export function searchBlocks(search: Search): readonly Block[] {
  const { trials, metric, higherIsBetter, best, yaml, folds, asked } = search;
  const sign = higherIsBetter ? -1 : 1;
  const sorted = [...trials].sort(
    (left, right_) => sign * (left.against - right_.against) || left.number - right_.number,
  );
  const stopped = trials.filter((trial) => trial.stopped).length;
  const short =
    trials.length < asked ? ` The time ended it after ${count(trials.length)} of ${count(asked)}.` : '';
  return [
    paragraph(search.because),
    table(
      [right('trial'), right(metricName(metric)), right('against 0'), right('folds'), 'values'],
      sorted
        .slice(0, mostShown)
        .map((trial) => [
          `${trial.number}${trial.number === best ? ' *' : ''}`,
          figure(trial.mean),
          figure(trial.against),
          `${trial.folds.length} of ${folds}`,
          valueWords(trial.values),
        ]),
      `searched: ${counted(trials.length, 'trial')}`,
    ),
    paragraph(
      `${counted(stopped, 'trial')} given up early, being among the worse half; all of them are in --json and in the report.${short}`,
      'dim',
    ),
    ...(yaml === '' ? [] : [paragraph('To keep it, put this into the pipeline file:'), verbatim(yaml)]),
  ];
}
