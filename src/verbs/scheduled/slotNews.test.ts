import { describe, expect, it } from 'vitest';
import type { ScheduleRecord, VerbRun } from '../../scheduling/schedule.ts';
import { newsOfSlot } from './slotNews.ts';
import type { Slot } from './slotNews.ts';

const record: ScheduleRecord = {
  schema: 1,
  id: 'churn-abc',
  pipeline: 'churn',
  root: '/p',
  store: '/p/.aieng',
  on: 'cron',
  expression: '0 3 * * *',
  timezone: 'UTC',
  verbs: ['monitor', 'retrain'],
  environment: [],
  installedAt: 0,
};
const slot: Slot = { slot: Date.UTC(2026, 0, 3, 3), missed: 0, unfinished: null, ends: [] };
const run = (verb: VerbRun['verb'], exitCode: number, error: string | null = null): VerbRun => ({
  ...{ verb, exitCode, error },
  ...{ decision: null, runId: null },
});
const found = (own: Partial<Slot>): readonly string[] =>
  newsOfSlot(record, { ...slot, ...own }).findings.map(({ kind, summary }) => `${kind}: ${summary}`);

describe('what a slot tells those who are not there', () => {
  it('is nothing where it ran in time, and that ends what was missed before', () => {
    const ends = [
      { run: run('monitor', 5), hasSpoken: true },
      { run: run('retrain', 1, 'a bug'), hasSpoken: true },
    ];
    expect(newsOfSlot(record, { ...slot, ends })).toEqual({
      findings: [],
      judged: [{ kind: 'missed-slot', key: 'churn-abc' }],
    });
  });

  it('is what did not run in time, or was begun and did not end', () => {
    expect(found({ missed: 1 })).toEqual([
      'missed-slot: 1 slot of the schedule "0 3 * * *" (monitor, retrain) of churn did not run in time.',
    ]);
    expect(found({ missed: 2, unfinished: Date.UTC(2026, 0, 1, 3) })[0]).toMatch(
      /^missed-slot: 2 slots .* did not run in time\. The slot 2026-01-01T03:00:00\.000Z .* was begun and did not end\.$/,
    );
  });

  it('is a command that was killed, which could not say so itself', () => {
    const killed = { run: run('retrain', 1, 'it was ended by SIGKILL'), hasSpoken: false };
    expect(found({ ends: [killed] })).toEqual([
      'retrain-failed: aieng retrain of churn did not come to its end: it was ended by SIGKILL.',
    ]);
    expect(found({ ends: [{ ...killed, run: run('predict', 137, 'gone') }] })[0]).toMatch(/^run-failed: /);
  });
});
