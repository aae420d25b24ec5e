import { isNoTime, partReader } from '../calendar.ts';
import {
  damagedState,
  numberParam,
  paramError,
  paramsSchema,
  stateInteger,
  stateNumber,
  wordParam,
} from '../params.ts';
import { numbersOf } from '../transform.ts';
import type { EncoderStep, StepInput, Transform } from '../transform.ts';

/** Where on its circle a value stands, in the period's units; NaN for what has no place. */
type Reader = (value: number) => number;

const hour: Reader = (ms) =>
  isNoTime(ms) ? NaN : (ms - Math.floor(ms / 86_400_000) * 86_400_000) / 3_600_000;

/** Circles of a time: the length of each and its reader. The year's is 366 days long, so that 31 December is before 1 January. */
const circles: ReadonlyMap<string, { readonly period: number; readonly read: Reader }> = new Map([
  ['minute', { period: 60, read: partReader('minute') }],
  ['hour', { period: 24, read: hour }],
  ['weekday', { period: 7, read: partReader('weekday') }],
  ['day', { period: 31, read: partReader('day') }],
  ['month', { period: 12, read: partReader('month') }],
  ['day_of_year', { period: 366, read: partReader('day_of_year') }],
]);

const plainNumber: Reader = (value) => (Number.isFinite(value) ? value : NaN);

function encoder(label: string, read: Reader, period: number, harmonics: number): EncoderStep {
  const waves = Array.from({ length: harmonics }, (_, i) => i + 1);
  const suffix = (wave: number): string => (wave === 1 ? '' : String(wave));
  return {
    role: 'encoder',
    outputs: waves.flatMap((wave) => [`${label} sin${suffix(wave)}`, `${label} cos${suffix(wave)}`]),
    write(column, out, offset, stride) {
      const values = numbersOf(column);
      for (let i = 0, at = offset; i < values.length; i += 1, at += stride) {
        const place = read(values[i]!);
        if (Number.isNaN(place)) continue;
        const angle = 2 * Math.PI * ((place % period) / period);
        for (let wave = 1; wave <= harmonics; wave += 1) {
          out[at + 2 * wave - 2] = Math.sin(angle * wave);
          out[at + 2 * wave - 1] = Math.cos(angle * wave);
        }
      }
    },
  };
}

function circleOf(part: string, period: number, { name, kind }: StepInput): { label: string; read: Reader } {
  const circle = circles.get(part);
  if (kind === 'time' && circle?.period === period) return { label: `${name}:${part}`, read: circle.read };
  if (kind === 'number' && period > 0) return { label: `${name}:cycle`, read: plainNumber };
  throw damagedState('a cycle has no period');
}

const mostHarmonics = 32;

/** Sine and cosine of a place in a cycle, so that 23 h stands beside 0 h. */
export const cyclic: Transform = {
  name: 'cyclic',
  summary:
    'Sine and cosine of a part of a time (UTC) or of a number with a period. Missing, infinite and impossible values: all zero, which is no point of the circle.',
  accepts: ['time', 'number'],
  params: paramsSchema({
    part: {
      type: 'string',
      enum: [...circles.keys()],
      default: 'hour',
      description: 'Times: which cycle. hour counts minutes as fractions.',
    },
    period: { type: 'number', exclusiveMinimum: 0, description: 'Numbers: length of the cycle, e.g. 24.' },
    harmonics: {
      type: 'integer',
      minimum: 1,
      maximum: mostHarmonics,
      default: 1,
      description: 'Pairs of sine and cosine, of 1, 2, … waves a cycle: more can follow sharper shapes.',
    },
  }),
  examples: [
    { kind: 'time', params: {} },
    { kind: 'time', params: { part: 'weekday', harmonics: 2 } },
    { kind: 'time', params: { part: 'day_of_year' } },
    { kind: 'number', params: { period: 24 } },
  ],
  fit(_column, params, { name, kind }) {
    const harmonics = numberParam(params, 'harmonics', 1);
    if (kind === 'number') {
      const period = numberParam(params, 'period', 0);
      if (period > 0) return { part: 'number', period, harmonics };
      throw paramError(
        'cyclic',
        `the number column ${name} needs a period.`,
        'Give period, e.g. period: 24.',
      );
    }
    const part = wordParam(params, 'part', 'hour');
    return { part, period: circles.get(part)?.period ?? 0, harmonics };
  },
  compile(state, input) {
    const period = stateNumber(state, 'period');
    const { label, read } = circleOf(typeof state['part'] === 'string' ? state['part'] : '', period, input);
    return encoder(label, read, period, stateInteger(state, 'harmonics', 1, mostHarmonics));
  },
};
