import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockwork } from '../cron/expression.ts';
import { dueSlot, mostMissed } from './slots.ts';

const utc = (text: string): number => new Date(`${text}Z`).getTime();
const nightly = clockwork('0 3 * * *', 'UTC');
const installedAt = utc('2026-03-01T12:00');

describe('dueSlot', () => {
  it.each([
    ['before the first slot', null, '2026-03-02T02:59', null],
    ['at it', null, '2026-03-02T03:00', { slot: '2026-03-02T03:00', missed: 0 }],
    ['late, as after a start', null, '2026-03-02T09:30', { slot: '2026-03-02T03:00', missed: 0 }],
    ['when it was run', '2026-03-02T03:00', '2026-03-02T09:30', null],
    ['after four days off', '2026-03-02T03:00', '2026-03-06T09:30', { slot: '2026-03-06T03:00', missed: 3 }],
    ['when the clock went back', '2026-03-06T03:00', '2026-03-04T03:00', null],
    ['when it went back before the installation', null, '2026-02-01T03:00', null],
    [
      'when the clock is past the last slot again',
      '2026-03-06T03:00',
      '2026-03-07T03:00',
      { slot: '2026-03-07T03:00', missed: 0 },
    ],
  ])('%s', (_, last, now, due) => {
    const lastSlot = last === null ? null : utc(last);
    const found = dueSlot(nightly, { lastSlot, installedAt, now: utc(now) });
    expect(found.due).toBe(due !== null);
    if (due !== null) expect(found).toMatchObject({ slot: utc(due.slot), missed: due.missed });
  });

  it('does not make up for slots before the installation, also where an older one was run', () => {
    const now = utc('2026-03-01T13:00');
    expect(dueSlot(nightly, { lastSlot: utc('2026-01-01T03:00'), installedAt, now }).due).toBe(false);
  });

  it('says when it is next, also when the clock went back', () => {
    expect(dueSlot(nightly, { lastSlot: null, installedAt, now: utc('2026-03-01T13:00') }).next).toBe(
      utc('2026-03-02T03:00'),
    );
    const after = { lastSlot: utc('2026-03-06T03:00'), installedAt, now: utc('2026-03-04T13:00') };
    expect(dueSlot(nightly, after).next).toBe(utc('2026-03-07T03:00'));
  });

  it('runs the night of the clock change once, in spring and in autumn', () => {
    const berlin = clockwork('30 2 * * *', 'Europe/Berlin');
    const spring = { lastSlot: utc('2026-03-28T01:30'), installedAt, now: utc('2026-03-29T01:00') };
    expect(dueSlot(berlin, spring)).toMatchObject({ due: true, slot: utc('2026-03-29T01:00'), missed: 0 });
    // Cron in a zone that falls back looks at 00:30 and at 01:30 UTC.
    const autumn = { lastSlot: utc('2026-10-25T00:30'), installedAt, now: utc('2026-10-25T01:30') };
    expect(dueSlot(berlin, autumn).due).toBe(false);
  });

  it('stops counting somewhere', () => {
    const minutely = clockwork('* * * * *', 'UTC');
    const found = dueSlot(minutely, { lastSlot: null, installedAt, now: installedAt + 30 * 86_400_000 });
    expect(found).toMatchObject({ due: true, missed: mostMissed });
  });

  it('runs each slot at most once and loses none, however the clock wanders', () => {
    const expressions = ['*/20 * * * *', '30 2 * * *', '0 */3 * * *', '15,45 1-3 * * *'];
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];
    fc.assert(
      fc.property(
        fc.constantFrom(...expressions),
        fc.constantFrom(...zones),
        fc.constantFrom(utc('2026-03-27T00:00'), utc('2026-10-23T00:00'), utc('2026-04-03T00:00')),
        fc.array(fc.integer({ min: -4 * 60, max: 14 * 60 }), { minLength: 1, maxLength: 12 }),
        (expression, zone, start, minutes) => {
          const clock = clockwork(expression, zone);
          const ran: number[] = [];
          let accounted = 0;
          let now = start;
          for (const step of minutes) {
            now += step * 60_000;
            const due = dueSlot(clock, { lastSlot: ran.at(-1) ?? null, installedAt: start, now });
            if (!due.due) continue;
            expect(due.slot).toBeLessThanOrEqual(now);
            expect(due.slot).toBeGreaterThan(ran.at(-1) ?? start);
            ran.push(due.slot);
            accounted += due.missed + 1;
          }
          const last = ran.at(-1);
          let expected = 0;
          if (last !== undefined)
            for (let at = clock.next(start); at !== null && at <= last; at = clock.next(at)) expected += 1;
          expect(accounted).toBe(expected);
        },
      ),
      { numRuns: 40 },
    );
  });
});
