import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockwork, nextSlots, parseExpression, parseTimezone, slotWords } from './expression.ts';

const utc = (text: string): number => new Date(`${text}Z`).getTime();
const iso = (at: number): string => new Date(at).toISOString().slice(0, 16);
const slotsFrom = (expression: string, zone: string, from: string, count: number): string[] =>
  nextSlots(clockwork(parseExpression(expression).text, zone), utc(from), count).map(iso);

describe('parseExpression', () => {
  it.each([
    ['0 3 * * *', '0 3 * * *'],
    [' 0  3 * * 1-5 ', '0 3 * * 1-5'],
    ['0 3 * * MON-fri', '0 3 * * 1-5'],
    ['0 3 1 jan,Jul *', '0 3 1 1,7 *'],
    ['0 3 * * 7', '0 3 * * 0'],
    ['0 3 * * 5-7', '0 3 * * 0,5-6'],
    ['*/1 * * * *', '* * * * *'],
    ['*/15 9-17/2 * * *', '*/15 9-17/2 * * *'],
    ['0 3 * * */2', '0 3 * * 0,2,4,6'],
    ['@daily', '0 0 * * *'],
    ['@Weekly', '0 0 * * 0'],
  ])('%s is %s in numbers', (given, text) => expect(parseExpression(given).text).toBe(text));

  it.each([
    ['hourly', 'Did you mean --every @hourly?'],
    ['@reboot', 'For example'],
    ['', 'For example'],
    ['0 3 * *', 'For example'],
    ['0 0 3 * * *', 'For example'],
    ['60 * * * *', '0 to 59'],
    ['* 24 * * *', '0 to 23'],
    ['* * 0 * *', '1 to 31'],
    ['* * * 13 *', '1 to 12'],
    ['* * * * 8', '0 to 7'],
    ['* * * foo *', '1 to 12'],
    ['5-1 * * * *', 'ranges'],
    ['*/0 * * * *', 'steps'],
    ['5/15 * * * *', 'steps'],
    ['1,,2 * * * *', 'lists'],
    ['* * L * *', 'numbers'],
    ['* * ? * *', 'numbers'],
    ['* * 15W * *', 'numbers'],
    ['* * * * 5#2', 'numbers'],
    ['0 0 30 2 *', 'Correct the day'],
    ['0 0 31 4,6 *', 'Correct the day'],
    ['0 0 */2 * 1', 'list or a range'],
    ['0 0 1 * */2', 'list or a range'],
    ['$(reboot) * * * *', 'numbers'],
  ])('refuses %j (exit 2) and says what is meant', (given, hint) => {
    expect(() => parseExpression(given)).toThrow(
      expect.objectContaining({ exitCode: 2, hint: expect.stringContaining(hint) }),
    );
  });

  it('never fails with anything but a usage error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parseExpression(text).text.split(' ')).toHaveLength(5);
        } catch (error) {
          expect(error).toMatchObject({ exitCode: 2 });
        }
      }),
    );
  });

  it('says the same in numbers as it was given: reading it again changes nothing', () => {
    const field = (low: number, high: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: 1, max: high }).map((step) => `*/${step}`),
        fc
          .uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 4 })
          .map((all) => all.join(',')),
      );
    fc.assert(
      fc.property(field(0, 59), field(0, 23), field(1, 12), field(0, 7), (minute, hour, month, weekday) => {
        const once = parseExpression(`${minute} ${hour} * ${month} ${weekday}`);
        const twice = parseExpression(once.text);
        expect(twice.text).toBe(once.text);
        for (const name of ['minute', 'hour', 'month', 'weekday'] as const)
          expect(twice[name].values).toEqual(once[name].values);
      }),
    );
  });
});

describe('parseTimezone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['utc', 'UTC'],
    ['Etc/UTC', 'UTC'],
  ])('%s is %s', (given, zone) => expect(parseTimezone(given)).toBe(zone));

  it.each(['Europe/Berlni', 'Mars/Olympus', '+02:00', '', '../etc/passwd'])('refuses %j', (given) => {
    expect(() => parseTimezone(given)).toThrow(
      expect.objectContaining({ code: 'timezone-unknown', exitCode: 2 }),
    );
  });
});

// Instants computed by hand from the zones' published transitions: Berlin 2026-03-29 and 2026-10-25 at 01:00 UTC, New York
// 2026-03-08 07:00 and 2026-11-01 06:00 UTC, Lord Howe (half an hour) 2026-04-04 15:00 and 2026-10-03 15:30 UTC.
describe('daylight saving', () => {
  it.each([
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['15,45 2 * * *', 'Europe/Berlin', '2026-03-28T12:00', ['2026-03-29T01:00', '2026-03-30T00:15']],
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00', ['2026-03-08T07:00', '2026-03-09T06:30']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00', ['2026-10-03T15:30', '2026-10-04T15:15']],
  ])('%s in %s: a time that does not exist is the next that does', (expression, zone, from, slots) => {
    expect(slotsFrom(expression, zone, from, 2)).toEqual(slots);
  });

  it.each([
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00', ['2026-10-25T00:30', '2026-10-26T01:30']],
    [
      '15,45 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00',
      ['2026-10-25T00:15', '2026-10-25T00:45', '2026-10-26T01:15'],
    ],
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00', ['2026-11-01T05:30', '2026-11-02T06:30']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T12:00', ['2026-04-04T14:45', '2026-04-05T15:15']],
  ])('%s in %s: a time that comes twice counts once', (expression, zone, from, slots) => {
    expect(slotsFrom(expression, zone, from, slots.length)).toEqual(slots);
  });

  it('with a star in minute or hour, time goes on as it passes', () => {
    expect(slotsFrom('30 * * * *', 'Europe/Berlin', '2026-10-24T23:00', 4)).toEqual([
      '2026-10-24T23:30',
      '2026-10-25T00:30',
      '2026-10-25T01:30',
      '2026-10-25T02:30',
    ]);
    expect(slotsFrom('*/30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00', 1)).toEqual(['2026-03-30T00:00']);
  });

  it('UTC has none of it', () => {
    expect(slotsFrom('30 2 * * *', 'UTC', '2026-03-28T12:00', 2)).toEqual([
      '2026-03-29T02:30',
      '2026-03-30T02:30',
    ]);
  });
});

describe('a clockwork', () => {
  const expressions = [
    '30 2 * * *',
    '*/15 * * * *',
    '15,45 1,2 * * *',
    '0 3 * * 1-5',
    '0 0 13 * 5',
    '5 0-4 * * *',
    '30 */2 * * *',
  ];
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];

  it('has one series of slots, wherever one begins to ask: next and last agree', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...expressions),
        fc.constantFrom(...zones),
        fc.integer({ min: utc('2026-01-01T00:00'), max: utc('2027-01-01T00:00') }),
        fc.integer({ min: 1, max: 5 * 3_600_000 }),
        (expression, zone, at, later) => {
          const { next, last } = clockwork(expression, zone);
          const slot = next(at)!;
          expect(slot).toBeGreaterThan(at);
          expect(last(slot)).toBe(slot);
          expect(last(slot - 1)!).toBeLessThanOrEqual(at);
          expect(next(Math.min(at + later, slot - 1))).toBe(slot);
          expect(next(last(at)!)).toBe(slot);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes either day where both are given, as cron does', () => {
    expect(slotsFrom('0 0 13 * 5', 'UTC', '2026-01-01T00:00', 4)).toEqual([
      '2026-01-02T00:00',
      '2026-01-09T00:00',
      '2026-01-13T00:00',
      '2026-01-16T00:00',
    ]);
  });

  it('ends where nothing comes', () => {
    expect(clockwork('0 0 30 2 *', 'UTC').next(utc('2026-01-01T00:00'))).toBeNull();
  });
});

it('says a slot as people of the zone do', () => {
  expect(slotWords(utc('2026-03-30T01:00'), 'Europe/Berlin')).toBe('Mon 2026-03-30 03:00 UTC+2');
  expect(slotWords(utc('2026-03-30T03:00'), 'UTC')).toBe('Mon 2026-03-30 03:00 UTC');
});
