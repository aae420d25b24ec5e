import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { canonicalJson } from '../../../digest.ts';
import { oneOf } from '../../../shape.ts';
import type { ModelFiles, Task } from '../../model.ts';
import { outputUnits } from '../../outputs.ts';
import { links, ownFiles } from '../ownFiles.ts';
import type { LinearModel } from './model.ts';

const headFile = 'linear.json';
const weightsFile = 'linear.bin';
/** No weight of a fit comes near it, and its products with bounded cells stay finite. */
const largestWeight = 1e200;

const headShape = Type.Object(
  {
    version: Type.Literal(1),
    /** What turns sums into answers: says that it answers this task and no other. */
    link: oneOf(['sigmoid', 'softmax', 'identity']),
    /** Cells of a row: dense ones in the order of `features.json`, then those of sparse columns. */
    width: Type.Integer({ minimum: 0 }),
    intercepts: Type.Array(Type.Number({ minimum: -largestWeight, maximum: largestWeight }), { minItems: 1 }),
  },
  { additionalProperties: false },
);

const { damaged, bytes: fileOf, json } = ownFiles('linear');

/** Is it a linear model of its own form? Those of aieng 0.1 are layers models of TensorFlow.js. */
export const isLinear = (files: ModelFiles): boolean => files.has(headFile) || files.has(weightsFile);

/**
 * `linear.json` has width and intercepts, `linear.bin` the weights by cell and unit, then the means of the cells: float64,
 * little-endian.
 */
export function writeLinear(task: Task, { width, weights, intercepts, means }: LinearModel): ModelFiles {
  const head = { version: 1, link: links[task.kind], width, intercepts: [...intercepts] };
  const bytes = new Uint8Array(8 * (weights.length + means.length));
  const view = new DataView(bytes.buffer);
  weights.forEach((weight, at) => view.setFloat64(8 * at, weight, true));
  means.forEach((mean, at) => view.setFloat64(8 * (weights.length + at), mean, true));
  return new Map([
    [weightsFile, bytes],
    [headFile, new TextEncoder().encode(`${canonicalJson(head)}\n`)],
  ]);
}

/** The inverse of `writeLinear`. Throws a damaged error for anything else. */
export function readLinear(files: ModelFiles, task: Task): LinearModel {
  const head = json(files, headFile);
  if (!Value.Check(headShape, head)) {
    const [first] = Value.Errors(headShape, head);
    throw damaged(`${headFile}: ${first?.path ?? ''} ${first?.message ?? 'is of another form'}`);
  }
  const { width, intercepts } = head;
  if (head.link !== links[task.kind])
    throw damaged(`its link is ${head.link}, expected ${links[task.kind]} (${task.kind})`);
  const units = outputUnits(task);
  if (intercepts.length !== units)
    throw damaged(`it has ${intercepts.length} intercepts, expected ${units} (${task.kind})`);
  const bytes = fileOf(files, weightsFile);
  const numbers = width * (units + 1);
  if (bytes.length !== 8 * numbers)
    throw damaged(`${weightsFile} has ${bytes.length} bytes, expected ${8 * numbers}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Float64Array.from({ length: numbers }, (_, at) => view.getFloat64(8 * at, true));
  if (!values.every((value) => Math.abs(value) <= largestWeight))
    throw damaged(`${weightsFile} holds a weight or a mean that is no number`);
  return {
    width,
    units,
    weights: values.slice(0, width * units),
    intercepts: Float64Array.from(intercepts),
    means: values.slice(width * units),
  };
}
