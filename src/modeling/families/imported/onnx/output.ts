import { labelsOf } from './ensembles.ts';
import type { CheckedGraph } from './graph.ts';
import type { OnnxNode } from './node.ts';
import { exportHints, onnxRefused } from './refused.ts';

/** What the numbers are that a graph answers. */
export type OutputKind = 'probability' | 'logit' | 'value';

/** The value of a graph that is its answer. */
export interface ChosenOutput {
  readonly value: string;
  /** As far as the graph itself tells it. */
  readonly kind: OutputKind | null;
  /** Where these are raw sums of two classes, the first is the second’s negative: a classifier’s one sum, written twice. */
  readonly pair: boolean;
  /** Labels of its classes in the order of its numbers, where it names them. */
  readonly labels: readonly string[];
}

/** What hands its first input on, number by number. */
const passesOn = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Flatten',
  'Transpose',
  'Clip',
  'Dropout',
]);

const isClassifier = ({ operator }: OnnxNode): boolean => operator.endsWith('Classifier');

/** The labels that stand on the way to a value: of its classifier, or of the ZipMap behind it. */
function labelsBefore({ makers }: CheckedGraph, value: string): readonly string[] {
  const seen = new Set<string>();
  const waiting = [value];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = seen.has(name) ? undefined : makers.get(name);
    seen.add(name);
    if (node === undefined) continue;
    if (isClassifier(node)) return labelsOf(node);
    waiting.push(...node.inputs.filter((each) => each !== ''));
  }
  return [];
}

/** What makes a value, past operators that change no number. */
function madeBy({ makers }: CheckedGraph, value: string): OnnxNode | undefined {
  let node = makers.get(value);
  while (node !== undefined && passesOn.has(node.operator)) node = makers.get(node.inputs[0] ?? '');
  return node;
}

/** Only these two end in numbers that are probabilities by their very form. */
const sumsToOne = (node: OnnxNode): boolean => /^(?:Sigmoid|Softmax)$/.test(node.operator);

const isPair = (graph: CheckedGraph, value: string): boolean => {
  const node = madeBy(graph, value);
  return node !== undefined && isClassifier(node);
};

function kindOf(graph: CheckedGraph, value: string): OutputKind | null {
  const node = madeBy(graph, value);
  if (node === undefined) return null;
  if (sumsToOne(node)) return 'probability';
  switch (node.operator) {
    case 'LogSoftmax':
      return 'logit';
    case 'TreeEnsembleRegressor':
    case 'LinearRegressor':
    case 'SVMRegressor':
      return 'value';
    case 'TreeEnsembleClassifier':
      return 'probability';
    case 'LinearClassifier':
    case 'SVMClassifier':
      return /^(?:LOGISTIC|SOFTMAX)$/.test(node.attributes.get('post_transform')?.text ?? '') ||
        (node.attributes.get('prob_a')?.floats.length ?? 0) > 0
        ? 'probability'
        : null;
    case 'Normalizer':
      return node.attributes.get('norm')?.text === 'L1' ? 'probability' : null;
    default:
      // Shares that were divided by their sum, or one and what is left of 1; each answer is held to it.
      return isZipped(graph, value) || labelsBefore(graph, value).length > 0 ? 'probability' : null;
  }
}

const isZipped = ({ model }: CheckedGraph, value: string): boolean =>
  model.graph.nodes.some(({ operator, inputs }) => operator === 'ZipMap' && inputs[0] === value);

/**
 * Which value of the graph is its answer: the one that ZipMap would make maps of, else its one output of numbers with fractions, of
 * several the one that is called like probabilities.
 */
export function chooseOutput(graph: CheckedGraph): ChosenOutput {
  const { outputs } = graph.model.graph;
  const maps = outputs.flatMap(({ name }) => {
    const node = graph.makers.get(name);
    return node?.operator === 'ZipMap' ? [node] : [];
  });
  if (maps.length > 1) throw onnxRefused(`it has ${maps.length} outputs of probabilities`, exportHints.again);
  const [map] = maps;
  if (map !== undefined) {
    const value = map.inputs[0] ?? '';
    return { value, kind: kindOf(graph, value), pair: isPair(graph, value), labels: labelsOf(map) };
  }
  const numbers = outputs.filter(({ tensor }) => tensor?.type === 'float' || tensor?.type === 'double');
  const chosen = numbers.length > 1 ? numbers.filter(({ name }) => /prob/i.test(name)) : numbers;
  const [output] = chosen;
  if (output === undefined || chosen.length > 1)
    throw onnxRefused(
      `of its outputs ${outputs.map(({ name }) => JSON.stringify(name)).join(', ')} ${numbers.length} are numbers with fractions, and one is wanted`,
      'Export it with one such output: the prediction, or the probabilities (skl2onnx: options={"zipmap": False}).',
    );
  const value = output.name;
  return {
    value,
    kind: kindOf(graph, value),
    pair: isPair(graph, value),
    labels: labelsBefore(graph, value),
  };
}

/** The operators that a value is made by, in the order of the graph. */
export function nodesFor({ model, makers }: CheckedGraph, value: string): readonly OnnxNode[] {
  const needed = new Set<OnnxNode>();
  const waiting = [value];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = makers.get(name);
    if (node === undefined || needed.has(node)) continue;
    needed.add(node);
    waiting.push(...node.inputs);
  }
  return model.graph.nodes.filter((node) => needed.has(node));
}
