import type { Table } from '../data/columns.ts';
import { selectColumns, takingRows } from '../data/columns.ts';
import { comparing } from '../evaluation/compare.ts';
import type { Comparison } from '../evaluation/evaluation.ts';
import { featureRows } from '../features/encode.ts';
import type { FittedFeatures } from '../features/spec.ts';
import type { Predictor } from '../inference/predictor.ts';
import { targetOf } from '../modeling/labels.ts';
import type { Scorer, Task } from '../modeling/model.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { turnRows } from '../modeling/turns.ts';
import type { Context } from '../project/context.ts';
import { inPieces } from '../project/interruption.ts';
import { createRandom } from '../random.ts';

/** A model that was just fitted, ready to be compared. */
export interface Contender {
  readonly task: Task;
  readonly metric: string;
  readonly threshold: number | null;
  readonly fitted: FittedFeatures;
  readonly scorer: Scorer;
}

/** Scores in the order of `task`'s classes, whatever order the model has; a class it does not know gets 0. */
function aligned(scores: Float64Array, from: Task, to: Task): Float64Array {
  if (from.kind === 'regression' || to.kind === 'regression') return scores;
  const source: readonly string[] = from.classes;
  const places = to.classes.map((name) => source.indexOf(name));
  const rows = scores.length / source.length;
  const out = new Float64Array(rows * places.length);
  for (let row = 0; row < rows; row += 1)
    places.forEach((place, index) => {
      out[row * places.length + index] = place === -1 ? 0 : scores[row * source.length + place]!;
    });
  return out;
}

/** The model that serves against a new one, on the same labelled rows of a table. `name` seeds the bootstrap. */
export async function compareOn(
  watched: Pick<Context, 'progress' | 'signal'>,
  pipeline: Pick<Pipeline, 'label' | 'model' | 'evaluation'>,
  champion: Predictor,
  contender: Contender,
  rows: { readonly table: Table; readonly positions: Int32Array },
  name: string,
): Promise<Comparison> {
  const told = { label: 'compare', total: 0 };
  const judging = { label: 'compare', total: rows.positions.length, every: turnRows };
  const taking = takingRows(rows.table, rows.positions);
  const table = await inPieces(watched, { ...told, detail: `cells of ${name} rows taken` }, taking);
  const target = targetOf(contender.task, table.columns.get(pipeline.label.column)!);
  const before = await inPieces(
    watched,
    { ...judging, detail: `${name} rows answered by the champion` },
    champion.scoring(selectColumns(table, champion.inputs)),
  );
  const after = await inPieces(
    watched,
    { ...judging, detail: `${name} rows answered by the challenger` },
    contender.scorer.predict(featureRows(contender.fitted, table, 0)),
  );
  const { threshold } = champion.manifest;
  const work = comparing(
    contender.metric,
    { scores: aligned(before, champion.manifest.task, contender.task), target },
    { scores: after, target },
    contender.task,
    createRandom(`comparison/${pipeline.model.seed}/${name}`),
    {
      replicates: pipeline.evaluation.bootstrap,
      ...(threshold === undefined ? {} : { championThreshold: threshold }),
      ...(contender.threshold === null ? {} : { challengerThreshold: contender.threshold }),
    },
  );
  return inPieces(watched, { ...told, detail: `${name} rows compared` }, work);
}
