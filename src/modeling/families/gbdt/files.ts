import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { canonicalJson } from '../../../digest.ts';
import { damagedError } from '../../../errors.ts';
import type { AiengError } from '../../../errors.ts';
import { oneOf } from '../../../shape.ts';
import type { Shape } from '../../../shape.ts';
import type { ModelFiles, Task } from '../../model.ts';
import { outputUnits } from '../../outputs.ts';
import { readTrees } from '../../trees/read.ts';
import type { TreeModel } from '../../trees/tree.ts';
import { writeTrees } from '../../trees/write.ts';
import { numberObjectives } from './objectives.ts';

const treesFile = 'trees.txt';
const bindingFile = 'gbdt.json';

/** How the trees are bound to the features of a bundle, and what is done to their sums. */
const bindingShape = Type.Object(
  {
    version: Type.Literal(1),
    /** In the order of the trees' features. */
    features: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          column: Type.Integer({ minimum: 0 }),
          kind: oneOf(['number', 'codes']),
          cell: Type.Optional(Type.Integer({ minimum: 0 })),
        },
        { additionalProperties: false },
      ),
    ),
    /** Calibration: `slope · sum + shift` by output, before the answer. */
    slope: Type.Number(),
    shift: Type.Array(Type.Number(), { minItems: 1 }),
  },
  { additionalProperties: false },
);
type Binding = Shape<typeof bindingShape>;

/** The family's whole model. */
export interface BoundTrees {
  readonly trees: TreeModel;
  readonly binding: Binding;
}

const damaged = (problem: string): AiengError =>
  damagedError({
    code: 'trees-damaged',
    message: `The model's files are not what the family gbdt writes: ${problem}.`,
    hint: 'Take the bundle again from where it was packaged, or train and package again.',
  });

/** `trees.txt` is LightGBM's text model, of raw sums; `gbdt.json` has the calibration and where its features come from. */
export function writeFiles({ trees, binding }: BoundTrees): ModelFiles {
  const encoder = new TextEncoder();
  return new Map([
    [treesFile, encoder.encode(writeTrees(trees))],
    [bindingFile, encoder.encode(`${canonicalJson(binding)}\n`)],
  ]);
}

function textOf(files: ModelFiles, path: string): string {
  const bytes = files.get(path);
  if (bytes === undefined) throw damaged(`${path} is absent`);
  return new TextDecoder().decode(bytes);
}

function readBinding(files: ModelFiles): Binding {
  let document: unknown;
  try {
    document = JSON.parse(textOf(files, bindingFile));
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(`${bindingFile} is not JSON`);
    throw error;
  }
  if (!Value.Check(bindingShape, document)) {
    const [first] = Value.Errors(bindingShape, document);
    throw damaged(`${bindingFile}: ${first?.path ?? ''} ${first?.message ?? 'is of another form'}`);
  }
  return document;
}

/** LightGBM's words for what answers a task. */
const objectivesOf: Readonly<Record<Task['kind'], readonly string[]>> = {
  binary: ['binary'],
  multiclass: ['multiclass'],
  regression: [
    'regression',
    'regression_l1',
    ...numberObjectives.filter((name) => name !== 'squared' && name !== 'absolute'),
  ],
};

/** The inverse of `writeFiles`. Throws a damaged error for anything else. */
export function readFiles(files: ModelFiles, task: Task): BoundTrees {
  const trees = readTrees(textOf(files, treesFile));
  const binding = readBinding(files);
  const name = trees.objective?.name ?? 'none';
  if (!objectivesOf[task.kind].includes(name))
    throw damaged(`the objective of its trees is ${name}, which is no ${task.kind} task`);
  const units = outputUnits(task);
  if (trees.outputs !== units || binding.shift.length !== units)
    throw damaged(`it has ${trees.outputs} outputs and ${binding.shift.length} shifts, expected ${units}`);
  if (trees.featureNames.length !== binding.features.length)
    throw damaged(
      `${treesFile} has ${trees.featureNames.length} features, ${bindingFile} ${binding.features.length}`,
    );
  return { trees, binding };
}
