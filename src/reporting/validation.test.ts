import { describe, expect, it } from 'vitest';
import { summarize } from '../validation/columnSummary.ts';
import type { ColumnProfile } from '../validation/profile.ts';
import { validationPage as pagesOf, type ValidationPage } from './validation.ts';

const validationPage = (facts: ValidationPage): string => pagesOf(facts).newest([]);

const number = (
  name: string,
  counts: readonly number[],
  change: Partial<ColumnProfile> = {},
): ColumnProfile => {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const edges = Array.from({ length: counts.length + 1 }, (_, k) => 10 * k);
  return {
    name,
    kind: 'number',
    rows,
    missing: 0,
    distinct: 40,
    numeric: {
      min: 0,
      max: 10 * counts.length,
      mean: 5,
      std: 3,
      quantiles: [],
      zeros: 0,
      histogram: { edges, counts },
    },
    ...change,
  };
};
const words = (name: string, shares: Readonly<Record<string, number>>): ColumnProfile => ({
  name,
  kind: 'category',
  rows: 100,
  missing: 0,
  distinct: Object.keys(shares).length,
  top: Object.entries(shares).map(([value, count]) => ({ value, count })),
  other: 0,
});

const facts = (change: Partial<Omit<ValidationPage, 'columns'>> = {}): ValidationPage => {
  const told = ofSnapshot(change);
  return { ...told, columns: summarize(told.profile, told.findings) };
};

const ofSnapshot = (change: Partial<Omit<ValidationPage, 'columns'>>): Omit<ValidationPage, 'columns'> => ({
  name: 'churn',
  label: 'left',
  profile: { rows: 100, columns: [number('age', [60, 40]), words('plan', { a: 70, b: 30 })] },
  before: null,
  comparedWith: null,
  findings: [],
  association: null,
  rejected: [],
  snapshot: {
    digest: 'b'.repeat(64),
    schemaDigest: 'c'.repeat(64),
    rows: 100,
    quarantined: 0,
    files: ['data/x.csv'],
    unknownColumns: [],
  },
  ...change,
});

const headings = (page: string): string[] => [...page.matchAll(/<h[23]>([^<]*)</g)].map(([, text]) => text!);

describe('the page of a validation', () => {
  it('tells what is wrong before anything else, with the line to write, and charts that column first', () => {
    const page = validationPage(
      facts({
        findings: [
          {
            check: 'collinear',
            column: 'age',
            severity: 'info',
            message: 'm1',
            count: 1,
            examples: [],
            fix: 'f1',
          },
          {
            check: 'leak',
            column: 'plan',
            severity: 'warning',
            message: 'plan alone tells left',
            count: 100,
            examples: [{ rowId: 'a1'.repeat(16), value: 'b, left yes' }],
            fix: 'Leave it out: features: { drop: [plan] }',
            line: 'features: { drop: [plan] }',
          },
        ],
      }),
    );
    expect(headings(page)).toEqual([
      'What is wrong, or may be',
      'Good to know',
      'The snapshot',
      'Columns',
      'plan',
      'age',
      'Columns in figures',
      'Where it comes from',
    ]);
    expect(page).toContain('<pre>features: { drop: [plan] }</pre>');
    expect(page).toContain('row a1a1a1a1a1a1…');
  });

  it('draws each column beside the snapshot before, over the same groups, and says what is new', () => {
    const before = { rows: 200, columns: [number('age', [200]), words('plan', { a: 100 })] };
    const columns = [number('age', [0, 100]), words('plan', { a: 50, z: 50 }), words('fresh', { q: 100 })];
    const page = validationPage(
      facts({ before, profile: { rows: 100, columns }, comparedWith: 'd'.repeat(64) }),
    );
    expect(page).toContain('snapshot before');
    expect(page).toMatch(/rows before<\/dt>\s*<dd>200/);
    expect(page).toContain('Values of age: 0 to 20, mean 5; beside the snapshot before');
    expect(page).toMatch(/>new</);
    expect(page).toContain('d'.repeat(64));
  });

  it('shows rejected records by reason, and what goes with what', () => {
    const example = {
      file: 'x.csv',
      line: 7,
      column: 'age',
      reason: 'expected a number, got "old"',
      raw: '<b>,old',
    };
    const page = validationPage(
      facts({
        rejected: [{ column: 'age', reason: 'expected a number', count: 12, examples: [example] }],
        association: {
          rows: 100,
          measure: 'r2',
          columns: [{ name: 'age', score: 0.4 }],
          pairs: [{ left: 'age', right: 'plan', correlation: -0.75 }],
          matrix: {
            names: ['age', 'plan'],
            correlations: [
              [1, -0.75],
              [-0.75, 1],
            ],
          },
        },
      }),
    );
    expect(headings(page)).toContain('Records that could not become rows');
    expect(page).toContain('&lt;b&gt;,old');
    expect(page).toMatch(/class="n heat2">0\.4</);
    expect(page).toMatch(/class="n heat3">-0\.75</);
    expect(page).toContain('correlations of 2 numbers');
    expect(page).toMatch(/<td class="n cold3">−\.75</);
  });

  it('stays below a megabyte for any number of columns, findings, reasons and files', () => {
    const long = 'x'.repeat(5000);
    const columns = Array.from({ length: 3000 }, (_, k) =>
      words(`${k}-${'n'.repeat(60)}`, { [long]: 60, b: 40 }),
    );
    const page = validationPage(
      facts({
        profile: { rows: 100, columns },
        findings: columns.map(({ name }) => ({
          check: 'unexpected-value',
          column: name,
          severity: 'warning' as const,
          message: long,
          count: 3,
          examples: Array.from({ length: 5 }, () => ({ rowId: long, value: long })),
          fix: long,
        })),
        rejected: columns.map(({ name }) => ({
          column: name,
          reason: long,
          count: 3,
          examples: Array.from({ length: 3 }, () => ({ file: 'x.csv', line: 1, reason: long, raw: long })),
        })),
        snapshot: { ...facts().snapshot, files: columns.map(({ name }) => name) },
      }),
    );
    expect(page.length).toBeLessThan(1_000_000);
    expect(page).toContain('2,900 more findings');
    expect(page).toContain('2,500 more columns stand in the profile only');
    expect(page).toContain('2,940 more columns stand in the table only');
    expect(page).toContain('2,970 more reasons');
    expect(page).toContain('2,950 more files');
  });
});
