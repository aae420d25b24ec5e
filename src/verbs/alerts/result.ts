import { Type } from '@sinclair/typebox';
import { alertShape } from '../../alerting/alert.ts';
import { sinkNames } from '../../alertWords.ts';
import { count, instant, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { alertActions } from './options.ts';

export const alertsResult = Type.Object({
  action: oneOf(alertActions),
  alerts: Type.Array(alertShape, { description: 'What goes on, and what is over and not told yet.' }),
  receivers: Type.Array(
    Type.Object({
      name: text(),
      sink: oneOf(sinkNames),
      waiting: count('Alerts that it has still to be told of.'),
      failures: count('Tries in a row that failed.'),
      problem: orNull(text(), 'Why the last try failed.'),
      nextTryAt: orNull(instant('When the next command tries again')),
      sentAt: orNull(instant('When it took something last')),
    }),
  ),
  sent: Type.Array(
    Type.Object({
      receiver: text(),
      alerts: count('That it took.'),
      problem: orNull(text(), 'Why it took nothing more; null: it took all.'),
    }),
    { description: 'What this command sent.' },
  ),
  expired: count('Alerts that were given up before every receiver knew of them.'),
  files: Type.Array(text(), { description: 'What `rules` wrote.' }),
});
/** What `alerts` gives, member by member: docs/json.md#alerts. */
export type AlertsResult = Shape<typeof alertsResult>;
