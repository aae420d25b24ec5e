import { Type } from '@sinclair/typebox';
import { deploymentStatusShape } from '../../deployment/target.ts';
import { servedPeriodShape } from '../../project/deployment/history.ts';
import { alertStandingShape } from '../../project/alerting/standing.ts';
import { count, instant, number, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const statusResult = Type.Object({
  deployments: Type.Array(
    Type.Object({
      status: deploymentStatusShape,
      wish: oneOf(
        ['running', 'stopped', 'destroyed'],
        'What was asked for last: a service that rests because somebody wanted it is no alarm.',
      ),
      beside: Type.Optional(
        Type.Object(
          {
            role: oneOf(['canary', 'shadow']),
            version: orNull(count()),
            bundle: text(),
            share: number('Of the requests, 0 … 1.'),
            since: instant(),
          },
          {
            description: 'What was asked to take part beside the version in charge; `lastReport` judges it.',
          },
        ),
      ),
      history: Type.Array(
        Type.Object({ version: orNull(count()), bundle: text(), at: instant(), why: text() }),
        { description: 'Who served what, when.' },
      ),
      periods: orNull(
        Type.Array(servedPeriodShape),
        'With --history: all that was asked for, oldest first, and where each model comes from.',
      ),
      lostRecords: orNull(
        count(
          'Predictions since the service started that its log lacks, because they could not be written; null where it was not asked or did not say.',
        ),
      ),
      waitingRecords: orNull(
        count(
          'Predictions in memory that the disk refuses now, and that are lost if the service ends; null as above.',
        ),
      ),
      lastReport: orNull(Type.Object({ at: instant(), decision: text(), alarms: count() })),
    }),
  ),
  alerts: Type.Array(alertStandingShape, {
    description: 'Pipelines of which something goes on, or waits to be told.',
  }),
  pipelines: Type.Array(
    Type.Object({
      name: text(),
      newestVersion: orNull(count()),
      lastRun: orNull(Type.Object({ command: text(), outcome: text(), at: instant('When it ended') })),
      waits: orNull(
        Type.Object({ bundle: text(), since: instant(), because: text() }),
        'A challenger that waits for `aieng approve`.',
      ),
    }),
  ),
});
/** What `status` gives, member by member: docs/json.md#status. */
export type StatusResult = Shape<typeof statusResult>;
