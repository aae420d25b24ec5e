import { usageError } from '../../../errors.ts';
import type { FeatureRows } from '../../../features/encode.ts';
import type { ColumnSources } from '../../../features/sources.ts';
import type { Work } from '../../../work.ts';
import type { Explainer } from '../../explanation.ts';
import type { Scorer, Task } from '../../model.ts';
import { backgroundRows, withoutBackground } from '../../networks/background.ts';
import { sampledExplainer } from '../../networks/sampledExplainer.ts';
import type { Sums } from '../../networks/sampledExplainer.ts';
import { outputUnits, scoreWidth } from '../../outputs.ts';
import { createRandom } from '../../../random.ts';
import { addContributions, explainForest } from '../../trees/contributions.ts';
import { writeCells } from '../gbdt/features.ts';
import { calibratedScores, marginsOf, taskScores } from './answers.ts';
import type { BoundForeign } from './files.ts';
import type { ExplainedTrees } from './foreign.ts';

/** Rows whose cells are laid out at a time. */
const blockRows = 1024;
const explainedRows = 64;

/** The cells of rows as the model takes them: numbers and codes, NaN = missing. */
function cellsOf(
  { binding: { inputs } }: BoundForeign,
  rows: FeatureRows,
  from: number,
  to: number,
): Float64Array {
  const cells = new Float64Array((to - from) * inputs.length);
  writeCells(inputs, rows.prepared, from, to, cells);
  return cells;
}

/** The model's own answers, before anything is made of them. */
export function* ownAnswers(bound: BoundForeign, rows: FeatureRows): Work<Float64Array> {
  const { model } = bound;
  const answers = new Float64Array(rows.rows * model.outputs);
  for (let from = 0; from < rows.rows; from += blockRows) {
    const to = Math.min(rows.rows, from + blockRows);
    const sums = model.sums(cellsOf(bound, rows, from, to), to - from);
    answers.set(model.answersOf(sums), from * model.outputs);
    yield to - from;
  }
  return answers;
}

/** Scores of the task, before a calibration. */
export function* plainScores(task: Task, bound: BoundForeign, rows: FeatureRows): Work<Float64Array> {
  return taskScores(task, bound.model, bound.binding.classes, yield* ownAnswers(bound, rows));
}

/** Which raw sums of the model the task's are, and whether they speak for the other of two classes. */
function unitsOf(task: Task, { model, binding: { classes } }: BoundForeign): readonly number[] | null {
  if (task.kind === 'regression') return [0];
  if (task.kind === 'multiclass') return task.classes.map((name) => classes.indexOf(name));
  return model.outputs === 1 ? [0] : null;
}

/** Cells of training rows that are dealt by the seed: what sampled contributions start from. */
export function backgroundCells(bound: BoundForeign, rows: FeatureRows, seed: number): Float32Array {
  const width = bound.binding.inputs.length;
  const chosen = createRandom(`${seed}/background`).choose(rows.rows, backgroundRows);
  const cells = new Float32Array(chosen.length * width);
  chosen.forEach((row, at) => cells.set(cellsOf(bound, rows, row, row + 1), at * width));
  return cells;
}

/** Sampled contributions to the log odds (or the number) of a model whose inside is not looked into. */
function sampledForeign(task: Task, bound: BoundForeign, sources: ColumnSources): Explainer {
  const { binding, model, background } = bound;
  const width = binding.inputs.length;
  const ofCell = Int32Array.from(binding.inputs, ({ column }) => sources.ofPrepared[column]!);
  const sums: Sums = {
    units: outputUnits(task),
    steps: model.parameters,
    logits: (cells, rows) => {
      const own = model.answersOf(model.sums(Float64Array.from(cells), rows));
      return Float32Array.from(marginsOf(task, taskScores(task, model, binding.classes, own)));
    },
  };
  if (background === null) throw withoutBackground();
  const explainer = sampledExplainer(sums, background, { ...sources, ofCell });
  return {
    ...explainer,
    contributions: (rows) => {
      const range = (from: number, to: number, out: Float32Array): void =>
        out.set(cellsOf(bound, rows, from, to));
      const take = (positions: Int32Array, out: Float32Array): void =>
        positions.forEach((row, at) => out.set(cellsOf(bound, rows, row, row + 1), at * width));
      const names = binding.inputs.map(({ name }) => name);
      return explainer.contributions({ ...rows, blocks: { rows: rows.rows, names, range, take } });
    },
  };
}

/** Exact Shapley values of the trees' raw sums, by column of the table. */
function treesExplainer(
  task: Task,
  bound: BoundForeign,
  own: ExplainedTrees,
  { columns, ofPrepared }: ColumnSources,
): Explainer {
  const { binding, model } = bound;
  const { trees, base, cellsOf: treeCells } = own;
  const explained = explainForest(trees, model.outputs);
  const units = unitsOf(task, bound);
  if (explained === null || units === null)
    throw usageError({
      code: 'trees-without-counts',
      message:
        explained === null
          ? 'The trees of this model do not say how many training rows came to each split and leaf, so its answers cannot be explained.'
          : 'The model has a sum for each of two classes, so its answers have no one sum to be explained.',
      hint: 'Predict without `--explain`.',
    });
  // Of two classes the model's sum is of its second; the task's is of the positive one.
  const sign = task.kind === 'binary' && binding.classes[1] !== task.positive ? -1 : 1;
  const place = Int32Array.from(binding.inputs, ({ column }) => ofPrepared[column]!);
  const slots = columns.length;
  const inOrder = (values: Float64Array, width: number): Float64Array => {
    const ordered = new Float64Array(values.length);
    const row = width * units.length;
    for (let at = 0; at < values.length; at += 1) {
      const within = at % row;
      const from = at - within + units[Math.floor(within / width)]! * width + (within % width);
      // −0 is 0.
      ordered[at] = sign * values[from]! + 0;
    }
    return ordered;
  };
  const logs = task.kind === 'regression' && /objective \S*(poisson|gamma|tweedie)/.test(model.told);
  return {
    ...(logs ? { scale: 'log of the label' as const } : {}),
    gain: gainOf(trees, place, slots),
    samples: null,
    stepsPerRow: explained.stepsPerRow,
    *contributions(rows) {
      const values = new Float64Array(rows.rows * model.outputs * slots);
      for (let from = 0; from < rows.rows; from += explainedRows) {
        const to = Math.min(rows.rows, from + explainedRows);
        const cells = treeCells(cellsOf(bound, rows, from, to));
        const block = values.subarray(from * model.outputs * slots, to * model.outputs * slots);
        addContributions(explained, cells, binding.inputs.length, place, slots, block);
        yield to - from;
      }
      const own = explained.base.map((each, unit) => each + base[unit]!);
      return { units: units.length, base: inOrder(own, 1), values: inOrder(values, slots) };
    },
  };
}

/** Share of what all splits gained, by column. */
function gainOf(trees: ExplainedTrees['trees'], place: Int32Array, columns: number): Float64Array {
  const gain = new Float64Array(columns);
  for (const { splitFeature, splitGain } of trees)
    splitFeature.forEach((feature, split) => (gain[place[feature]!]! += splitGain?.[split] ?? 0));
  const all = gain.reduce((sum, each) => sum + each, 0);
  return all > 0 ? gain.map((each) => each / all) : gain;
}

/** A scorer over a model that was made elsewhere: prepared columns in, answers of the task out. */
export function foreignScorer(task: Task, bound: BoundForeign): Scorer {
  const { calibration } = bound.binding;
  return {
    input: 'prepared',
    outputs: scoreWidth(task),
    backend: bound.model.backend,
    *predict(rows): Work<Float64Array> {
      const scores = yield* plainScores(task, bound, rows);
      return calibration === null ? scores : calibratedScores(task, scores, calibration);
    },
    explain: (sources) =>
      bound.model.explained === null
        ? sampledForeign(task, bound, sources)
        : treesExplainer(task, bound, bound.model.explained(), sources),
    dispose: () => bound.model.dispose?.(),
  };
}
