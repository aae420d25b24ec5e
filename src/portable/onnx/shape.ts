import { Type } from '@sinclair/typebox';
import { count, digest, figure, oneOf, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

/** What `package --onnx` writes, as its result tells it. */
export const onnxShape = Type.Object(
  {
    path: text('Relative to where the command was called.'),
    bytes: count(),
    sha256: digest(),
    inputs: Type.Array(
      Type.Object({
        name: text(),
        type: oneOf(['double', 'string'], 'Of each, one column of any number of rows.'),
        holds: oneOf(
          ['numbers', 'times', 'words'],
          'numbers: NaN is missing; times: ms since 1970 UTC, NaN is missing; words: the empty one is missing.',
        ),
        made: Type.Optional(
          text('Of a column of `features.history`: what whoever asks makes it of, of the rows before.'),
        ),
      }),
    ),
    outputs: Type.Array(Type.Object({ name: text(), type: oneOf(['double', 'string']), columns: count() })),
    tested: Type.Object({
      rows: count(
        'Rows that were answered as the bundle answers them: its golden rows, and some that are made of the schema.',
      ),
      difference: figure('Largest difference of a score, absolute up to 1 and relative beyond.'),
      runtime: text('What answered, e.g. `onnxruntime-web 1.30.0`.'),
    }),
  },
  { title: 'OnnxExport' },
);
export type OnnxResult = Shape<typeof onnxShape>;
