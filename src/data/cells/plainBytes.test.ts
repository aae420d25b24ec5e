import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random.ts';
import { readPlainDecimal, readPlainTime } from './plainBytes.ts';
import { parseTime } from './times.ts';

/** The value that is read of a text between two others; NaN where it is not plain. */
function readBy(read: typeof readPlainDecimal, text: string): number {
  const values = Float64Array.of(7, 7, 7);
  const isPlain = read(Buffer.from(`,${text},`), 1, 1 + text.length, values, 1);
  expect([values[0], values[2]]).toEqual([7, 7]);
  return isPlain ? values[1]! : Number.NaN;
}
const decimal = (text: string): number => readBy(readPlainDecimal, text);
const time = (text: string): number => readBy(readPlainTime, text);

describe('a plain decimal', () => {
  it.each([
    ['12.5', 12.5],
    ['-0', 0],
    ['007', 7],
    ['.5', 0.5],
    ['-5.', -5],
    ['123456789012345', 123456789012345],
    ['0.1234567890123456', 0.1234567890123456],
    ['0.012345678901234567', 0.012345678901234567],
    ['-1234.567890123456', -1234.567890123456],
    ['9007199254740991', 9007199254740991],
    ['0000000000000000000012.5', 12.5],
    ['0.0000000000000000', 0],
  ])('%s is %d', (text, value) => {
    expect(Object.is(decimal(text), value)).toBe(true);
  });

  it.each([
    '',
    '-',
    '.',
    '+5',
    '1e5',
    ' 5',
    '1.2.3',
    '--5',
    '1,5',
    // What a double may not hold, or what is too long to say: the parser of the column decides.
    '9007199254740992',
    '9007199254740993',
    '12345678901234567890',
    '0.12345678901234567890',
    '0.00000000000000000000001',
  ])('%s is not', (text) => {
    expect(decimal(text)).toBeNaN();
  });

  it('is the nearest double, whatever its digits', () => {
    const random = createRandom('plainDecimal');
    let read = 0;
    for (let i = 0; i < 100_000; i += 1) {
      const digits = 16 + random.integer(4);
      const text = Array.from({ length: digits }, () => random.integer(10)).join('');
      const at = random.integer(digits - 3);
      const word = `${random.integer(2) === 0 ? '-' : ''}${text.slice(0, at)}.${text.slice(at)}`;
      const value = decimal(word);
      if (Number.isNaN(value)) continue;
      read += 1;
      if (value !== Number(word)) expect(`${word} → ${value}`).toBe(`${word} → ${Number(word)}`);
    }
    expect(read).toBeGreaterThan(80_000);
  });

  it('is the double that was printed, and the nearest one of what lies near the middle between two', () => {
    const random = createRandom('plainDecimal/middle');
    for (let i = 0; i < 50_000; i += 1) {
      const value = random.next() * 10 ** (random.integer(12) - 4);
      for (const word of [
        String(value),
        value.toPrecision(17),
        (value + value * 2 ** -53).toPrecision(19),
        value.toFixed(17).slice(0, 20),
      ]) {
        const got = decimal(word);
        if (!Number.isNaN(got) && got !== Number(word))
          expect(`${word} → ${got}`).toBe(`${word} → ${Number(word)}`);
      }
    }
  });
});

/** The middle between 1 and its neighbour and all that is a digit beside it, where it has at most 19 digits. */
it('a decimal at the middle between two doubles goes to the even one, or to the parser', () => {
  for (const [low, up] of [
    [2 ** 49, 1 / 16],
    [2 ** 50, 1 / 8],
    [2 ** 51, 1 / 4],
    [2 ** 52, 1 / 2],
  ] as const)
    for (let i = 0; i < 200; i += 1) {
      const whole = low + i;
      const middle = `${whole}.${String(up).slice(2)}`;
      for (const word of [middle, `${middle}0`, `${middle}1`, `${whole}.${String(up / 2).slice(2)}`]) {
        const got = decimal(word);
        if (!Number.isNaN(got)) expect(got).toBe(Number(word));
      }
    }
});

describe('a plain time', () => {
  it('is that of the parser, for all that looks like one', () => {
    const part = (length: number): fc.Arbitrary<string> =>
      fc.nat({ max: 10 ** length - 1 }).map((n) => String(n).padStart(length, '0'));
    const day = fc.tuple(part(4), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }));
    const looks = fc
      .tuple(
        day,
        fc.constantFrom('', 'T', ' ', 't', 'x'),
        fc.tuple(
          fc.integer({ min: 0, max: 25 }),
          fc.integer({ min: 0, max: 61 }),
          fc.integer({ min: 0, max: 61 }),
        ),
        fc.constantFrom('', 'Z', 'z', '.5', '+02:00', '.123Z'),
      )
      .map(([[year, month, date], between, clock, zone]) => {
        const two = (n: number): string => String(n).padStart(2, '0');
        const start = `${year}-${two(month)}-${two(date)}`;
        return between === '' ? start : `${start}${between}${clock.map(two).join(':')}${zone}`;
      });
    fc.assert(
      fc.property(looks, (text) => {
        const got = time(text);
        if (!Number.isNaN(got)) expect(got).toBe(parseTime(text));
        else if (/^[0-9-]{10}([T ][0-9:]{8}Z?)?$/.test(text)) expect(parseTime(text)).toBeNaN();
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['2024-02-29', '2024-02-29T23:59:59Z', '2024-02-29 00:00:00', '0001-01-01'])(
    '%s is read',
    (text) => {
      expect(time(text)).toBe(parseTime(text));
    },
  );

  it.each([
    '',
    '2024-2-29',
    '2024/02/29',
    '2024-02-30',
    '2024-02-29T24:00:00',
    '2024-02-29T10:00',
    '20240229',
    '+012024-01-01',
  ])('%s is left to the parser', (text) => {
    expect(time(text)).toBeNaN();
  });
});
