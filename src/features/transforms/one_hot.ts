import { damagedState, flagParam, paramsSchema, stateFlag } from '../params.ts';
import type { Params } from '../spec.ts';
import { codesOf } from '../transform.ts';
import type { EncoderStep, StepInput, StepTransform } from '../transform.ts';
import { keptCategories } from './categories.ts';

const namesOf =
  ({ name, labels }: StepInput) =>
  (): readonly string[] =>
    (labels?.() ?? []).map((label) => `${name}${label}`);

const oneColumnEach = (input: StepInput, size: number): EncoderStep => ({
  role: 'encoder',
  width: size,
  outputs: namesOf(input),
  write(column, out, offset, stride) {
    const codes = codesOf(column);
    for (let i = 0, at = offset; i < codes.length; i += 1, at += stride) {
      const code = codes[i]!;
      if (code >= 0) out[at + code] = 1;
    }
  },
  places: codesOf,
});

const oneSignedColumn = (input: StepInput): EncoderStep => ({
  role: 'encoder',
  width: 1,
  outputs: () => namesOf(input)().slice(1, 2),
  write(column, out, offset, stride) {
    const codes = codesOf(column);
    for (let i = 0, at = offset; i < codes.length; i += 1, at += stride) {
      const code = codes[i]!;
      if (code >= 0) out[at] = 2 * code - 1;
    }
  },
});

function without(params: Params, left: string): Params {
  return Object.fromEntries(Object.entries(params).filter(([key]) => key !== left));
}

/** One column for each code: of words, for each category of the training part, in order of code units. */
export const oneHot: StepTransform = {
  name: 'one_hot',
  summary:
    'One 0/1 column a category of the training part (or a code). Missing: all zero. Unseen: all zero, or `other` where rare categories were put together there.',
  accepts: ['category', 'text', 'codes'],
  params: paramsSchema({
    ...keptCategories,
    signed_binary: {
      type: 'boolean',
      default: false,
      description: 'Exactly two categories: one column, −1 or +1 (0 for missing and unseen).',
    },
  }),
  examples: [
    { kind: 'category', params: {} },
    { kind: 'category', params: { min_count: 2 } },
    { kind: 'category', params: { max_categories: 2 } },
    { kind: 'category', params: { signed_binary: true } },
    { kind: 'text', params: { max_categories: 10 } },
  ],
  expand: (params, { kind }) =>
    kind === 'codes'
      ? null
      : [
          [
            { transform: 'categories', params: without(params, 'signed_binary') },
            {
              transform: 'one_hot',
              params: { signed_binary: flagParam(params, 'signed_binary', false) },
            },
          ],
        ],
  fit(_column, params, { size, labels }) {
    const other = labels?.().at(-1) === ':other';
    return { signed: flagParam(params, 'signed_binary', false) && size === 2 && !other };
  },
  compile(state, input) {
    const { size } = input;
    if (size === undefined) throw damagedState(`one_hot of ${input.name} needs codes`);
    if (!stateFlag(state, 'signed')) return oneColumnEach(input, size);
    if (size !== 2) throw damagedState(`one signed column of ${input.name} needs two codes`);
    return oneSignedColumn(input);
  },
};
