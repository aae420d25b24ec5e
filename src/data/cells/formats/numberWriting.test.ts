import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NumberFormat } from './declared.ts';
import { exampleOf, numberWriting } from './numberWriting.ts';

const read = (format: NumberFormat, ...words: readonly string[]) =>
  words.map((word) => numberWriting(format)(word)?.plain ?? null);

describe('numbers by a format', () => {
  const german = { decimal: ',', thousands: '.', currency: '€' } as const;

  it('have a decimal comma, groups of three, and a currency before or behind', () => {
    expect(read(german, '1.234,50', '1.234,50 €', '€ -5', '-€5', 'EUR 1.000.000', '0,5', ',5', '5,')).toEqual(
      ['1234.50', '1234.50', '-5', '-5', '1000000', '0.5', '.5', '5.'],
    );
  });

  it('are nothing else: groups are checked, and a point is no decimal point', () => {
    expect(
      read(
        german,
        '1.23',
        '0.123',
        '12.34,5',
        '1234.567',
        '1,2,3',
        '1.234.5',
        '$5',
        '--5',
        '-€-5',
        '5 kg',
        '5%',
        '',
      ),
    ).toEqual(Array<null>(12).fill(null));
    expect(read({ thousands: ',' }, '1,234.5', '12,345,678', '1,23', '0,123', '1.234,5')).toEqual([
      '1234.5',
      '12345678',
      null,
      null,
      null,
    ]);
  });

  it('have spaces of every kind, apostrophes of either, and Indian groups', () => {
    expect(
      read({ decimal: ',', thousands: ' ' }, '1 234,5', '1\u00a0234', '1\u202f234\u202f567', '12 34'),
    ).toEqual(['1234.5', '1234', '1234567', null]);
    expect(read({ thousands: "'" }, "1'234.5", '1’234’567.25')).toEqual(['1234.5', '1234567.25']);
    expect(read({ thousands: ',', grouping: 'indian' }, '12,34,567.5', '1,234', '123,456')).toEqual([
      '1234567.5',
      '1234',
      null,
    ]);
  });

  it('have no cents where dashes stand for them, and are not negative for that', () => {
    expect(
      read({ decimal: ',', thousands: '.', negative: 'trailing-minus' }, '1.234,-', '99,--', '5,–', '5-'),
    ).toEqual(['1234.', '99.', '5.', '-5']);
  });

  it('are negative as it is declared, by every sign for a minus', () => {
    expect(
      read(
        { negative: 'parentheses', thousands: ',', currency: '$' },
        '(1,234.50)',
        '($5)',
        '$(5)',
        '-5',
        '(5',
        '5)',
        '(-5)',
      ),
    ).toEqual(['-1234.50', '-5', null, '-5', null, null, null]);
    expect(read({ negative: 'trailing-minus' }, '5-', '5 −', '-5', '-5-')).toEqual(['-5', '-5', '-5', null]);
    expect(read({ negative: 'minus-sign' }, '\u22125.5', '\u20135', '+5', '5', '(5)')).toEqual([
      '-5.5',
      '-5',
      '5',
      '5',
      null,
    ]);
  });

  it('are bounds, per cent, and of a unit where it is declared', () => {
    const bound = numberWriting({ censored: 'bound', decimal: ',' });
    expect([bound('<0,5'), bound('>= 100'), bound('≤5'), bound('65+'), bound('5')]).toEqual([
      { plain: '0.5', censored: true },
      { plain: '100', censored: true },
      { plain: '5', censored: true },
      { plain: '65', censored: true },
      { plain: '5', censored: false },
    ]);
    expect(read({ percent: true }, '75.8%', '75.8 %', '75.8', '%5')).toEqual(['75.8', '75.8', '75.8', null]);
    expect(read({ unit: 'kg' }, '12 kg', '12kg', '12', '12 lb', 'kg 12', '12 kgs')).toEqual([
      '12',
      '12',
      '12',
      null,
      null,
      null,
    ]);
    expect(read({ unit: 'month' }, '1 month', '12 months')).toEqual(['1', '12']);
    expect(read({ unit: 'm²' }, '12 m²')).toEqual(['12']);
    expect(read({ currency: '$' }, 'USD 5', '5 $', '€5')).toEqual(['5', '5', null]);
  });

  it('read what they show as an example, and every plain number without a point', () => {
    const formats = fc.record(
      {
        decimal: fc.constantFrom('.' as const, ',' as const),
        thousands: fc.constantFrom(' ' as const, "'" as const, '_' as const),
        grouping: fc.constant('indian' as const),
        currency: fc.constantFrom('€', '$', 'CHF', 'Kč', 'R$'),
        percent: fc.constant(true as const),
        negative: fc.constantFrom('parentheses' as const, 'trailing-minus' as const, 'minus-sign' as const),
        censored: fc.constantFrom('missing' as const, 'bound' as const),
        unit: fc.constantFrom('kg', 'm²', 'mg/dL', '°C'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(formats, fc.integer(), (format, value) => {
        expect(read(format, String(value))).toEqual([String(value)]);
        if (format.grouping === undefined || format.thousands !== undefined)
          expect(read(format, exampleOf(format))[0]).toMatch(/^\d+\.50?$/);
      }),
    );
  });
});
