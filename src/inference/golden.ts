import { tableFromRows } from '../data/rows.ts';
import type { RowSchema } from '../data/schema.ts';
import type { FeatureMatrix } from '../features/spec.ts';
import type { Predictor } from './predictor.ts';

/** What golden rows give here and now, one entry a row. */
export interface GoldenReplay {
  readonly features: readonly Float32Array[];
  readonly scores: readonly (readonly number[])[];
}

const rowOf = (matrix: FeatureMatrix, row: number): Float32Array =>
  matrix.dense.slice(row * matrix.names.length, (row + 1) * matrix.names.length);

/**
 * Sends raw golden inputs through the same predictor that answers requests, one row at a time as a request would.
 * The comparison with what was recorded is packaging's.
 *
 * @throws RangeError when an input is refused: a golden row is valid by construction.
 */
export function replayGolden(
  predictor: Predictor,
  schema: RowSchema,
  inputs: readonly Readonly<Record<string, unknown>>[],
): GoldenReplay {
  const names = schema.columns.map((column) => column.name);
  const features: Float32Array[] = [];
  const scores: (readonly number[])[] = [];
  for (const input of inputs) {
    const checked = predictor.predictRows([input], () => '');
    const [answer] = checked.answers;
    if (answer === undefined)
      throw new RangeError(
        `golden row refused: ${checked.issues[0]?.path ?? ''} ${checked.issues[0]?.message ?? ''}`,
      );
    const { table } = tableFromRows(
      [input],
      schema,
      names.filter((name) => Object.hasOwn(input, name)),
    );
    features.push(rowOf(predictor.encodeTable(table), 0));
    scores.push(answer.scores);
  }
  return { features, scores };
}
