import { dataError } from '../../../../errors.ts';
import type { ForeignInput } from '../foreign.ts';
import type { Feed, FeedShape } from './engine.ts';
import { widthWanted } from './graph.ts';
import type { CheckedGraph } from './graph.ts';
import { exportHints, onnxRefused } from './refused.ts';
import type { OnnxValue } from './value.ts';
import { unknownWord } from './words.ts';

const mostInputs = 100_000;

/** How the cells of one row become what a model is fed. */
export interface RowLayout {
  readonly inputs: readonly ForeignInput[];
  readonly shapes: readonly FeedShape[];
  readonly values: readonly { readonly value: OnnxValue; readonly dims: readonly number[] }[];
  /** The feeds of the row whose cells begin at `from`. */
  readonly feeds: (cells: Float64Array, from: number) => readonly Feed[];
}

/** The dimensions that one row of this input has. */
function rowDims(graph: CheckedGraph, value: OnnxValue, only: boolean): readonly number[] {
  const { name, tensor } = value;
  const told = `its input ${JSON.stringify(name)}`;
  if (tensor === null) throw onnxRefused(`${told} is no tensor`);
  const dims = tensor.dims ?? [null, null];
  const [batch = null, width = null] = dims;
  if (batch !== null && batch !== 1 && batch > 0)
    throw onnxRefused(
      `${told} takes ${batch} rows at a time`,
      'Export it with a first dimension that is left open (PyTorch: dynamic_shapes or dynamic_axes).',
    );
  if (dims.length === 1) return [1];
  if (dims.length !== 2)
    throw onnxRefused(`${told} has ${dims.length} dimensions, expected rows and columns`, exportHints.again);
  const columns = width !== null && width > 0 ? width : (widthWanted(graph, name) ?? (only ? null : 1));
  if (columns === null)
    throw onnxRefused(
      `${told} does not say how many columns it takes`,
      'Export it with its second dimension said (skl2onnx: FloatTensorType([None, 7])).',
    );
  if (columns > mostInputs)
    throw onnxRefused(`${told} takes ${columns} columns, expected up to ${mostInputs}`);
  return [1, columns];
}

const wholeTypes = new Set(['int64', 'int32', 'int8', 'uint8', 'bool']);

/** Whole numbers that the type can hold, or none is fed. */
function requireWhole(values: ArrayLike<number>, { name, type }: FeedShape): void {
  const bound = { int64: Number.MAX_SAFE_INTEGER, int32: 2 ** 31 - 1, int8: 127, uint8: 255, bool: 1 }[
    type as 'int64'
  ];
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]!;
    if (Number.isInteger(value) && Math.abs(value) <= bound && (type !== 'uint8' || value >= 0)) continue;
    throw dataError({
      code: 'model-cannot-take',
      message: `The model’s input ${JSON.stringify(name)} takes whole numbers (${type}), and a row has ${Number.isNaN(value) ? 'none' : value}.`,
      hint: 'Export the model with float inputs, or give it a column that is always a whole number.',
    });
  }
}

/** The inputs of a model, cell by cell, in the order of the file. */
export function rowLayout(graph: CheckedGraph, words: readonly string[]): RowLayout {
  const values = graph.inputs.map((value) => ({
    value,
    dims: rowDims(graph, value, graph.inputs.length === 1),
  }));
  const shapes = values.map(({ value, dims }): FeedShape => ({
    name: value.name,
    type: value.tensor!.type,
    dims,
  }));
  const unknown = unknownWord(words);
  const lone = shapes.length === 1;
  const inputs = shapes.flatMap(({ name, type, dims }) => {
    const width = dims[1] ?? 1;
    const text = type === 'string' ? { words, text: true as const } : {};
    const whole = wholeTypes.has(type) ? { whole: true as const } : {};
    return Array.from({ length: width }, (_, at): ForeignInput => ({
      name: width === 1 && !lone ? name : lone && width > 1 ? `f${at}` : width === 1 ? name : `${name}${at}`,
      ...text,
      ...whole,
    }));
  });
  const word = (cell: number): string => (Number.isNaN(cell) ? '' : (words[cell] ?? unknown));
  return {
    inputs,
    shapes,
    values,
    feeds: (cells, from) => {
      let at = from;
      return shapes.map((shape): Feed => {
        const numbers = cells.subarray(at, (at += shape.dims[1] ?? 1));
        if (shape.type === 'string') return { type: 'string', words: Array.from(numbers, word) };
        if (wholeTypes.has(shape.type)) requireWhole(numbers, shape);
        return { type: shape.type, numbers };
      });
    },
  };
}
