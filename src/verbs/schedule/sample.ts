import { sampled, sampleInstant } from '../sample.ts';
import { scheduleView } from './view.ts';

/** Outcomes of `schedule`, for the suite over all verbs. */
export const samples = sampled(scheduleView, {
  result: {
    action: 'changed',
    schedules: [
      {
        id: 'churn-monitor-retrain-0a1b2c3d',
        pipeline: 'churn',
        on: 'cron',
        expression: '0 3 * * 1-5',
        timezone: 'Europe/Berlin',
        verbs: ['monitor', 'retrain'],
        state: 'installed',
        where: 'the crontab of this user',
        next: [{ at: sampleInstant, words: 'Mon 2026-03-02 03:00 UTC+1' }],
        lastRun: {
          runId: '01KJ',
          slot: sampleInstant,
          missed: 2,
          startedAt: sampleInstant,
          endedAt: sampleInstant + 1000,
          exitCode: 0,
          results: [
            { verb: 'monitor', exitCode: 5, decision: 'alarm', runId: '01KJ', error: null },
            { verb: 'retrain', exitCode: 1, decision: null, runId: null, error: 'it was ended by SIGKILL' },
          ],
        },
        unfinished: sampleInstant + 60_000,
        log: '/srv/churn/.aieng/schedules/churn-monitor-retrain-0a1b2c3d.log',
      },
    ],
    changes: [
      { path: 'the crontab of this user', before: '0 4 * * 1-5 run\n', after: '0 3 * * 1-5 run\n' },
      { path: '/etc/unit\u001b[31m', before: 'same\n', after: 'same\n' },
    ],
    commands: ['crontab -'],
    words: ['The variables PATH are kept in /srv/churn/.aieng/schedules/x.env.'],
  },
});
