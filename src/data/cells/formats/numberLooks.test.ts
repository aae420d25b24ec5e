import { describe, expect, it } from 'vitest';
import type { NumberLook } from './numberLooks.ts';
import { conventions, isKnownUnit, numberLook } from './numberLooks.ts';
import { numberWriting, spellingsOfCurrency } from './numberWriting.ts';

const plain = (word: string): number | undefined => numberLook(word)?.values[0];

describe('what stands around a number', () => {
  const nothing = { currency: '', unit: '', percent: false, negative: null, censored: false } as const;
  it.each<[string, Partial<NumberLook>, number]>([
    ['5', {}, 5],
    ['+5', {}, 5],
    ['-5', {}, -5],
    ['- 5', {}, -5],
    ['-0', {}, 0],
    ['1e3', {}, 1000],
    ['1.5E-3', {}, 0.0015],
    ['1e+3', {}, 1000],
    ['.5', {}, 0.5],
    ['\u22125', { negative: 'minus-sign' }, -5],
    ['\u20135', { negative: 'minus-sign' }, -5],
    ['5-', { negative: 'trailing-minus' }, -5],
    ['5 \u2212', { negative: 'trailing-minus' }, -5],
    ['(5)', { negative: 'parentheses' }, -5],
    ['( 5 )', { negative: 'parentheses' }, -5],
    ['($5)', { negative: 'parentheses', currency: '$' }, -5],
    ['$ 5', { currency: '$' }, 5],
    ['$-5', { currency: '$' }, -5],
    ['-$5', { currency: '$' }, -5],
    ['$\u22125', { currency: '$', negative: 'minus-sign' }, -5],
    ['5 €', { currency: '€' }, 5],
    ['5€ -', { currency: '€', negative: 'trailing-minus' }, -5],
    ['5kr.', { currency: 'kr.' }, 5],
    ['US$ 5', { currency: 'US$' }, 5],
    ['C$5', { currency: 'C$' }, 5],
    ['₿5', { currency: '₿' }, 5],
    ['5 krona', { unit: 'krona' }, 5],
    ['5 %', { percent: true }, 5],
    ['5 kg', { unit: 'kg' }, 5],
    ['5kg', { unit: 'kg' }, 5],
    ['5 °C', { unit: '°C' }, 5],
    ['5"', { unit: '"' }, 5],
    ['5 kg/m²', { unit: 'kg/m²' }, 5],
    ['5 abcdefghijklmno', { unit: 'abcdefghijklmno' }, 5],
    ['<5', { censored: true }, 5],
    ['>= 5', { censored: true }, 5],
    ['≥5', { censored: true }, 5],
    ['65+', { censored: true }, 65],
    ['65+ kg', { censored: true, unit: 'kg' }, 65],
  ])('%s', (word, around, value) => {
    expect(numberLook(word)).toMatchObject({ ...nothing, ...around });
    expect(plain(word)).toBe(value);
  });

  it.each([
    '5)',
    '(5',
    '(-5)',
    '(5-)',
    '-5-',
    '-$-5',
    '$5 kg',
    '$5%',
    '$5 €',
    '5 % %',
    '5 abcdefghijklmnop',
    '5++',
    '<',
    '<<5',
    'x5',
    '5 5x',
    '1e5 e5 5',
    '1.2,3.4',
    '1__0',
  ])('%s is no number', (word) => {
    expect(numberLook(word)).toBeNull();
  });

  it('is of a text of at most 60 characters', () => {
    expect(plain('1'.repeat(60))).toBeGreaterThan(1e59);
    expect(numberLook('1'.repeat(61))).toBeNull();
  });

  it('leaves the sign and the fraction to each convention', () => {
    const indexOf = (wanted: object): number =>
      conventions.findIndex((each) => JSON.stringify(each) === JSON.stringify(wanted));
    const look = numberLook('-1,5');
    expect(look?.values[indexOf({ decimal: ',' })]).toBe(-1.5);
    expect(look?.values[indexOf({})]).toBeNaN();
    expect(look?.fractions).toEqual(conventions.map((each) => 'decimal' in each));
    expect(numberLook('1.5')?.fractions).toEqual(conventions.map((each) => !('decimal' in each)));
    expect(numberLook('15')?.fractions).not.toContain(true);
    expect(numberLook('1_000')?.values[indexOf({ thousands: '_' })]).toBe(1000);
    expect(numberLook('1 000 000,5')?.values[indexOf({ decimal: ',', thousands: ' ' })]).toBe(1_000_000.5);
    expect(numberLook("1'000,5")?.values[indexOf({ decimal: ',', thousands: "'" })]).toBe(1000.5);
    expect(numberLook('12,34,567')?.values[indexOf({ thousands: ',', grouping: 'indian' })]).toBe(1_234_567);
  });
});

const groups = [
  ['€', 'EUR', 'Euro', 'euro'],
  ['$', 'USD', 'US$'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
  ['₹', 'INR', 'Rs.', 'Rs'],
  ['₽', 'RUB', 'руб.', 'руб'],
  ['₺', 'TRY', 'TL'],
  ['₩', 'KRW'],
  ['₪', 'ILS'],
  ['₴', 'UAH'],
  ['CHF', 'SFr.', 'Fr.'],
  ['R$', 'BRL'],
  ['zł', 'PLN'],
  ['Kč', 'CZK'],
  ['kr', 'kr.'],
  ['Ft', 'HUF'],
];

describe('a currency', () => {
  it.each(groups)('%s has its spellings', (...spellings) => {
    for (const declared of spellings) {
      const known = spellingsOfCurrency(declared);
      expect([known[0], [...known].sort()]).toEqual([declared, [...spellings].sort()]);
      for (const each of spellings) {
        expect(numberWriting({ currency: declared })(`${each} 5`)?.plain).toBe('5');
        expect(numberLook(`5 ${each}`)?.currency).toBe(each);
      }
    }
  });

  it.each(['C$', 'CA$', 'A$', 'AU$', 'NZ$', 'HK$', 'S$', 'MX$', 'AUD', 'BGN', 'KES', 'ZAR', 'AED'])(
    '%s is known, and has one spelling',
    (currency) => {
      expect(numberLook(`${currency} 5`)?.currency).toBe(currency);
      expect(spellingsOfCurrency(currency)).toEqual([currency]);
    },
  );
});

it('units tell by themselves, or do not', () => {
  expect(
    ['kg', 'mg/dL', 'x', 'year', 'month', 'm2', 'km/h', 'IU', '°C'].filter((each) => !isKnownUnit(each)),
  ).toEqual([]);
  expect(['', ' ', 'Street', 'KG', 'a', 'ml '].filter(isKnownUnit)).toEqual([]);
});
