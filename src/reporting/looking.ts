import type { MonitorReport } from '../monitoring/report.ts';
import { formatCount, formatNumber, formatPercent } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import { figure, pValue, words } from './figures.ts';
import { markup, type Html } from './html.ts';
import { section, table } from './page.ts';

/** The windows of a log that were judged, and what they paid for looking often. */
export function lookingSection({ looking }: MonitorReport): Html | false {
  if (looking === undefined) return false;
  return section(
    'How it was looked at',
    'A window that renews itself k times a day counts as 30·k looks: p is multiplied by them and by the number of windows, so that looking every minute alarms no more often than looking once.',
    looking.message !== null && markup`<p>${looking.message}</p>`,
    table(
      [
        { title: 'newest rows', numeric: true },
        { title: 'from' },
        { title: 'looks', numeric: true },
        { title: 'covers' },
        { title: 'compared with' },
      ],
      looking.windows.map(({ rows, from, looks, covers, like, waits }) => [
        figure(rows),
        utcMinute(from),
        figure(Math.round(looks)),
        covers ?? 'all hours and weekdays',
        waits
          ? 'waits for a day before'
          : like === null
            ? 'the reference'
            : `the reference and ${formatCount(like, 'earlier row')}`,
      ]),
    ),
  );
}

/** Which parts of the rows are answered worse than they were. */
export function slicesSection({ performance: { slices = null, state } }: MonitorReport): Html | false {
  if (slices === null) return false;
  const { metric, rows, searched, left, whole, worse, found } = slices;
  if (worse === 0 && state !== 'worse') return false;
  const all = `${formatCount(searched, 'part')} on ${formatCount(rows, 'labelled row')}`;
  return section(
    'Where it got worse',
    markup`<p>${worse === 0 ? `None of ${all} got worse beyond what the worst of them is by chance.` : `${formatNumber(worse)} of ${all} got worse beyond what the worst of them is by chance; ${words(metric)} of all rows by ${figure(whole)}. First those that got worse than the rest most surely.`}${left > 0 && ` ${formatCount(left, 'column')} less important or all alike: not searched.`}</p>`,
    found.length > 0 &&
      table(
        [
          { title: 'part' },
          { title: 'rows', numeric: true },
          { title: 'rows then', numeric: true },
          { title: 'then', numeric: true },
          { title: 'now', numeric: true },
          { title: 'worse by', numeric: true },
          { title: 'interval' },
          { title: 'p, of all parts', numeric: true },
        ],
        found.map((each) => [
          each.slice,
          figure(each.rows),
          figure(each.against),
          figure(each.reference),
          figure(each.current),
          figure(each.worsening),
          `${figure(each.low)} to ${figure(each.high)}`,
          pValue(each.adjustedP),
        ]),
      ),
  );
}

/** Which inputs explain the change. */
export function explainedSection({ explained }: MonitorReport): Html | false {
  if (explained === undefined) return false;
  return section(
    'What explains it',
    'A column that drifted far and that the model does not heed changes nothing, nor does an important one that stayed: importance (what the metric loses where the column is shuffled) × effect, as a share of all drifted inputs.',
    table(
      [
        { title: 'column' },
        { title: 'share', numeric: true },
        { title: 'importance', numeric: true },
        { title: 'effect', numeric: true },
      ],
      explained.map(({ column, share, importance, effect }) => [
        column,
        formatPercent(share),
        importance === null ? 'not measured' : figure(importance),
        figure(effect),
      ]),
    ),
  );
}
