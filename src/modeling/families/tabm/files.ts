import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { canonicalJson } from '../../../digest.ts';
import { oneOf } from '../../../shape.ts';
import type { ModelFiles, Task } from '../../model.ts';
import { outputUnits } from '../../outputs.ts';
import { links, ownFiles } from '../ownFiles.ts';
import { arraysOf, withArrays } from './sharing.ts';
import type { SharedNets } from './sharing.ts';

const headFile = 'tabm.json';
const weightsFile = 'tabm.bin';
/** More is not written, and would not fit into memory. */
const mostNumbers = 2 ** 28;

const size = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const headShape = Type.Object(
  {
    version: Type.Literal(1),
    /** What turns sums into answers: says that it answers this task and no other. */
    link: oneOf(['sigmoid', 'softmax', 'identity']),
    members: Type.Integer({ minimum: 1, maximum: 128 }),
    /** Cells of a row, then the units of each hidden layer. */
    widths: Type.Array(size, { minItems: 1, maxItems: 17 }),
    scale: Type.Number({ minimum: -1e30, maximum: 1e30 }),
    shift: Type.Array(Type.Number({ minimum: -1e30, maximum: 1e30 }), { minItems: 1 }),
  },
  { additionalProperties: false },
);

const { damaged, bytes: fileOf, json } = ownFiles('tabm');

/**
 * `tabm.json` has the sizes and the calibration, `tabm.bin` the numbers layer by layer, float32 little-endian: of a hidden
 * layer the weights of all members (input by input), then of each member its left and right adapters and its bias; last the
 * weights and the biases of the members' own last layers.
 */
export function writeShared(task: Task, nets: SharedNets): ModelFiles {
  const { members, hidden, last, scale, shift } = nets;
  const widths = [...hidden.map(({ inputs }) => inputs), last.inputs];
  const head = { version: 1, link: links[task.kind], members, widths, scale, shift: [...shift] };
  const arrays = arraysOf(nets);
  const bytes = new Uint8Array(4 * arrays.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const values of arrays) for (const value of values) view.setFloat32(4 * at++, value, true);
  return new Map([
    [weightsFile, bytes],
    [headFile, new TextEncoder().encode(`${canonicalJson(head)}\n`)],
  ]);
}

/** Numbers of each kind of array, without making them. */
function countNumbers(widths: readonly number[], members: number, units: number): number {
  const hidden = widths.slice(1).map((outputs, at) => {
    const inputs = widths[at]!;
    return inputs * outputs + members * (inputs + 2 * outputs);
  });
  return hidden.reduce((sum, own) => sum + own, members * units * (widths.at(-1)! + 1));
}

/** Nets of these sizes with nothing in them. */
function emptyNets(widths: readonly number[], members: number, units: number): SharedNets {
  const inputs = widths.at(-1)!;
  return {
    members,
    hidden: widths.slice(1).map((outputs, at) => ({
      inputs: widths[at]!,
      outputs,
      weights: new Float32Array(widths[at]! * outputs),
      left: new Float32Array(members * widths[at]!),
      right: new Float32Array(members * outputs),
      bias: new Float32Array(members * outputs),
    })),
    last: {
      inputs,
      outputs: units,
      weights: new Float32Array(members * inputs * units),
      bias: new Float32Array(members * units),
    },
    scale: 1,
    shift: new Float64Array(units),
  };
}

/** The inverse of `writeShared`. Throws a damaged error for anything else. */
export function readShared(files: ModelFiles, task: Task): SharedNets {
  const head = json(files, headFile);
  if (!Value.Check(headShape, head)) {
    const [first] = Value.Errors(headShape, head);
    throw damaged(`${headFile}: ${first?.path ?? ''} ${first?.message ?? 'is of another form'}`);
  }
  const { widths, members, scale, shift } = head;
  if (head.link !== links[task.kind])
    throw damaged(`its link is ${head.link}, expected ${links[task.kind]} (${task.kind})`);
  const units = outputUnits(task);
  if (shift.length !== units)
    throw damaged(`it answers ${shift.length} sums, expected ${units} (${task.kind})`);
  const bytes = fileOf(files, weightsFile);
  const count = countNumbers(widths, members, units);
  if (count > mostNumbers || bytes.length !== 4 * count)
    throw damaged(`${weightsFile} has ${bytes.length} bytes, expected ${4 * count}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const nets = withArrays(emptyNets(widths, members, units), ({ length }) => {
    const values = Float32Array.from({ length }, () => view.getFloat32(4 * at++, true));
    if (!values.every(Number.isFinite)) throw damaged(`${weightsFile} holds a number that is not finite`);
    return values;
  });
  return { ...nets, scale, shift: Float64Array.from(shift) };
}
