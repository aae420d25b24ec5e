import type { Column } from '../../data/columns.ts';
import { noParams } from '../params.ts';
import type { Transform } from '../transform.ts';

function write(column: Column, out: Float32Array, offset: number, stride: number): void {
  switch (column.kind) {
    case 'number':
    case 'time':
      for (let i = 0, at = offset; i < column.values.length; i += 1, at += stride)
        if (Number.isNaN(column.values[i])) out[at] = 1;
      break;
    case 'category':
      for (let i = 0, at = offset; i < column.codes.length; i += 1, at += stride)
        if (column.codes[i] === -1) out[at] = 1;
      break;
    case 'text':
      for (let i = 0, at = offset; i < column.values.length; i += 1, at += stride)
        if (column.values[i] === null) out[at] = 1;
  }
}

/** 1 where the cell is missing, else 0 (also for unseen and infinite values). */
export const missingIndicator: Transform = {
  name: 'missing_indicator',
  summary: '1 where the cell is missing, else 0; unseen and infinite values are not missing.',
  accepts: ['number', 'time', 'category', 'text'],
  params: noParams,
  examples: [
    { kind: 'number', params: {} },
    { kind: 'time', params: {} },
    { kind: 'category', params: {} },
    { kind: 'text', params: {} },
  ],
  fit: () => ({}),
  compile: (_state, { name }) => ({ role: 'encoder', outputs: [`${name}:missing`], write }),
};
