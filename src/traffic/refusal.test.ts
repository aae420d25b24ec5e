import { describe, expect, it } from 'vitest';
import { noLabels } from './account.ts';
import type { DoorAccount, LabelAccount } from './account.ts';
import { refuseLabels } from './refusal.ts';

const door = (changes: Partial<DoorAccount>): DoorAccount => ({
  door: 'file',
  source: 'labels.csv',
  given: 100,
  used: 0,
  superseded: 0,
  unmatched: 0,
  ambiguous: 0,
  outside: 0,
  expired: 0,
  unusable: 0,
  example: { given: '9000.0', logged: '9000' },
  ...changes,
});
const account = (...doors: readonly DoorAccount[]): LabelAccount => ({
  ...noLabels,
  reasons: [{ reason: 'expected one of "no", got "NO"', count: 2, example: { door: 'file', id: 'c0' } }],
  doors,
});

describe('labels are refused', () => {
  it('where more of one door are unusable than is tolerated, whatever the others are', () => {
    const good = door({ door: 'feedback', source: null, given: 10_000, used: 10_000 });
    expect(refuseLabels(account(good, door({ used: 99, unusable: 1 })), 0.01, ['customer'])).toBeNull();
    expect(refuseLabels(account(good, door({ used: 98, unusable: 2 })), 0.01, ['customer'])).toMatchObject({
      exitCode: 3,
      code: 'labels-unusable',
      message:
        '2 of 100 labels of labels.csv cannot be used (1.00 % are tolerated: source.max_rejected_share). Most frequent: expected one of "no", got "NO" (id "c0").',
      hint: expect.stringContaining('source.max_rejected_share'),
      at: { file: 'labels.csv' },
    });
    expect(refuseLabels(account(door({ unusable: 100 })), 1, ['customer'])).toBeNull();
    expect(refuseLabels(account(door({ given: 1, unusable: 1 })), 0, ['customer'])).not.toBeNull();
  });

  it('with the most frequent reason of that door, if it is told one', () => {
    const reasons = [
      { reason: 'another', count: 9, example: { door: 'feedback' as const, id: 'c9' } },
      { reason: 'its own', count: 2, example: { door: 'file' as const, id: 'c0' } },
      { reason: 'rarer', count: 1, example: { door: 'file' as const, id: 'c1' } },
    ];
    const told = (of: LabelAccount['reasons']): string | undefined =>
      refuseLabels({ ...account(door({ unusable: 9 })), reasons: of }, 0, [])?.message;
    expect(told(reasons)).toMatch(/ Most frequent: its own \(id "c0"\)\.$/);
    expect(told(reasons.slice(0, 1))).toMatch(/source\.max_rejected_share\)\.$/);
    const rows = door({ door: 'current', source: null, unusable: 9 });
    expect(refuseLabels(account(rows), 0, [])?.message).toMatch(/^9 of 100 labels of the rows themselves /);
  });

  it('where none of 20 and more matches, those that cannot left out', () => {
    const refused = (changes: Partial<DoorAccount>): boolean =>
      refuseLabels(account(door({ unmatched: changes.given ?? 100, ...changes })), 1, ['customer']) !== null;
    expect(refused({ given: 20 })).toBe(true);
    expect(refused({ given: 19 })).toBe(false);
    expect(refused({ given: 21, unmatched: 20, used: 1 })).toBe(false);
    expect(refused({ given: 21, unmatched: 20, superseded: 1 })).toBe(false);
    expect(refused({ given: 21, unmatched: 20, ambiguous: 1 })).toBe(false);
    for (const fate of ['unusable', 'outside', 'expired'] as const) {
      expect(refused({ given: 21, unmatched: 20, [fate]: 1 })).toBe(true);
      expect(refused({ given: 20, unmatched: 19, [fate]: 1 })).toBe(false);
    }
    // Nobody was asked anything: there is nothing that labels could match.
    expect(refused({ example: null })).toBe(false);
  });

  it('with the one thing to do: name rows, or write ids as they are', () => {
    const hint = (rowId: readonly string[], given: string): string =>
      refuseLabels(account(door({ unmatched: 100, example: { given, logged: 'l' } })), 1, rowId)?.hint ?? '';
    expect(hint([], '9000')).toContain('row_id: <column>');
    expect(hint(['customer'], '9000')).toContain('the "id" of each, for example "l"');
    expect(hint([], '01JGFJJZ000000000000000001')).toContain('for example "l"');
  });

  it('with how ids look in the log, and how in the labels', () => {
    expect(refuseLabels(account(door({ unmatched: 100 })), 0.1, ['customer'])).toMatchObject({
      exitCode: 3,
      code: 'labels-match-nothing',
      message:
        '0 of 100 labels of labels.csv match a prediction or a row: ids look like "9000" in the log, like "9000.0" in the file.',
    });
    expect(
      refuseLabels(account(door({ door: 'feedback', source: null, unmatched: 100 })), 0.1, ['customer'])
        ?.message,
    ).toContain('of POST /feedback match a prediction or a row');
  });
});
