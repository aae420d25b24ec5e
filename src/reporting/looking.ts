import type { MonitorReport } from '../monitoring/report.ts';
import { formatCount, formatPercent } from '../statistics/figures.ts';
import { utcMinute } from '../utc.ts';
import { figure } from './figures.ts';
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
