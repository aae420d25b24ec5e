import { expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import type { LookedAt } from './history.ts';
import { validatedOf } from './history.ts';

const finding = (severity: Finding['severity'], check: string, column?: string): Finding => ({
  ...{ severity, check, message: 'C-17 is odd', count: 1, fix: '' },
  examples: [{ rowId: 'C-17', value: 'odd' }],
  ...(column === undefined ? {} : { column }),
});
const looked = (otherwise: Partial<LookedAt> = {}): LookedAt => ({
  at: 1_764_400_000_000,
  snapshot: { digest: 'a'.repeat(64), rows: 90, quarantined: 10 },
  findings: [finding('warning', 'low-presence', 'plan'), finding('info', 'id-like', 'id')],
  profile: { rows: 90, columns: [{ name: 'plan', kind: 'category', rows: 90, missing: 9, distinct: 2 }] },
  rejected: [{ column: 'age', reason: 'expected a number', count: 10 }],
  ...otherwise,
});

it('keeps what trends are drawn of, and no row', () => {
  const kept = validatedOf(looked(), undefined);
  expect(kept).toMatchObject({
    ...{ rows: 90, quarantined: 10, errors: 0, warnings: 1, state: 'warned', changed: null },
    found: ['low-presence: plan'],
    rejected: [{ column: 'age', reason: 'expected a number', count: 10 }],
    missing: [{ column: 'plan', share: 0.1 }],
  });
  expect(JSON.stringify(kept)).not.toContain('C-17');
});

it('is kept again only where it says something new', () => {
  const before = validatedOf(looked(), undefined) ?? undefined;
  expect(validatedOf(looked({ at: 1_764_500_000_000 }), before)).toBeNull();
  expect(validatedOf(looked({ findings: [] }), before)?.changed).toBe('gone: low-presence: plan');
  expect(
    validatedOf(
      looked({
        findings: [finding('error', 'too-few-rows'), finding('warning', 'low-presence', 'plan')],
        snapshot: { digest: 'b'.repeat(64), rows: 95, quarantined: 5 },
      }),
      before,
    ),
  ).toMatchObject({
    changed: '90 → 95 rows; 10 → 5 rejected; found: too-few-rows',
    state: 'failed',
    errors: 1,
  });
});
