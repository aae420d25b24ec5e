import { Type } from '@sinclair/typebox';
import type { Shape } from '../../../shape.ts';

/** Section `model.imported` of a pipeline: which model, and what was said of it when it came in. */
export const importedParametersShape = Type.Object(
  {
    digest: Type.String({
      pattern: '^([0-9a-f]{64})?$',
      default: '',
      description: 'What `aieng import` wrote down of the model; "" = none was imported.',
    }),
    classes: Type.Array(Type.String(), {
      default: [],
      description:
        'Classes in the order of the model’s own outputs; [] = as the file names them, else sorted as scikit-learn sorts them.',
    }),
    output: Type.Union(
      [Type.Literal('auto'), Type.Literal('probability'), Type.Literal('logit'), Type.Literal('value')],
      {
        default: 'auto',
        description:
          'What the numbers are that an ONNX model answers; auto = as its last operators tell it (Sigmoid, Softmax, a classifier).',
      },
    ),
    calibrate: Type.Boolean({
      default: false,
      description: 'Recalibrates its probabilities on the validation part.',
    }),
    approve: Type.Boolean({
      default: false,
      description: 'Packages it though nobody knows whether it has seen the rows that judge it.',
    }),
  },
  { description: 'A model that was made elsewhere and came in by `aieng import` (family imported).' },
);

export type ImportedParameters = Shape<typeof importedParametersShape>;
