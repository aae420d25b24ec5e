import { dataError } from '../../../../errors.ts';
import { exp } from '../../../../statistics/exponential.ts';
import type { ModelFiles } from '../../../model.ts';
import type { ForeignAnswers, ForeignModel } from '../foreign.ts';
import { dropEngine, onnxEngine } from './engine.ts';
import type { Session } from './engine.ts';
import { checkGraph } from './graph.ts';
import type { CheckedGraph } from './graph.ts';
import { readModel } from './model.ts';
import type { OnnxNode } from './node.ts';
import { chooseOutput, nodesFor } from './output.ts';
import type { ChosenOutput, OutputKind } from './output.ts';
import { onnxRefused } from './refused.ts';
import { rowLayout } from './rows.ts';
import type { RowLayout } from './rows.ts';
import { timeLimit } from './timeLimit.ts';
import { trimmedModel } from './trimmed.ts';
import { wordsOf } from './words.ts';

function tellModel({ model }: CheckedGraph, nodes: readonly OnnxNode[]): string {
  const counts = new Map<string, number>();
  for (const { operator } of nodes) counts.set(operator, (counts.get(operator) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => (count === 1 ? name : `${count} ${name}`));
  const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
  return `ONNX${model.producer === '' ? '' : ` of ${model.producer}`}, ${names.slice(0, 4).join(', ')}${more}`;
}

function answersKind(kind: OutputKind | null, outputs: number): ForeignAnswers {
  if (kind === 'probability' || kind === 'logit')
    return outputs > 1
      ? { kind: 'probabilities', classes: outputs }
      : { kind: kind === 'logit' ? 'log odds' : 'probability' };
  return outputs === 1
    ? { kind: 'number' }
    : {
        kind: 'none',
        because: `it answers ${outputs} numbers, and its graph does not say whether they are probabilities or raw sums`,
      };
}

/** A classifier’s one sum, which stands there with its negative before it, as probabilities of two classes. */
const sigmoids = (sums: Float64Array): Float64Array => sums.map((sum) => 1 / (1 + exp(-sum)));

/** Raw sums of several classes as probabilities. */
function softmax(sums: Float64Array, outputs: number): Float64Array {
  const answers = new Float64Array(sums.length);
  for (let start = 0; start < sums.length; start += outputs) {
    const most = sums
      .subarray(start, start + outputs)
      .reduce((one, other) => Math.max(one, other), -Infinity);
    let total = 0;
    for (let k = start; k < start + outputs; k += 1) total += answers[k] = exp(sums[k]! - most);
    for (let k = start; k < start + outputs; k += 1) answers[k]! /= total;
  }
  return answers;
}

const runFailed = (error: unknown): Error =>
  dataError({
    code: 'model-cannot-answer',
    message: `The ONNX model fails on a row: ${error instanceof Error ? error.message : String(error)}.`,
    hint: 'Is it a word or a value that the model has not learnt? Export it so that unknown ones are ignored (handle_unknown="ignore").',
    cause: error,
  });

/** Answers row after row, so that no row can change another’s. */
function runRows(session: Session, { inputs, feeds }: RowLayout, outputs: number) {
  return (cells: Float64Array, rows: number): Float64Array => {
    const sums = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; row += 1) {
      const fed = feeds(cells, row * inputs.length);
      let own: Float64Array;
      try {
        own = session.run(fed);
      } catch (error) {
        throw runFailed(error);
      }
      if (own.length !== outputs) throw runFailed(`it answers ${own.length} numbers, expected ${outputs}`);
      if (own.some((value) => Number.isNaN(value)))
        throw dataError({
          code: 'model-answers-nan',
          message: `The model answers NaN for a row${fed.some((feed) => feed.type !== 'string' && Array.from(feed.numbers).some(Number.isNaN)) ? ' with missing cells' : ''}.`,
          hint: 'Fill missing cells before the model, or in it (an imputer), or let the row schema refuse such rows.',
        });
      sums.set(own, row * outputs);
    }
    return sums;
  };
}

/** Rounding may lead a little out of 0 to 1, and nothing may lead further. */
const besideProbability = 1e-4;

/** What the graph or a person calls a probability is one. */
function requireProbabilities(answers: Float64Array): void {
  const wrong = answers.find((value) => !(value >= -besideProbability && value <= 1 + besideProbability));
  if (wrong !== undefined)
    throw dataError({
      code: 'model-answers-no-probability',
      message: `The model answers ${wrong}, which is no probability.`,
      hint: 'Say what it answers by `--set model.imported.output=logit` (raw sums) or `value`.',
    });
}

/** How many numbers one row’s answer has: of a row without any value to be known by. */
function tryOut(session: Session, { inputs, feeds }: RowLayout): number {
  const cells = new Float64Array(inputs.length);
  try {
    return session.run(feeds(cells, 0)).length;
  } catch (error) {
    throw onnxRefused(
      `it fails on a row of zeros: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

const kindTold: Readonly<Record<OutputKind, string>> = {
  probability: 'probabilities',
  logit: 'log odds',
  value: 'a value',
};

function notesOf({ kind }: ChosenOutput, said: OutputKind | null): readonly string[] {
  return said !== null && kind !== null && said !== kind
    ? [`Its graph answers ${kindTold[kind]}, and model.imported.output says ${kindTold[said]}.`]
    : [];
}

const parametersOf = ({ weights }: CheckedGraph, nodes: readonly OnnxNode[]): number =>
  [...weights.values()].reduce((sum, { elements }) => sum + elements, 0) +
  nodes.reduce(
    (sum, { attributes }) =>
      sum +
      [...attributes.values()].reduce(
        (own, { floats, tensor }) => own + floats.length + (tensor?.elements ?? 0),
        0,
      ),
    0,
  );

/**
 * An ONNX model: checked in full, cut down to what its answer is made by, and put into the engine.
 *
 * @param files the model itself first, then files that its weights lie in, by path from its folder
 * @param said what its answer is, where a person said it
 */
export async function readOnnx(files: ModelFiles, said: OutputKind | null): Promise<ForeignModel> {
  const [bytes = new Uint8Array(0)] = files.values();
  const graph = checkGraph(readModel(bytes));
  const output = chooseOutput(graph);
  const nodes = nodesFor(graph, output.value);
  const layout = rowLayout(graph, wordsOf(graph, nodes));
  const trimmed = trimmedModel(graph, nodes, layout.values, output.value, files);
  const engine = await onnxEngine();
  const within = await timeLimit(dropEngine);
  const { session, outputs } = within(() => {
    const opened = engine.open(trimmed, layout.shapes, output.value);
    return { session: opened, outputs: tryOut(opened, layout) };
  });
  const kind = said ?? output.kind;
  const labels = output.labels.length === Math.max(2, outputs) ? output.labels : [];
  return {
    format: 'onnx',
    told: tellModel(graph, nodes),
    inputs: layout.inputs,
    outputs,
    answers: answersKind(kind, outputs),
    ...(labels.length > 0 && kind !== 'value' ? { labels } : {}),
    parameters: parametersOf(graph, nodes),
    backend: engine.backend,
    notes: notesOf(output, said),
    sums: runRows(session, layout, outputs),
    answersOf: (sums) => {
      if (kind === 'probability') requireProbabilities(sums);
      if (kind !== 'logit' || outputs === 1) return sums.slice();
      return outputs === 2 && output.pair ? sigmoids(sums) : softmax(sums, outputs);
    },
    explained: null,
    dispose: () => session.close(),
  };
}
