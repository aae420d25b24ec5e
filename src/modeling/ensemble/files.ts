import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { canonicalJson } from '../../digest.ts';
import { damagedError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import type { Shape } from '../../shape.ts';
import type { Backend, ModelFiles, Task, TrainedModel } from '../model.ts';

/** Its name in pipelines' results and manifests: no family of its own, but made of some. */
export const ensembleName = 'ensemble';

const blendFile = 'ensemble.json';

const blendShape = Type.Object(
  {
    version: Type.Literal(1),
    members: Type.Array(
      Type.Object(
        {
          family: Type.String(),
          folder: Type.String(),
          weight: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
          /** How it learnt labels: sums of members that did it otherwise cannot be added up. */
          target: Type.String(),
        },
        { additionalProperties: false },
      ),
      { minItems: 2 },
    ),
  },
  { additionalProperties: false },
);

/** A member as it was read. */
export interface Member {
  readonly family: string;
  readonly weight: number;
  readonly target: string;
  readonly files: ModelFiles;
}

const damaged = (problem: string): AiengError =>
  damagedError({
    code: 'ensemble-damaged',
    message: `The model's files are not what a blend is kept in: ${problem}.`,
    hint: 'Take the bundle again from where it was packaged, or train and package again.',
  });

/** What computes a blend: that of its networks, where it has some. */
export const backendOfAll = (backends: readonly Backend[]): Backend =>
  backends.find(({ name }) => name !== 'javascript') ?? backends[0]!;

/** `ensemble.json` has the weights; each member's files are in a folder of its own. */
export function sealEnsemble(
  task: Task,
  parts: readonly { readonly model: TrainedModel; readonly target: string; readonly weight: number }[],
  validation: number,
): TrainedModel {
  const members = parts.map(({ model }) => model);
  const folders = members.map(({ family }, at) => `${at + 1}-${family}`);
  const blend: Shape<typeof blendShape> = {
    version: 1,
    members: parts.map(({ model: { family }, target, weight }, at) => ({
      family,
      folder: folders[at]!,
      weight,
      target,
    })),
  };
  const files = new Map<string, Uint8Array>([
    [blendFile, new TextEncoder().encode(`${canonicalJson(blend)}\n`)],
  ]);
  for (const [at, member] of members.entries())
    for (const [path, bytes] of member.files) files.set(`${folders[at]!}/${path}`, bytes);
  return {
    family: ensembleName,
    task,
    backend: backendOfAll(members.map(({ backend }) => backend)),
    files,
    parameters: members.reduce((sum, { parameters }) => sum + parameters, 0),
    calibration: { method: 'none', slope: 1, intercept: 0, because: 'each member has its own' },
    history: [],
    bestEpoch: 0,
    validation,
  };
}

/** The inverse of `sealEnsemble`. Throws a damaged error for anything else. */
export function readEnsemble(files: ModelFiles): readonly Member[] {
  const bytes = files.get(blendFile);
  if (bytes === undefined) throw damaged(`${blendFile} is absent`);
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(`${blendFile} is not JSON`);
    throw error;
  }
  if (!Value.Check(blendShape, document)) {
    const [first] = Value.Errors(blendShape, document);
    throw damaged(`${blendFile}: ${first?.path ?? ''} ${first?.message ?? 'is of another form'}`);
  }
  const sum = document.members.reduce((all, { weight }) => all + weight, 0);
  if (Math.abs(sum - 1) > 1e-9) throw damaged(`its weights add up to ${sum}`);
  return document.members.map(({ family, folder, weight, target }) => {
    if (family === ensembleName) throw damaged('a member is a blend itself');
    const own = [...files].filter(([path]) => path.startsWith(`${folder}/`));
    if (own.length === 0) throw damaged(`member ${folder} has no files`);
    return {
      family,
      weight,
      target,
      files: new Map(own.map(([path, file]) => [path.slice(folder.length + 1), file])),
    };
  });
}
