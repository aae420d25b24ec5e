import type { NumberFormat } from './declared.ts';
import {
  censorMarks,
  digitsSource,
  knownCurrencies,
  minusClass,
  noCents,
  plainDigits,
  signClass,
  spaces,
} from './numberWriting.ts';

/** Ways to write the digits of numbers that are told apart; of those that fit, the first of a decimal mark is meant. */
export const conventions = [
  {},
  { decimal: ',' },
  { thousands: ',' },
  { decimal: ',', thousands: '.' },
  { thousands: ' ' },
  { decimal: ',', thousands: ' ' },
  { thousands: "'" },
  { decimal: ',', thousands: "'" },
  { thousands: ',', grouping: 'indian' },
  { thousands: '_' },
] as const satisfies readonly NumberFormat[];

/** What a text looks like that may be a number with something around it. */
export interface NumberLook {
  /** As it stands there; '' where there is none. */
  readonly currency: string;
  readonly unit: string;
  readonly percent: boolean;
  readonly negative: NumberFormat['negative'] | null;
  readonly censored: boolean;
  /** By convention (index): the number without what stands around it; NaN where the convention does not read it. */
  readonly values: readonly number[];
  /** Are there digits behind a decimal mark, by convention? */
  readonly fractions: readonly boolean[];
}

const grouped = "[0-9][0-9.,'\u2019_ \u00a0\u2009\u202f]*";
const core = `(?:${grouped}(?<=[.,])${noCents}|(?:${grouped}|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?)`;
const unit = '[\\p{L}°µμ"″][\\p{L}\\p{N}°µμ²³/.*^·%]{0,14}';
const shape = new RegExp(
  `^(${censorMarks})?${spaces}(\\()?(${signClass})?${spaces}(?:(${knownCurrencies})${spaces}(${signClass})?${spaces})?(${core})(\\+)?(?:${spaces}(%)|${spaces}(${knownCurrencies})(?![\\p{L}])|${spaces}(${unit}))?(?:${spaces}(${minusClass}))?${spaces}(\\))?$`,
  'u',
);
const readers = conventions.map((format) => ({
  shape: new RegExp(`^${digitsSource(format)}$`, 'u'),
  format,
}));
const otherMinus = new RegExp(minusClass, 'u');

/**
 * What a text looks like as a number that is not written plainly; null where it is none. Nothing is decided here: a
 * column is of numbers where its texts agree.
 *
 * @example numberLook('1.234,50 €').currency === '€'
 */
export function numberLook(word: string): NumberLook | null {
  if (word.length > 60) return null;
  const found = shape.exec(word);
  if (found === null) return null;
  const [
    ,
    bound,
    open,
    first = '',
    prefix,
    inner = '',
    raw = '',
    atLeast,
    percent,
    suffix,
    kind,
    trailing = '',
    close,
  ] = found;
  if ((open === undefined) !== (close === undefined)) return null;
  if (prefix !== undefined && (suffix ?? percent ?? kind) !== undefined) return null;
  const signs = [first, inner, trailing, open ?? ''].filter((sign) => sign !== '');
  if (signs.length > 1) return null;
  const [sign = ''] = signs;
  const below = sign === '(' || otherMinus.test(sign);
  const digits = raw.trim();
  const values = readers.map((reader) =>
    reader.shape.test(digits)
      ? Number(plainDigits(digits, reader.format)) * (below ? -1 : 1) + 0
      : Number.NaN,
  );
  if (values.every(Number.isNaN)) return null;
  const negative =
    sign === '('
      ? 'parentheses'
      : trailing !== ''
        ? 'trailing-minus'
        : sign !== '' && sign !== '-' && sign !== '+'
          ? 'minus-sign'
          : null;
  return {
    currency: prefix ?? suffix ?? '',
    unit: kind ?? '',
    percent: percent !== undefined,
    negative,
    censored: bound !== undefined || atLeast !== undefined,
    values,
    fractions: readers.map(({ format }) => digits.includes('decimal' in format ? ',' : '.')),
  };
}

/** Units of one letter, and others that tell by themselves that a number stands before them. */
const knownUnits = new Set(
  (
    'kg g mg µg lb lbs oz t m cm mm km mi ft in l L ml mL cl dl h hr hrs min mins s sec secs ms d day days week weeks month months ' +
    'year years yr yrs °C °F K W kW kWh MWh V A mA Hz kHz MHz GHz B KB kB MB GB TB px pt bpm mmHg mg/dL mg/dl mmol/L g/dL g/L IU kcal cal kJ ' +
    'm2 m² m³ m3 qm sqft sqm ha km/h kmh mph rpm ppm dB bar psi Pa hPa kPa J N Nm cc hp PS mpg pcs Stk Stück x'
  ).split(' '),
);

/** Does the unit tell by itself that a number stands before it? Other units must stand in every cell. */
export const isKnownUnit = (unit: string): boolean => knownUnits.has(unit);
