import { dateParts as parts, isNoTime, partRange, partReader } from '../calendar.ts';
import type { DatePart } from '../calendar.ts';
import { finiteRange } from '../distribution.ts';
import {
  damagedState,
  paramError,
  paramsSchema,
  stateNumbers,
  stateWords,
  wordParam,
  wordsParam,
} from '../params.ts';
import { numbersOf, scalarStep } from '../transform.ts';
import type { EncoderStep, Transform } from '../transform.ts';

/** A part as `(part − low) / span`. */
interface ScaledPart {
  readonly part: DatePart;
  readonly low: number;
  readonly span: number;
}

const isPart = (word: string): word is DatePart => parts.some((part) => part === word);

/** Natural range of a part; of a year, the training part's. */
function unitRange(part: DatePart, values: Float64Array): readonly [number, number] {
  if (part !== 'year') return partRange[part];
  const { low, high } = finiteRange(values.map(partReader('year')));
  return [low, high];
}

const partFunction = ({ part, low, span }: ScaledPart): ((ms: number) => number) => {
  const read = partReader(part);
  return (ms) => (read(ms) - low) / span;
};

function encoder(name: string, scaled: readonly ScaledPart[]): EncoderStep {
  const functions = scaled.map(partFunction);
  return {
    role: 'encoder',
    outputs: scaled.map(({ part }) => `${name}:${part}`),
    write(column, out, offset, stride) {
      const values = numbersOf(column);
      functions.forEach((part, position) => {
        for (let i = 0, at = offset + position; i < values.length; i += 1, at += stride) {
          const ms = values[i]!;
          if (!isNoTime(ms)) out[at] = part(ms);
        }
      });
    },
  };
}

/** Year, month, weekday … of a time, in UTC. */
export const dateParts: Transform = {
  name: 'date_parts',
  summary:
    'Parts of a time in UTC (month 1–12, weekday 1 = Monday, day_of_year 1–366). One part is a number that later steps may use; several end the chain. Missing, infinite and impossible times: 0 (one part: missing).',
  accepts: ['time'],
  params: paramsSchema({
    parts: {
      type: 'array',
      items: { type: 'string', enum: parts, description: 'A part.' },
      minItems: 1,
      maxItems: parts.length,
      default: ['year', 'month', 'day', 'weekday', 'hour'],
      description: 'Which parts.',
    },
    scale: {
      type: 'string',
      enum: ['none', 'unit'],
      default: 'none',
      description: 'unit: each part over its natural range, 0 to 1 (a year over the training years).',
    },
  }),
  examples: [
    { kind: 'time', params: {} },
    { kind: 'time', params: { parts: ['hour'] } },
    { kind: 'time', params: { parts: [...parts], scale: 'unit' } },
  ],
  fit(column, params) {
    const chosen = (wordsParam(params, 'parts') ?? ['year', 'month', 'day', 'weekday', 'hour']).filter(
      isPart,
    );
    if (new Set(chosen).size < chosen.length)
      throw paramError('date_parts', 'a part stands there twice.', 'Write each part once.');
    const ranges = chosen.map((part) =>
      wordParam(params, 'scale', 'none') === 'none' ? ([0, 1] as const) : unitRange(part, numbersOf(column)),
    );
    return {
      parts: chosen,
      low: ranges.map(([low]) => low),
      span: ranges.map(([low, high]) => (high > low ? high - low : 1)),
    };
  },
  compile(state, { name }) {
    const low = stateNumbers(state, 'low');
    const span = stateNumbers(state, 'span');
    const scaled = stateWords(state, 'parts').map((part, i): ScaledPart => {
      const lowest = low[i];
      const width = span[i];
      if (!isPart(part) || lowest === undefined || width === undefined || width < 1)
        throw damagedState('date parts do not fit their ranges');
      return { part, low: lowest, span: width };
    });
    const [only] = scaled;
    return scaled.length === 1 && only !== undefined ? scalarStep(partFunction(only)) : encoder(name, scaled);
  },
};
