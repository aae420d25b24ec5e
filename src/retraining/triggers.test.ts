import { describe, expect, it } from 'vitest';
import { dueSince, firedTriggers, isUrgent } from './triggers.ts';

const at = (iso: string): number => new Date(iso).getTime();
const off = { drift: false, performance: false, schedule: null, new_rows: null, every_days: null };
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
  it('names alarms by their own switch: of inputs, of answers and of the schema by drift', () => {
    const report = {
      alarms: [
        { kind: 'drift', message: 'd', columns: [] },
        { kind: 'prediction-drift', message: 'q', columns: [] },
        { kind: 'schema', message: 's', columns: [] },
        { kind: 'performance', message: 'p', columns: [] },
        { kind: 'health', message: 'h', columns: [] },
      ],
    } as const;
    expect(firedTriggers({ ...off, drift: true }, { ...quiet, report })).toEqual([
      'drift: d',
      'prediction-drift: q',
      'schema: s',
    ]);
    expect(firedTriggers({ ...off, performance: true }, { ...quiet, report })).toEqual(['performance: p']);
    const all = { ...off, drift: true, performance: true };
    expect(firedTriggers(all, { ...quiet, report })).toHaveLength(4);
    expect(firedTriggers(all, quiet)).toEqual([]);
  });
  it('fires a schedule once it was due since the last training, also after days of being off', () => {
    const triggers = { ...off, schedule: '0 3 * * *' };
    expect(firedTriggers(triggers, quiet)).toHaveLength(1);
    expect(firedTriggers(triggers, { ...quiet, now: at('2026-03-09T04:00:00Z') })).toHaveLength(1);
    expect(firedTriggers(triggers, { ...quiet, lastTrainedAt: at('2026-03-02T03:30:00Z') })).toHaveLength(0);
  });
  it('fires by age alone, on the day (a clock may call half an hour early), and not for a model that nobody knows the age of', () => {
    const triggers = { ...off, every_days: 7 };
    const since = (iso: string): readonly string[] =>
      firedTriggers(triggers, { ...quiet, lastTrainedAt: at(iso) });
    expect(since('2026-02-23T04:30:01Z')).toEqual([]);
    expect(since('2026-02-23T04:30:00Z')).toHaveLength(1);
    expect(since('2026-02-23T04:00:00Z')).toEqual([
      'age: the model was last trained or tried at 2026-02-23 04:00 UTC, 7 days or more ago',
    ]);
    expect(firedTriggers(triggers, { ...quiet, lastTrainedAt: 0 })).toEqual([]);
  });
  it('says when a schedule was due', () => {
    expect(
      firedTriggers({ ...off, schedule: '0 3 * * *' }, { ...quiet, now: at('2026-03-09T04:00:00Z') }),
    ).toEqual(['schedule: "0 3 * * *" was due at 2026-03-02 03:00 UTC']);
  });
  it('counts new labelled rows', () => {
    const triggers = { ...off, new_rows: 100 };
    expect(firedTriggers(triggers, { ...quiet, newLabelledRows: 99 })).toEqual([]);
    expect(firedTriggers(triggers, { ...quiet, newLabelledRows: 100 })).toEqual([
      'new rows: 100 labelled rows arrived, 100 were asked for',
    ]);
    expect(firedTriggers({ ...off, new_rows: 0 }, quiet)).toHaveLength(1);
  });
});

describe('dueSince', () => {
  const daily = '0 3 * * *';
  const due = at('2026-03-02T03:00:00Z');
  it('is due at the very minute, not before, and not again at the time of the last training', () => {
    expect(dueSince(daily, at('2026-03-01T03:00:00Z'), due - 1)).toBeNull();
    expect(dueSince(daily, at('2026-03-01T03:00:00Z'), due)).toBe(due);
    expect(dueSince(daily, due - 1, due)).toBe(due);
    expect(dueSince(daily, due, due + 3_600_000)).toBeNull();
  });
  it('reads the expression in UTC, and is null where it never comes', () => {
    expect(dueSince('30 23 * * *', at('2026-03-01T00:00:00Z'), at('2026-03-05T00:00:00Z'))).toBe(
      at('2026-03-01T23:30:00Z'),
    );
    expect(dueSince('0 0 30 2 *', at('2026-03-01T00:00:00Z'), at('2099-03-01T00:00:00Z'))).toBeNull();
  });
});

it('is urgent where the model is worse, where nobody knows, and where anything but drift asks', () => {
  const drift = ['drift: d', 'prediction-drift: q', 'schema: s'];
  expect(isUrgent(drift, 'ok')).toBe(false);
  expect(isUrgent(drift, 'worse')).toBe(true);
  expect(isUrgent(drift, 'not enough labels')).toBe(true);
  for (const other of ['performance: p', 'age: a', 'schedule: drift: x', 'new rows: 7'])
    expect(isUrgent([...drift, other], 'ok')).toBe(true);
});
