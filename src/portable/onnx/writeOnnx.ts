import type { RowSchema } from '../../data/schema.ts';
import { usageError } from '../../errors.ts';
import type { FittedFeatures } from '../../features/spec.ts';
import type { ModelFiles } from '../../modeling/model.ts';
import type { Manifest } from '../../packaging/manifest.ts';
import { classPlace, intervalOf } from './answers.ts';
import { beside } from './arithmetic.ts';
import { Inexpressible } from './columns.ts';
import { writeFeatures } from './features.ts';
import type { GraphFeatures, Inexpressibility } from './features.ts';
import { Graph } from './graph.ts';
import type { Value } from './graph.ts';
import { writeModel } from './models/index.ts';

/** What of a bundle is written. */
export interface OnnxParts {
  readonly manifest: Manifest;
  readonly digest: string;
  readonly version: number | null;
  readonly schema: RowSchema;
  readonly features: FittedFeatures;
  readonly modelFiles: ModelFiles;
}

/** An output: of classes the answered word and the probability of each, of numbers the number and its interval. */
export interface OnnxOutput {
  readonly name: string;
  readonly type: 'double' | 'string';
  readonly columns: number;
}

/** An ONNX file of a model with its features. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  readonly inputs: FittedFeatures['inputs'];
  readonly outputs: readonly OnnxOutput[];
  /**
   * The same model with one output, `checkedOutput`, of numbers alone: the scores, then the place of the class that is answered, where
   * there are classes. It is for the check, and is no file.
   */
  readonly checked: Uint8Array;
}

export const checkedOutput = 'checked';

/** An output’s name, unless an input is called so. */
function outputName(name: string, { inputs }: FittedFeatures): string {
  let own = name;
  while (inputs.some((input) => input.name === own)) own += '_out';
  return own;
}

/** Everything that ONNX cannot say of the model, at once. */
function refuse(name: string, problems: readonly Inexpressibility[]): Error {
  const told = problems.map(({ what, because }) => `${what}: ${because}`);
  const [first] = problems;
  return usageError({
    code: 'not-in-onnx',
    message: `ONNX cannot say all of ${name}: ${told.join('; ')}.`,
    hint: `For ${first!.what}: ${first!.instead}. Or take the model as it is: \`aieng package ${name} --target node\`.`,
  });
}

/** Writes the answers beside the scores under the names of the outputs. */
function writeOutputs(
  { graph, math }: GraphFeatures,
  { manifest, features }: OnnxParts,
  scores: Value,
): { readonly outputs: readonly OnnxOutput[]; readonly checked: Value } {
  const called = (name: string): string => outputName(name, features);
  const { task, interval } = manifest;
  if (task.kind === 'regression') {
    const prediction = { name: called('prediction'), type: 'double', columns: 1 } as const;
    graph.name(scores, prediction.name);
    if (interval === undefined) return { outputs: [prediction], checked: scores };
    const ends = intervalOf(graph, math, interval, scores);
    const [low, high] = (['low', 'high'] as const).map((end) => {
      const name = called(end);
      graph.name(ends[end], name);
      return { name, type: 'double', columns: 1 } as const;
    });
    return { outputs: [prediction, low!, high!], checked: scores };
  }
  const place = classPlace({ graph, math }, manifest, scores);
  const words = graph.constant({ type: 'string', dims: [task.classes.length], words: task.classes });
  const prediction = { name: called('prediction'), type: 'string', columns: 1 } as const;
  const columns = task.classes.length;
  const probabilities = { name: called('probabilities'), type: 'double', columns } as const;
  graph.name(graph.op('Gather', [words, place], { axis: 0 }), prediction.name);
  graph.name(scores, probabilities.name);
  return { outputs: [prediction, probabilities], checked: beside(graph, [scores, math.asNumber(place)]) };
}

const toldOf = ({ manifest, digest, version }: OnnxParts): Readonly<Record<string, string>> => ({
  name: manifest.name,
  ...(version === null ? {} : { version: String(version) }),
  bundle: digest,
  goal: manifest.goal,
  label: manifest.label,
  ...(manifest.task.kind === 'regression' ? {} : { classes: JSON.stringify(manifest.task.classes) }),
});

/**
 * A model and its features as one ONNX file: an input per column, numbers as float64 (times in ms since 1970 UTC; NaN = missing),
 * words as they are (the empty one = missing). The same bundle gives the same bytes.
 *
 * @throws a usage error that names each feature that ONNX cannot say, and why
 */
export function writeOnnx(parts: OnnxParts): OnnxModel {
  const { manifest, version, schema, features: fitted, modelFiles } = parts;
  const name = version === null ? manifest.name : `${manifest.name}@${version}`;
  const names = ['prediction', 'probabilities', 'low', 'high'].map((output) => outputName(output, fitted));
  const graph = new Graph([...fitted.inputs.map((input) => input.name), ...names, checkedOutput]);
  const features = writeFeatures(graph, fitted, schema);
  if (features.problems.length > 0) throw refuse(name, features.problems);
  let scores: Value;
  try {
    scores = writeModel(features, manifest.family, modelFiles, manifest.task);
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw error;
    const what = `the model (${manifest.family})`;
    throw refuse(name, [{ what, because: error.message, instead: error.instead }]);
  }
  const { outputs, checked } = writeOutputs(features, parts, scores);
  const bytes = graph.bytes(manifest.name, outputs, toldOf(parts));
  graph.name(checked, checkedOutput);
  const width = manifest.task.kind === 'regression' ? 1 : manifest.task.classes.length + 1;
  const values = [{ name: checkedOutput, type: 'double', columns: width } as const];
  return { bytes, inputs: fitted.inputs, outputs, checked: graph.bytes(manifest.name, values, {}) };
}
