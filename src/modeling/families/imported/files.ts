import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { canonicalJson } from '../../../digest.ts';
import { oneOf } from '../../../shape.ts';
import type { Shape } from '../../../shape.ts';
import type { ModelFiles, Task } from '../../model.ts';
import { readBackground, writeBackground } from '../../networks/background.ts';
import { links, ownFiles } from '../ownFiles.ts';
import { foreignFormats } from '../../foreignFormats.ts';
import type { ForeignModel } from './foreign.ts';
import { readForeign, readForeignTrees } from './read.ts';

const bindingFile = 'imported.json';
/** The model's own files lie below it, as they came. */
const folder = 'given/';
const closed = { additionalProperties: false };

/** How a model that was made elsewhere is bound to the features and the task of a bundle. */
const bindingShape = Type.Object(
  {
    version: Type.Literal(1),
    format: oneOf(foreignFormats),
    /** Its files below `given/`, the model itself first. */
    files: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
    /** By input of the model the prepared column that it takes. */
    inputs: Type.Array(
      Type.Object(
        { name: Type.String(), column: Type.Integer({ minimum: 0 }), kind: oneOf(['number', 'codes']) },
        closed,
      ),
    ),
    /** What its answer is, where a person said it. */
    output: Type.Optional(oneOf(['probability', 'logit', 'value'])),
    link: oneOf(['sigmoid', 'softmax', 'identity']),
    /** The classes of the task in the order of the model's outputs; none of a number. */
    classes: Type.Array(Type.String()),
    /** Recalibration of its log odds, by output, where it was asked for. */
    calibration: Type.Union([
      Type.Null(),
      Type.Object({ slope: Type.Number(), shift: Type.Array(Type.Number(), { minItems: 1 }) }, closed),
    ]),
  },
  closed,
);
export type ForeignBinding = Shape<typeof bindingShape>;

/** The family's whole model. */
export interface BoundForeign {
  readonly binding: ForeignBinding;
  readonly model: ForeignModel;
  /** Cells of a few training rows, which sampled contributions start from; null: none are kept. */
  readonly background: Float32Array | null;
}

const { damaged, bytes, json } = ownFiles('imported');

/** The files of a model as it was given, and `imported.json` beside them. */
export function writeForeign(
  binding: ForeignBinding,
  given: ModelFiles,
  background: Float32Array | null = null,
): ModelFiles {
  const encoder = new TextEncoder();
  return new Map([
    [bindingFile, encoder.encode(`${canonicalJson(binding)}\n`)],
    ...[...given].map(([path, content]) => [`${folder}${path}`, content] as const),
    ...(background === null ? [] : writeBackground(background)),
  ]);
}

/** How the model is bound, and its own files. */
function readBinding(
  files: ModelFiles,
  task: Task,
): { readonly binding: ForeignBinding; readonly given: ModelFiles } {
  const binding = json(files, bindingFile);
  if (!Value.Check(bindingShape, binding)) {
    const [first] = Value.Errors(bindingShape, binding);
    throw damaged(`${bindingFile}: ${first?.path ?? ''} ${first?.message ?? 'is of another form'}`);
  }
  if (binding.link !== links[task.kind])
    throw damaged(`its link is ${binding.link}, expected ${links[task.kind]} (${task.kind})`);
  const own = task.kind === 'regression' ? [] : task.classes;
  if (canonicalJson([...binding.classes].sort()) !== canonicalJson([...own].sort()))
    throw damaged(`its classes are ${binding.classes.join(', ')}, expected ${own.join(', ')}`);
  return { binding, given: new Map(binding.files.map((path) => [path, bytes(files, `${folder}${path}`)])) };
}

function boundTo(files: ModelFiles, task: Task, binding: ForeignBinding, model: ForeignModel): BoundForeign {
  if (model.inputs.length !== binding.inputs.length)
    throw damaged(`the model has ${model.inputs.length} inputs, ${bindingFile} ${binding.inputs.length}`);
  const units = binding.calibration?.shift.length;
  if (units !== undefined && units !== (task.kind === 'multiclass' ? task.classes.length : 1))
    throw damaged(`${bindingFile} has ${units} shifts`);
  const background = model.explained === null ? readBackground(files, model.inputs.length) : null;
  return { binding, model, background };
}

/** Is the model one that ONNX Runtime answers? */
export const isOnnx = (files: ModelFiles, task: Task): boolean =>
  readBinding(files, task).binding.format === 'onnx';

/** The inverse of `writeForeign`. Throws a damaged error for anything else. */
export async function readBound(files: ModelFiles, task: Task): Promise<BoundForeign> {
  const { binding, given } = readBinding(files, task);
  return boundTo(files, task, binding, await readForeign(binding.format, given, binding.output));
}

/** The same of trees, at once and without the engine of ONNX models. */
export function readBoundTrees(files: ModelFiles, task: Task): BoundForeign {
  const { binding, given } = readBinding(files, task);
  return boundTo(files, task, binding, readForeignTrees(binding.format, given));
}
