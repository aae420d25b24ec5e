import { figure } from '../../../reporting/figures.ts';
import type { ScheduleState } from '../../../scheduling/schedule.ts';
import { Awaited, Card, Empty, Facts, Mark, Warnings, When } from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Page } from '../../page.ts';

/** What runs by itself. */
export interface SchedulesFacts {
  /** Null: the schedulers have not answered yet. */
  readonly schedules: readonly ScheduleState[] | null;
  readonly warnings: readonly string[];
}

const stateTone = { installed: 'good', missing: 'bad', unrecorded: 'wait', planned: 'plain' } as const;
const stateWords = {
  installed: 'installed',
  missing: 'lost by its scheduler',
  unrecorded: 'not written down here',
  planned: 'planned',
} as const;

function LastRun({ schedule: { lastRun, unfinished } }: { readonly schedule: ScheduleState }): Markup {
  return (
    <>
      {lastRun === null ? (
        <span class="muted">never ran</span>
      ) : (
        <>
          <When at={lastRun.slot} />{' '}
          <Mark tone={lastRun.exitCode === 0 ? 'good' : 'bad'}>
            {lastRun.exitCode === 0 ? 'done' : `exit ${lastRun.exitCode}`}
          </Mark>
        </>
      )}
      {unfinished !== null && (
        <div class="muted">
          begun and not ended: <When at={unfinished} />
        </div>
      )}
    </>
  );
}

function Schedule({ schedule }: { readonly schedule: ScheduleState }): Markup {
  const { pipeline, verbs, on, expression, timezone, state, where, next, lastRun, log } = schedule;
  return (
    <Card
      title={`${verbs.join(' and ')} of ${pipeline}`}
      aside={<Mark tone={stateTone[state]}>{stateWords[state]}</Mark>}
    >
      <Facts
        of={[
          ['Next', next.length === 0 ? '–' : next.map(({ words }) => <div>{words}</div>)],
          ['Last', <LastRun schedule={schedule} />],
          [
            'Missed before that',
            lastRun === null ? null : lastRun.missed === 0 ? (
              'none'
            ) : (
              <Mark tone="wait">{`${figure(lastRun.missed)} slots`}</Mark>
            ),
          ],
          ['Clock', <code>{`${expression} ${timezone}`}</code>],
          ['On', where === null ? on : `${on}: ${where}`],
          ['Log', log === null ? null : <code>{log}</code>],
        ]}
      />
      {lastRun !== null && (
        <Table
          label={`What the last run of ${pipeline} did`}
          columns={[
            { title: 'verb' },
            { title: 'decision' },
            { title: 'run' },
            { title: 'exit', numeric: true },
            { title: 'problem' },
          ]}
          rows={lastRun.results.map(({ verb, decision, runId, exitCode, error }) => ({
            key: verb,
            cells: [
              verb,
              decision?.replaceAll('-', ' ') ?? '–',
              runId === null ? '–' : <a href={`/runs/${runId}`}>{runId.slice(-8)}</a>,
              String(exitCode),
              error ?? '',
            ],
          }))}
        />
      )}
      {state === 'missing' && (
        <Empty command={`aieng schedule ${pipeline} --every "${expression}" --on ${on}`}>
          Install it again:
        </Empty>
      )}
    </Card>
  );
}

/** What runs by itself: next, last, and what was missed. */
export const schedulesPage: Page<SchedulesFacts> = {
  path: '/schedules',
  title: () => 'Schedules',
  body: ({ schedules, warnings }) => (
    <>
      <Warnings of={warnings} />
      {schedules === null ? (
        <Card>
          <Empty>
            <Awaited>The schedulers of this machine are being asked …</Awaited>
          </Empty>
        </Card>
      ) : schedules.length === 0 ? (
        <Card>
          <Empty command='aieng schedule --every "*/30 * * * *" --on cron'>
            Nothing runs by itself. Monitoring and retraining are put on a clock by:
          </Empty>
        </Card>
      ) : (
        schedules.map((schedule) => <Schedule schedule={schedule} />)
      )}
    </>
  ),
};
