import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIssue } from '../../data/cells/cell.ts';
import type { NumberFormat } from '../../data/cells/formats/declared.ts';
import { cellParser } from '../../data/cells/parser.ts';
import type { ColumnSchema, RowSchema } from '../../data/schema.ts';
import { schemaChanges } from './changes.ts';

const base: ColumnSchema = {
  name: 'x',
  kind: 'number',
  type: 'number',
  nullable: false,
  required: true,
  closed: false,
};
const schemaOf = (...columns: ColumnSchema[]): RowSchema => ({ columns, missing: [''] });
const told = (before: Partial<ColumnSchema>, after: Partial<ColumnSchema>): string[] =>
  schemaChanges(schemaOf({ ...base, ...before }), schemaOf({ ...base, ...after })).map(
    ({ what, from, to, effect }) => `${what}: ${from ?? '–'} → ${to ?? '–'} ${effect}`,
  );

describe('what a change of a row schema means for models of before', () => {
  it.each<[string, Partial<ColumnSchema>, Partial<ColumnSchema>, string[]]>([
    ['nothing', {}, {}, []],
    ['may be missing', {}, { nullable: true }, ['nullable: false → true incompatible']],
    ['is there', { nullable: true }, {}, ['nullable: true → false compatible']],
    ['optional', {}, { required: false }, ['required: true → false incompatible']],
    ['required', { required: false }, {}, ['required: false → true compatible']],
    ['wider type', { type: 'integer' }, {}, ['type: integer → number incompatible']],
    ['narrower type', {}, { type: 'integer' }, ['type: number → integer compatible']],
    ['wider', { maximum: 3 }, { maximum: 4 }, ['maximum: 3 → 4 compatible']],
    [
      'wider, closed',
      { maximum: 3, closed: true },
      { maximum: 4, closed: true },
      ['maximum: 3 → 4 incompatible'],
    ],
    ['no bound', { minimum: 0 }, {}, ['minimum: 0 → – compatible']],
    ['closes', {}, { closed: true }, ['closed: false → true compatible']],
    ['opens', { closed: true }, {}, ['closed: true → false incompatible']],
    ['a new word', { domain: ['a'] }, { domain: ['a', 'b'] }, ['domain: – → "b" compatible']],
    ['a word goes', { domain: ['a', 'b'] }, { domain: ['b'] }, ['domain: "a" → – compatible']],
    [
      'a new word, closed',
      { domain: ['a'], closed: true },
      { domain: ['b'], closed: true },
      ['domain: – → "b" incompatible', 'domain: "a" → – compatible'],
    ],
    ['words are listed', {}, { domain: ['a'] }, ['domain: – → "a" compatible']],
    ['another format', {}, { numberFormat: { decimal: ',' } }, ['format: – → {"decimal":","} incompatible']],
    [
      'marks between thousands',
      {},
      { numberFormat: { thousands: ',' } },
      ['format: – → {"thousands":","} compatible'],
    ],
    [
      'points between thousands beside a decimal comma, and a currency',
      { numberFormat: { decimal: ',' } },
      { numberFormat: { decimal: ',', thousands: '.', currency: '€' } },
      ['format: {"decimal":","} → {"decimal":",","thousands":".","currency":"€"} compatible'],
    ],
    [
      'no mark any more',
      { numberFormat: { thousands: ',' } },
      {},
      ['format: {"thousands":","} → – compatible'],
    ],
    [
      'another mark',
      { numberFormat: { thousands: ',' } },
      { numberFormat: { thousands: ' ' } },
      ['format: {"thousands":","} → {"thousands":" "} incompatible'],
    ],
    [
      'another grouping',
      { numberFormat: { thousands: ',' } },
      { numberFormat: { thousands: ',', grouping: 'indian' } },
      ['format: {"thousands":","} → {"thousands":",","grouping":"indian"} incompatible'],
    ],
    [
      'another way to write times',
      { kind: 'time', type: 'string', timeFormat: { pattern: 'DD.MM.YYYY' } },
      { kind: 'time', type: 'string', timeFormat: { pattern: 'MM/DD/YYYY' } },
      ['format: {"pattern":"DD.MM.YYYY"} → {"pattern":"MM/DD/YYYY"} incompatible'],
    ],
    ['personal', {}, { pii: true }, ['pii: – → true compatible']],
    ['only training', {}, { only: 'training' }, ['only: – → "training" incompatible']],
  ])('%s', (_what, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });

  it('a text that one format reads has the same value by one that is compatible, or is refused by it', () => {
    const format = fc
      .record(
        {
          decimal: fc.constantFrom('.' as const, ',' as const),
          thousands: fc.constantFrom('.' as const, ',' as const, ' ' as const, "'" as const, '_' as const),
          grouping: fc.constant('indian' as const),
          currency: fc.constantFrom('€', '$'),
          percent: fc.constant(true as const),
          negative: fc.constantFrom('parentheses' as const, 'trailing-minus' as const),
          censored: fc.constantFrom('missing' as const, 'bound' as const),
          unit: fc.constant('kg'),
        },
        { requiredKeys: [] },
      )
      .filter(({ decimal = '.', thousands }) => thousands !== decimal);
    const texts = [
      '1',
      '12',
      '1.234',
      '1,234',
      '1.234,5',
      '1,234.5',
      '1 234',
      "1'234",
      '1_234',
      '12,34,567',
    ].flatMap((digits) => [
      digits,
      `(${digits})`,
      `${digits}-`,
      `<${digits}`,
      `${digits}+`,
      `€${digits}`,
      `${digits} %`,
      `${digits} kg`,
      `${digits}E+02`,
      `${digits},-`,
    ]);
    const parserOf = (numberFormat: NumberFormat) =>
      cellParser({ ...base, nullable: true, numberFormat }, { missing: [''] });
    fc.assert(
      fc.property(format, format, fc.boolean(), (part, rest, isAdded) => {
        const [first, second] = [part, isAdded ? { ...rest, ...part } : rest];
        const [one, other] = [parserOf(first), parserOf(second)];
        const changes = schemaChanges(
          schemaOf({ ...base, numberFormat: first }),
          schemaOf({ ...base, numberFormat: second }),
        );
        if (changes.some(({ effect }) => effect === 'incompatible')) return;
        for (const word of texts) {
          const [before, after] = [one.text(word), other.text(word)];
          if (!isIssue(before) && !isIssue(after)) expect([word, after]).toEqual([word, before]);
        }
      }),
    );
  });

  it('a column that comes or goes, and words that mean missing everywhere', () => {
    const other: ColumnSchema = { ...base, name: 'y', kind: 'text', type: 'string', nullable: true };
    const come = schemaChanges(schemaOf(base), schemaOf(base, other));
    expect(come).toMatchObject([
      { column: 'y', what: 'column', from: null, to: 'text, may be missing', effect: 'compatible' },
    ]);
    const gone = schemaChanges(schemaOf(base, other), schemaOf(base));
    expect(gone).toMatchObject([{ column: 'y', what: 'column', to: null, effect: 'incompatible' }]);
    const optional = schemaChanges(schemaOf(base, { ...other, required: false }), schemaOf(base));
    expect(optional).toMatchObject([{ effect: 'compatible' }]);
    const missing = schemaChanges(schemaOf(base), { ...schemaOf(base), missing: ['', 'NA'] });
    expect(missing).toMatchObject([{ column: '*', what: 'missing', to: '"", "NA"', effect: 'incompatible' }]);
  });
});
