import { expect, it } from 'vitest';
import { isTotalWord } from './totals.ts';

it.each([
  ...['Total', 'TOTALS', 'Grand total', 'grand-total', 'Subtotal', 'sub-total', 'Sum', 'Summe', 'Summen'],
  ...['Gesamt', 'Gesamtsumme', 'insgesamt', 'Zwischensumme', 'totaux', 'Somme', 'total', 'totales', 'suma'],
  ...['totaal', 'totale', 'somma', 'итого', 'Всего', '合計', '總計', '总计', 'mean', 'Average', 'count'],
  ...['** Total', '  Total:', 'Total 2024', '(sum)', 'Sum of x'],
])('%s sums up', (cell) => {
  expect(isTotalWord(cell)).toBe(true);
});

it.each([
  '',
  '5',
  'Totally',
  'summer',
  'Meaning',
  'counter',
  'countess',
  'a total',
  'Gesamtheit',
  'averages',
  'totalé',
  'Невсего',
])('%s does not', (cell) => {
  expect(isTotalWord(cell)).toBe(false);
});
