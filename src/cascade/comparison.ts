import type { Table } from '../data/columns.ts';
import { selectColumns } from '../data/columns.ts';
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
import { inPieces, takeInPieces } from '../project/interruption.ts';
import { createRandom } from '../random.ts';
import type { Work } from '../work.ts';

/** A model that is compared: one that was just fitted, or one out of a bundle. */
export interface Answering {
  readonly task: Task;
  /** Binary: its own decision threshold. */
  readonly threshold: number | null;
  /** Scores of a table's rows, in the order of the task's classes. */
  readonly answer: (table: Table) => Work<Float64Array>;
}

/** A model that was just fitted, ready to be compared. */
export const answeringFitted = (fit: {
  readonly task: Task;
  readonly threshold: number | null;
  readonly fitted: FittedFeatures;
  readonly scorer: Scorer;
}): Answering => ({
  task: fit.task,
  threshold: fit.threshold,
  answer: (table) => fit.scorer.predict(featureRows(fit.fitted, table, 0)),
});

/** A bundle's model. */
export const answeringBundle = (predictor: Predictor): Answering => ({
  task: predictor.manifest.task,
  threshold: predictor.manifest.threshold ?? null,
  answer: (table) => predictor.scoring(selectColumns(table, predictor.inputs)),
});

/** What two models are compared by. */
interface Judged {
  /** Its classes, in whose order answers are read. */
  readonly task: Task;
  readonly metric: string;
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

/** The model that serves against another one, on the same labelled rows of a table. `name` seeds the bootstrap. */
export async function compareOn(
  watched: Pick<Context, 'progress' | 'signal'>,
  pipeline: Pick<Pipeline, 'label' | 'model' | 'evaluation'>,
  { task, metric }: Judged,
  [champion, contender]: readonly [Answering, Answering],
  rows: {
    readonly table: Table;
    readonly positions: Int32Array;
    /** What the champion is handed in its place: its own history of the same rows. */
    readonly championTable?: Table;
  },
  name: string,
): Promise<Comparison> {
  const told = { label: 'compare', total: 0 };
  const judging = { label: 'compare', total: rows.positions.length, every: turnRows };
  const taken = (from: Table): Promise<Table> =>
    takeInPieces(watched, { label: 'compare', detail: `cells of ${name} rows taken` }, from, rows.positions);
  const table = await taken(rows.table);
  const { championTable = rows.table } = rows;
  const own = championTable === rows.table ? table : await taken(championTable);
  const target = targetOf(task, table.columns.get(pipeline.label.column)!);
  const answers = async (model: Answering, asked: Table, who: string): Promise<Float64Array> => {
    const detail = `${name} rows answered by the ${who}`;
    return aligned(await inPieces(watched, { ...judging, detail }, model.answer(asked)), model.task, task);
  };
  const before = await answers(champion, own, 'champion');
  const after = await answers(contender, table, 'challenger');
  const work = comparing(
    metric,
    { scores: before, target },
    { scores: after, target },
    task,
    createRandom(`comparison/${pipeline.model.seed}/${name}`),
    {
      replicates: pipeline.evaluation.bootstrap,
      ...(champion.threshold === null ? {} : { championThreshold: champion.threshold }),
      ...(contender.threshold === null ? {} : { challengerThreshold: contender.threshold }),
    },
  );
  return inPieces(watched, { ...told, detail: `${name} rows compared` }, work);
}
