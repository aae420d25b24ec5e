import type { DatePart } from './calendar.ts';
import {
  damagedState,
  numberParam,
  paramError,
  paramsSchema,
  stateInteger,
  stateNumber,
  wordParam,
} from '../../params.ts';
import { numbersOf } from '../../transform.ts';
import type { EncoderStep, StepTransform } from '../../transform.ts';

/**
 * Circles of a time: what says where on it a time stands, and its length. The year's is 366 days long, so that
 * 31 December is before 1 January.
 */
export const circles: ReadonlyMap<string, { readonly part: DatePart; readonly period: number }> = new Map([
  ['minute', { part: 'minute', period: 60 }],
  ['hour', { part: 'time_of_day', period: 24 }],
  ['weekday', { part: 'weekday', period: 7 }],
  ['day', { part: 'day', period: 31 }],
  ['month', { part: 'month', period: 12 }],
  ['day_of_year', { part: 'day_of_year', period: 366 }],
]);

function encoder(name: string, period: number, harmonics: number): EncoderStep {
  const waves = Array.from({ length: harmonics }, (_, i) => i + 1);
  const suffix = (wave: number): string => (wave === 1 ? '' : String(wave));
  return {
    role: 'encoder',
    width: 2 * harmonics,
    outputs: () => waves.flatMap((wave) => [`${name} sin${suffix(wave)}`, `${name} cos${suffix(wave)}`]),
    write(column, out, offset, stride) {
      const values = numbersOf(column);
      for (let i = 0, at = offset; i < values.length; i += 1, at += stride) {
        const place = values[i]!;
        if (!Number.isFinite(place)) continue;
        const angle = 2 * Math.PI * ((place % period) / period);
        for (let wave = 1; wave <= harmonics; wave += 1) {
          out[at + 2 * wave - 2] = Math.sin(angle * wave);
          out[at + 2 * wave - 1] = Math.cos(angle * wave);
        }
      }
    },
  };
}

const mostHarmonics = 32;

/** Sine and cosine of a place in a cycle, so that 23 h stands beside 0 h. */
export const cyclic: StepTransform = {
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
  expand(params, { kind }) {
    const circle = circles.get(wordParam(params, 'part', 'hour'));
    if (kind !== 'time' || circle === undefined) return null;
    const { part, period } = circle;
    const harmonics = numberParam(params, 'harmonics', 1);
    return [
      [
        { transform: 'date_parts', params: { parts: [part] } },
        { transform: 'cyclic', params: { period, harmonics } },
      ],
    ];
  },
  fit(_column, params, { name }) {
    const period = numberParam(params, 'period', 0);
    if (period > 0) return { period, harmonics: numberParam(params, 'harmonics', 1) };
    throw paramError('cyclic', `the number column ${name} needs a period.`, 'Give period, e.g. period: 24.');
  },
  compile(state, { name }) {
    const period = stateNumber(state, 'period');
    if (period <= 0) throw damagedState('a cycle has no period');
    return encoder(name, period, stateInteger(state, 'harmonics', 1, mostHarmonics));
  },
};
