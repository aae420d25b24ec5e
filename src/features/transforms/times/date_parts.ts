import { fittedRange } from '../../distribution.ts';
import { dateParts as parts, partRange, partReader } from './calendar.ts';
import type { DatePart } from './calendar.ts';
import {
  damagedState,
  paramError,
  paramsSchema,
  stateChoice,
  stateNumber,
  wordParam,
  wordsParam,
} from '../../params.ts';
import { mapNumbers, numbersOf } from '../../transform.ts';
import type { StepTransform } from '../../transform.ts';

const isPart = (word: string): word is DatePart => parts.some((part) => part === word);

const usualParts = ['year', 'month', 'day', 'weekday', 'hour'];

/** Natural range of a part; of a year, the training part's. */
function unitRange(part: DatePart, values: Float64Array): readonly [number, number] {
  if (part !== 'year') return partRange[part];
  const { low, high } = fittedRange(values.map(partReader('year')));
  return [low, high];
}

/** Year, month, weekday … of a time, in UTC. */
export const dateParts: StepTransform = {
  name: 'date_parts',
  summary:
    'Parts of a time in UTC (month 1–12, weekday 1 = Monday, day_of_year 1–366, time_of_day in hours with a fraction). One part is a number that later steps may use; several end the chain. Missing, infinite and impossible times are missing, so 0 at the end of a chain.',
  accepts: ['time'],
  params: paramsSchema({
    parts: {
      type: 'array',
      items: { type: 'string', enum: parts, description: 'A part.' },
      minItems: 1,
      maxItems: parts.length,
      default: usualParts,
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
  expand(params) {
    const chosen = wordsParam(params, 'parts') ?? usualParts;
    if (new Set(chosen).size < chosen.length)
      throw paramError('date_parts', 'a part stands there twice.', 'Write each part once.');
    if (chosen.length === 1) return null;
    return chosen.map((part) => [{ transform: 'date_parts', params: { ...params, parts: [part] } }]);
  },
  fit(column, params) {
    const [part = 'hour'] = (wordsParam(params, 'parts') ?? []).filter(isPart);
    if (wordParam(params, 'scale', 'none') === 'none') return { part, low: 0, span: 1 };
    const [low, high] = unitRange(part, numbersOf(column));
    return { part, low, span: high > low ? high - low : 1 };
  },
  compile(state, { name }) {
    const part = stateChoice(state, 'part', parts);
    const low = stateNumber(state, 'low');
    const span = stateNumber(state, 'span');
    if (span < 1) throw damagedState('date parts do not fit their ranges');
    const read = partReader(part);
    const give = (ms: number): number => (read(ms) - low) / span;
    return {
      role: 'column',
      gives: 'number',
      name: `${name}:${part === 'time_of_day' ? 'hour' : part}`,
      map: (column) => ({
        kind: 'number',
        values: mapNumbers(column, give),
      }),
      cell: (cell) => (typeof cell === 'number' ? give(cell) : NaN),
    };
  },
};
