import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarEntries, changesClock } from './calendar.ts';
import { clockwork, nextSlots, parseExpression } from '../cron/expression.ts';
import { serviceText, timerText } from './units.ts';

const at = new Date('2026-01-01T00:00:00Z').getTime();
const entries = (text: string, zone = 'UTC'): readonly string[] =>
  calendarEntries(parseExpression(text), zone, at);

describe('calendarEntries', () => {
  it.each([
    ['0 3 * * *', ['*-*-* 03:00:00 UTC']],
    ['* * * * *', ['*-*-* *:*:00 UTC']],
    ['*/15 * * * *', ['*-*-* *:00,15,30,45:00 UTC']],
    ['5 9-17 * * 1-5', ['Mon,Tue,Wed,Thu,Fri *-*-* 09..17:05:00 UTC']],
    ['0 0 1,15 1-6/2 *', ['*-01,03,05-01,15 00:00:00 UTC']],
    ['30 4 * * sun', ['Sun *-*-* 04:30:00 UTC']],
    ['30 4 * * 5-7', ['Fri,Sat,Sun *-*-* 04:30:00 UTC']],
    ['0 0 13 * 5', ['*-*-13 00:00:00 UTC', 'Fri *-*-* 00:00:00 UTC']],
  ])('%s', (text, calendar) => expect(entries(text)).toEqual(calendar));

  it('looks an hour later too where the clock changes: systemd skips what does not exist', () => {
    expect(entries('30 2,23 * * 1', 'Europe/Berlin')).toEqual([
      'Mon *-*-* 02,23:30:00 Europe/Berlin',
      '*-*-* 00,03:30:00 Europe/Berlin',
    ]);
    expect(entries('30 * * * *', 'Europe/Berlin')).toHaveLength(1);
    expect(entries('30 2 * * *', 'Asia/Tokyo')).toHaveLength(1);
  });

  it.each([
    ['Europe/Berlin', true],
    ['Australia/Lord_Howe', true],
    ['UTC', false],
    ['Asia/Kathmandu', false],
  ])('%s changes its clock: %s', (zone, changes) => expect(changesClock(zone, at)).toBe(changes));
});

const analyze = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync('systemd-analyze', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } });
const hasSystemd = analyze('--version').status === 0;

/** The next instants of one entry, as systemd itself computes them. */
function elapses(entry: string, from: string, count: number): number[] {
  const { stdout, stderr } = analyze('calendar', `--iterations=${count}`, `--base-time=${from}`, entry);
  const found = [...stdout.matchAll(/(?:Next elapse|Iter\. #\d+): \w{3} (\S+) (\S+) UTC/g)];
  if (found.length === 0) throw new Error(`${entry}: ${stdout}${stderr}`);
  return found.map(([, day, time]) => new Date(`${day}T${time}Z`).getTime());
}

describe.runIf(hasSystemd)('systemd agrees', () => {
  const field = (low: number, high: number): fc.Arbitrary<string> =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min: low, max: high }).map(String),
      fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
      fc
        .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
        .map((ends) => ends.sort((a, b) => a - b).join('-')),
    );

  it('on when it is time, for any expression', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        field(0, 59),
        field(0, 23),
        fc.constantFrom('*', '1', '13', '5-9'),
        fc.constantFrom('*', '3', '1-6'),
        fc.constantFrom('*', '1', '5-7', '1-5'),
        (minute, hour, day, month, weekday) => {
          const text = `${minute} ${hour} ${day} ${month} ${weekday}`;
          const all = entries(text).flatMap((entry) => elapses(entry, '2026-01-01 00:00:00 UTC', 4));
          const union = [...new Set(all)].sort((left, right) => left - right).slice(0, 3);
          expect(union).toEqual(nextSlots(clockwork(parseExpression(text).text, 'UTC'), at, 3));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('wakes after the gap of spring', () => {
    const woken = entries('30 2 * * *', 'Europe/Berlin').flatMap((entry) =>
      elapses(entry, '2026-03-28 12:00:00 UTC', 1),
    );
    const slot = new Date('2026-03-29T01:00:00Z').getTime();
    const first = Math.min(...woken.filter((time) => time >= slot));
    expect(first - slot).toBeLessThanOrEqual(3_600_000);
  });
});

describe('units', () => {
  const facts = {
    id: 'churn-monitor-0a1b2c3d',
    title: 'monitor churn 100%',
    calendar: entries('0 0 13 * 5'),
    command: ['/bin/true', '__scheduled', '/tmp/a b/100%/$HOME/"x".json'],
    root: '/tmp',
    log: '/tmp/a b/x.log',
    startsContainers: false,
  };

  it('have a line an entry, catch up, and give no rights', () => {
    expect(timerText(facts).match(/^OnCalendar=/gm)).toHaveLength(2);
    expect(timerText(facts)).toContain('\nPersistent=true\n');
    expect(serviceText(facts)).toContain('\nNoNewPrivileges=yes\n');
    expect(serviceText({ ...facts, startsContainers: true })).not.toContain('NoNewPrivileges');
  });

  it('are one line each, whatever the names', () => {
    expect(() => serviceText({ ...facts, root: '/tmp/x\nExecStart=/bin/evil' })).toThrow(
      expect.objectContaining({ exitCode: 2 }),
    );
  });
});
