import { describe, expect, it } from 'vitest';
import { firedTriggers, lastDue } from './triggers.ts';

const at = (iso: string): number => new Date(iso).getTime();
const off = { drift: false, performance: false, schedule: null, new_rows: null };
const quiet = {
  now: at('2026-03-02T04:00:00Z'),
  report: null,
  lastTrainedAt: at('2026-03-01T12:00:00Z'),
  newLabelledRows: 0,
};

describe('firedTriggers', () => {
  it('is silent when nothing is asked for', () => {
    const report = { alarms: [{ kind: 'drift', message: 'x', columns: [] }] } as const;
    expect(firedTriggers(off, { ...quiet, report, newLabelledRows: 1e9 })).toEqual([]);
  });
  it('names drift and performance alarms by their own switch', () => {
    const report = {
      alarms: [
        { kind: 'drift', message: 'd', columns: [] },
        { kind: 'performance', message: 'p', columns: [] },
        { kind: 'health', message: 'h', columns: [] },
      ],
    } as const;
    expect(firedTriggers({ ...off, drift: true }, { ...quiet, report })).toEqual(['drift: d']);
    expect(firedTriggers({ ...off, performance: true }, { ...quiet, report })).toEqual(['performance: p']);
  });
  it('fires a schedule once it was due since the last training, also after days of being off', () => {
    const triggers = { ...off, schedule: '0 3 * * *' };
    expect(firedTriggers(triggers, quiet)).toHaveLength(1);
    expect(firedTriggers(triggers, { ...quiet, now: at('2026-03-09T04:00:00Z') })).toHaveLength(1);
    expect(firedTriggers(triggers, { ...quiet, lastTrainedAt: at('2026-03-02T03:30:00Z') })).toHaveLength(0);
  });
  it('counts new labelled rows', () => {
    const triggers = { ...off, new_rows: 100 };
    expect(firedTriggers(triggers, { ...quiet, newLabelledRows: 99 })).toHaveLength(0);
    expect(firedTriggers(triggers, { ...quiet, newLabelledRows: 100 })).toHaveLength(1);
  });
});

describe('lastDue', () => {
  it('is null before the first due time', () => {
    expect(lastDue('0 3 * * *', at('2026-03-01T03:00:00Z'), at('2026-03-02T02:59:59Z'))).toBeNull();
  });
});
