import { noParams } from '../params.ts';
import { missing } from '../prepared.ts';
import type { PreparedColumn } from '../prepared.ts';
import { codesOf, numbersOf } from '../transform.ts';
import type { StepTransform } from '../transform.ts';

function write(column: PreparedColumn, out: Float32Array, offset: number, stride: number): void {
  if (column.kind === 'codes') {
    const codes = codesOf(column);
    for (let i = 0, at = offset; i < codes.length; i += 1, at += stride)
      if (codes[i] === missing) out[at] = 1;
    return;
  }
  const values = numbersOf(column);
  for (let i = 0, at = offset; i < values.length; i += 1, at += stride)
    if (Number.isNaN(values[i])) out[at] = 1;
}

/** 1 where the cell is missing, else 0 (also for unseen and infinite values). */
export const missingIndicator: StepTransform = {
  name: 'missing_indicator',
  summary: '1 where the cell is missing, else 0; unseen and infinite values are not missing.',
  accepts: ['number', 'time', 'category', 'text', 'codes'],
  params: noParams,
  examples: [
    { kind: 'number', params: {} },
    { kind: 'time', params: {} },
    { kind: 'category', params: {} },
    { kind: 'text', params: {} },
  ],
  // A word that is missing has no length either.
  expand: (_params, { kind }) =>
    kind === 'category' || kind === 'text'
      ? [
          [
            { transform: 'text_length', params: {} },
            { transform: 'missing_indicator', params: {} },
          ],
        ]
      : null,
  fit: () => ({}),
  compile: (_state, { name }) => ({ role: 'encoder', width: 1, outputs: () => [`${name}:missing`], write }),
};
