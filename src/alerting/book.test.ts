import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertKinds } from '../alertWords.ts';
import type { AlertSinkSection } from '../pipeline/alerts/section.ts';
import type { AlertBook, Finding } from './alert.ts';
import { emptyBook } from './alert.ts';
import {
  afterFailure,
  afterNews,
  afterTelling,
  alertId,
  dueFor,
  mostAlerts,
  plain,
  tidied,
  wants,
} from './book.ts';

const hour = 3_600_000;
const section = { repeat_hours: 24, expire_days: 7 };
const receiver: AlertSinkSection = { name: null, kinds: [], min_severity: 'info', resolved: true };
const ops = { name: 'ops', section: receiver };

const finding = (own: Partial<Finding> = {}): Finding => ({
  kind: 'drift',
  key: '',
  severity: 'warning',
  summary: 'contract drifted.',
  details: [],
  marks: ['contract'],
  ...own,
});
const found = (book: AlertBook, at: number, ...findings: Finding[]): AlertBook =>
  afterNews(book, { findings, judged: [{ kind: 'drift' }] }, 'churn', at);
const due = (book: AlertBook, at: number): readonly string[] =>
  dueFor(book, section, receiver, 'ops', at).map(({ alert, reason }) => `${alert.kind} ${reason}`);
const told = (book: AlertBook, at: number): AlertBook =>
  afterTelling(
    book,
    'ops',
    dueFor(book, section, receiver, 'ops', at).map(({ alert }) => alert),
    at,
  );

describe('the book of alerts', () => {
  it('tells of a trouble once, while it goes on', () => {
    const first = found(emptyBook, 0, finding());
    expect(due(first, 0)).toEqual(['drift new']);
    const known = told(first, 1);
    expect(due(found(known, hour, finding({ summary: 'contract drifted more.' })), hour)).toEqual([]);
  });

  it('tells of it again after the repeat interval, at its border and not a millisecond before', () => {
    const known = told(found(emptyBook, 0, finding()), 1000);
    expect(due(known, 1000 + 24 * hour - 1)).toEqual([]);
    expect(due(known, 1000 + 24 * hour)).toEqual(['drift repeat']);
  });

  it('tells when it gets worse: a column more, or more urgent', () => {
    const known = told(found(emptyBook, 0, finding()), 1);
    expect(due(found(known, 2, finding({ marks: ['contract', 'tenure'] })), 2)).toEqual(['drift worse']);
    expect(due(found(known, 2, finding({ severity: 'critical' })), 2)).toEqual(['drift worse']);
    expect(due(found(known, 2, finding({ severity: 'info', marks: [] })), 2)).toEqual([]);
  });

  it('tells when it is over, and forgets it then', () => {
    const over = found(told(found(emptyBook, 0, finding()), 1), 2);
    expect(due(over, 2)).toEqual(['drift over']);
    expect(over.alerts[0]).toMatchObject({ state: 'resolved', startsAt: 0, endsAt: 2 });
    expect(tidied(over, section, [ops], 3).alerts).toHaveLength(1);
    expect(tidied(told(over, 3), section, [ops], 3)).toMatchObject({ alerts: [], expired: 0 });
  });

  it('tells at once of one that came and went while its receiver was down', () => {
    expect(due(found(found(emptyBook, 0, finding()), 5), 6)).toEqual(['drift over']);
  });

  it('begins anew where it comes back, also while nobody could be told that it was over', () => {
    const known = told(found(emptyBook, 0, finding()), 1);
    const back = found(found(known, 2), 3, finding());
    expect(back.alerts[0]).toMatchObject({ state: 'firing', startsAt: 3, endsAt: null });
    expect(due(back, 3)).toEqual(['drift new']);
  });

  it('ends nothing that was not judged', () => {
    const first = found(emptyBook, 0, finding());
    const other = afterNews(first, { findings: [], judged: [{ kind: 'performance' }] }, 'churn', 1);
    expect(other.alerts[0]!.state).toBe('firing');
    const keyed = afterNews(first, { findings: [], judged: [{ kind: 'drift', key: 'x' }] }, 'churn', 1);
    expect(keyed.alerts[0]!.state).toBe('firing');
  });

  it('takes two findings of one name as one: the most urgent speaks, nothing of the other is lost', () => {
    const book = found(
      emptyBook,
      0,
      finding({ kind: 'schema', key: 'plan', summary: 'a new plan', marks: ['plan'] }),
      finding({ kind: 'schema', key: 'plan', summary: 'it is missing', severity: 'critical', marks: [] }),
    );
    expect(book.alerts).toHaveLength(1);
    expect(book.alerts[0]).toMatchObject({
      severity: 'critical',
      summary: 'it is missing',
      details: ['a new plan'],
      marks: ['plan'],
    });
  });

  it('gives up what is too old, and counts it', () => {
    const week = 7 * 24 * hour;
    const over = found(found(emptyBook, 0, finding()), 1);
    expect(tidied(over, section, [ops], week).expired).toBe(0);
    expect(tidied(over, section, [ops], week + 1)).toMatchObject({ alerts: [], expired: 1 });
  });

  it('holds so many alerts and no more: those that go on stay', () => {
    const many = Array.from({ length: mostAlerts + 5 }, (_, at) => finding({ key: String(at) }));
    const book = found(emptyBook, 0, ...many);
    const tidy = tidied(book, section, [ops], 0);
    expect(tidy.alerts).toHaveLength(mostAlerts);
    expect(tidy.expired).toBe(5);
  });

  it('keeps a failure with the receiver until it takes something', () => {
    const failed = afterFailure(afterFailure(emptyBook, 'ops', 'it answered 500', 60), 'ops', 'x', 120);
    expect(failed.receivers['ops']).toEqual({ failures: 2, nextTryAt: 120, problem: 'x', sentAt: null });
    expect(afterTelling(failed, 'ops', [], 130).receivers['ops']).toEqual({
      failures: 0,
      nextTryAt: 130,
      problem: null,
      sentAt: 130,
    });
    expect(tidied(failed, section, [], 0).receivers).toEqual({});
  });

  it('filters by kind and urgency', () => {
    const alert = { kind: 'drift', severity: 'warning' } as const;
    expect(wants({ kinds: [], min_severity: 'warning' }, alert)).toBe(true);
    expect(wants({ kinds: [], min_severity: 'critical' }, alert)).toBe(false);
    expect(wants({ kinds: ['health'], min_severity: 'info' }, alert)).toBe(false);
    expect(wants({ kinds: ['health', 'drift'], min_severity: 'info' }, alert)).toBe(true);
  });

  it('keeps what comes from data one plain line', () => {
    expect(plain('a\nb\u0007\u202Ec\u2028d')).toBe('a b c d');
    expect(plain('x'.repeat(5000))).toHaveLength(1000);
  });

  it('gives the same trouble the same id, and another one another', () => {
    expect(alertId('churn', finding())).toBe(alertId('churn', finding({ summary: 'else' })));
    expect(alertId('churn', finding())).not.toBe(alertId('churn', finding({ key: 'x' })));
    expect(alertId('churn', finding())).not.toBe(alertId('bikes', finding()));
  });
});

type Step = { readonly on: readonly number[]; readonly up: boolean };

describe('whatever happens, and however often a receiver is down', () => {
  const steps = fc.array(
    fc.record({
      on: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
      up: fc.boolean(),
    }),
    { maxLength: 25 },
  );
  const kinds = alertKinds.slice(0, 4);
  const judged = kinds.map((kind) => ({ kind }));

  it('it knows the present state as soon as it answers, and is told of nothing twice', () => {
    fc.assert(
      fc.property(steps, (course: readonly Step[]) => {
        let book = emptyBook;
        const known = new Map<string, string>();
        course.forEach(({ on, up }, at) => {
          const findings = on.map((which) => finding({ kind: kinds[which]!, marks: [] }));
          book = tidied(afterNews(book, { findings, judged }, 'churn', at), section, [ops], at);
          if (!up) return;
          const waiting = dueFor(book, section, receiver, 'ops', at);
          for (const { alert } of waiting) {
            const state = `${alert.state} ${alert.startsAt}`;
            expect(known.get(alert.kind)).not.toBe(state);
            known.set(alert.kind, state);
          }
          book = tidied(told(book, at), section, [ops], at);
          const firing = [...known].filter(([, state]) => state.startsWith('firing'));
          expect(firing.map(([kind]) => kind).sort()).toEqual(on.map((which) => kinds[which]!).sort());
        });
        expect(book.expired).toBe(0);
      }),
    );
  });
});
