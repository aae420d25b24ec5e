const decimal = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/;

/**
 * The exact value of a number that `numberGrammar` accepts, in one spelling: two texts are equal numbers if and only if
 * this gives the same text, however many digits they have. No double is involved.
 *
 * @example exactDecimal('+1.50') === exactDecimal('15e-1')
 * @example exactDecimal('-0.0') === '0'
 */
export function exactDecimal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = decimal.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  // BigInt: an exponent may have more digits than a double counts exactly.
  const shift = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign === '-' ? '-' : ''}${significant}e${shift}`;
}
