import type { FeatureRows } from '../../../features/encode.ts';
import type { ColumnSources } from '../../../features/sources.ts';
import type { DenseCells, SingleOnes, SparseBlock, SparseRows } from '../../../features/sparseRows.ts';
import type { Work } from '../../../work.ts';
import type { Scorer, Task } from '../../model.ts';
import type { Explainer } from '../../explanation.ts';
import { scoreWidth, scoresOf } from '../../outputs.ts';
import { linearBackend } from './backend.ts';
import { boundedCell, chunksOf } from './compressedRows.ts';

/** Weights of the cells of a sparse row: `sums_u = intercept_u + Σ cell · weight_u`. */
export interface LinearModel {
  readonly width: number;
  readonly units: number;
  /** `width × units`, the units of a cell side by side. */
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
  /** Mean of each cell over the training rows: what an explanation starts from. */
  readonly means: Float64Array;
}

/** One sum a row: it stays in a register. */
function addToOne(
  { weights, intercepts }: LinearModel,
  { rows, starts, indices, values }: SparseBlock,
  sums: Float64Array,
): void {
  for (let row = 0, at = 0; row < rows; row += 1) {
    let sum = intercepts[0]!;
    for (const end = starts[row + 1]!; at < end; at += 1)
      sum += boundedCell(values[at]!) * weights[indices[at]!]!;
    sums[row] = sum;
  }
}

function addBlock(
  { units, weights, intercepts }: LinearModel,
  { rows, starts, indices, values }: SparseBlock,
  sums: Float64Array,
): void {
  for (let row = 0, at = 0; row < rows; row += 1) {
    const end = starts[row + 1]!;
    const into = row * units;
    for (let unit = 0; unit < units; unit += 1) sums[into + unit] = intercepts[unit]!;
    for (; at < end; at += 1) {
      const cell = boundedCell(values[at]!);
      const from = indices[at]! * units;
      for (let unit = 0; unit < units; unit += 1) sums[into + unit]! += cell * weights[from + unit]!;
    }
  }
}

/** Adds the cells of a part to a sum each row: as those of a block are added, for a zero changes no sum but −0. */
function addPart(
  weights: Float64Array,
  { row: first, rows, first: place, width, cells }: DenseCells,
  sums: Float64Array,
): void {
  for (let row = 0, at = 0; row < rows; row += 1) {
    let sum = sums[first + row]!;
    for (let cell = place; cell < place + width; cell += 1, at += 1)
      sum += boundedCell(cells[at]!) * weights[cell]!;
    sums[first + row] = sum;
  }
}

/** Adds the weight of each row's 1. */
function addOnes(
  weights: Float64Array,
  { row: first, rows, first: place, places }: SingleOnes,
  sums: Float64Array,
): void {
  for (let row = 0; row < rows; row += 1) {
    const own = places[row]!;
    if (own >= 0) sums[first + row]! += weights[place + own]!;
  }
}

/** A zero times each weight is a zero, and leaves every sum as it is: none of them is −0, for no sum becomes that. */
const zerosAddNothing = ({ units, weights, intercepts }: LinearModel): boolean =>
  units === 1 && !Object.is(intercepts[0], -0) && weights.every(Number.isFinite);

/** The same sums as of `linearSums`, of rows that are read once: nothing is made of them that could be kept. */
function* sumsOnce(model: LinearModel, sparse: SparseRows): Work<Float64Array> {
  const { rows, width, parts } = sparse;
  if (parts === undefined || width !== model.width || !zerosAddNothing(model))
    return yield* linearSums(model, { sparse });
  const sums = new Float64Array(rows).fill(model.intercepts[0]!);
  for (const { from, to } of chunksOf(rows, width)) {
    const own = sums.subarray(from, to);
    parts(from, to, (part) => {
      if (part.kind === 'ones') addOnes(model.weights, part, own);
      else addPart(model.weights, part, own);
    });
    yield to - from;
  }
  return sums;
}

/** Raw sums of one row: added up in the order of the cells, zeros left out, as those of a block are. */
function sumsOfOne({ width, units, weights, intercepts }: LinearModel, cells: Float32Array): Float64Array {
  const sums = intercepts.slice();
  for (let place = 0; place < width; place += 1) {
    if (cells[place] === 0) continue;
    const cell = boundedCell(cells[place]!);
    for (let unit = 0; unit < units; unit += 1) sums[unit]! += cell * weights[place * units + unit]!;
  }
  return sums;
}

/** Raw sums, `rows × units`. A row's do not depend on the others. */
export function* linearSums(model: LinearModel, { sparse }: Pick<FeatureRows, 'sparse'>): Work<Float64Array> {
  const { rows, width } = sparse;
  if (width !== model.width) throw new RangeError(`${width} features for ${model.width} weights`);
  const sums = new Float64Array(rows * model.units);
  for (const { from, to } of chunksOf(rows, width)) {
    const add = model.units === 1 ? addToOne : addBlock;
    add(model, sparse.range(from, to), sums.subarray(from * model.units, to * model.units));
    yield to - from;
  }
  return sums;
}

/** The model with its sums replaced by `slope · sum + shift`. */
export function rescaled(model: LinearModel, slope: number, shift: Float64Array): LinearModel {
  return {
    ...model,
    weights: model.weights.map((weight) => slope * weight),
    intercepts: model.intercepts.map((intercept, unit) => slope * intercept + shift[unit]!),
  };
}

/** A scorer over a linear model. It needs no TensorFlow.js. */
export function linearScorer(task: Task, model: LinearModel): Scorer {
  return {
    input: 'sparse',
    outputs: scoreWidth(task),
    backend: linearBackend,
    *predict(rows) {
      return scoresOf(task, yield* sumsOnce(model, rows.sparse));
    },
    one: (cells) => (cells.length === model.width ? scoresOf(task, sumsOfOne(model, cells)) : null),
    explain: (sources) => linearExplainer(model, sources),
    dispose: () => undefined,
  };
}

/** Exact Shapley values: a cell adds its weight times how far it lies from its mean. By column of the table. */
function linearExplainer(
  { width, units, weights, intercepts, means }: LinearModel,
  { columns, ofSparse }: ColumnSources,
): Explainer {
  const slots = columns.length;
  const base = intercepts.slice();
  // What each column adds where all of its cells are zero.
  const zeros = new Float64Array(units * slots);
  for (let place = 0; place < width; place += 1)
    for (let unit = 0; unit < units; unit += 1) {
      const mean = weights[place * units + unit]! * means[place]!;
      base[unit]! += mean;
      zeros[unit * slots + ofSparse[place]!]! -= mean;
    }
  return {
    samples: null,
    stepsPerRow: (width + slots) * units,
    *contributions({ sparse }) {
      const values = new Float64Array(sparse.rows * units * slots);
      for (const { from, to } of chunksOf(sparse.rows, width)) {
        const { starts, indices, values: cells } = sparse.range(from, to);
        for (let row = from; row < to; row += 1) {
          const into = values.subarray(row * units * slots, (row + 1) * units * slots);
          into.set(zeros);
          for (let at = starts[row - from]!; at < starts[row - from + 1]!; at += 1) {
            const place = indices[at]!;
            const cell = boundedCell(cells[at]!);
            for (let unit = 0; unit < units; unit += 1)
              into[unit * slots + ofSparse[place]!]! += cell * weights[place * units + unit]!;
          }
        }
        yield to - from;
      }
      return { units, base, values };
    },
  };
}
