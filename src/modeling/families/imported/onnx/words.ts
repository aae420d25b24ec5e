import { nameOf } from './graph.ts';
import type { CheckedGraph } from './graph.ts';
import type { OnnxNode } from './node.ts';
import { handsWordsOn, takesWords } from './operators.ts';
import { onnxRefused } from './refused.ts';

const hint =
  'Turn words into numbers before the model, or by OneHotEncoder, OrdinalEncoder or LabelEncoder in it.';

/** What an operator makes are words, of whatever it is given. */
function makesWords({ operator, attributes }: OnnxNode, given: boolean): boolean {
  switch (operator) {
    case 'LabelEncoder':
      return attributes.has('values_strings') || attributes.get('values_tensor')?.tensor?.type === 'string';
    case 'CategoryMapper':
      return !given;
    case 'Constant':
      return (
        attributes.get('value')?.tensor?.type === 'string' ||
        attributes.has('value_string') ||
        attributes.has('value_strings')
      );
    default:
      return given && handsWordsOn.has(operator);
  }
}

/** The words that a graph knows one by one. */
function knownWords(nodes: readonly OnnxNode[], { weights }: CheckedGraph): readonly string[] {
  const lists = ['cats_strings', 'keys_strings', 'values_strings', 'value_strings', 'classes_strings'];
  return nodes.flatMap(({ inputs, attributes }) => [
    ...lists.flatMap((name) => attributes.get(name)?.texts ?? []),
    ...['keys_tensor', 'values_tensor', 'value'].flatMap(
      (name) => attributes.get(name)?.tensor?.strings ?? [],
    ),
    ...['value_string', 'default_string'].flatMap((name) => attributes.get(name)?.text ?? []),
    ...inputs.flatMap((name) => weights.get(name)?.strings ?? []),
  ]);
}

/**
 * The words that tell a graph’s rows apart, sorted: it looks words up and nothing else, so that any two words that are not among
 * these are one and the same to it.
 *
 * @param nodes those that its answer is made by
 * @throws refused where an operator looks into a word
 */
export function wordsOf(graph: CheckedGraph, nodes: readonly OnnxNode[]): readonly string[] {
  const words = new Set(
    graph.inputs.filter(({ tensor }) => tensor?.type === 'string').map(({ name }) => name),
  );
  for (const [name, { type }] of graph.weights) if (type === 'string') words.add(name);
  const fixed = new Set(graph.weights.keys());
  for (const node of nodes) {
    const given = node.inputs.some((name) => words.has(name));
    if (given && !takesWords.has(node.operator))
      throw onnxRefused(
        `its ${nameOf(node)} takes words, and operators that look into words are not taken`,
        hint,
      );
    if (given && node.operator === 'Equal' && !node.inputs.some((name) => fixed.has(name)))
      throw onnxRefused('it compares the words of two columns', hint);
    if (node.operator === 'Constant') for (const name of node.outputs) fixed.add(name);
    if (makesWords(node, given)) for (const name of node.outputs) words.add(name);
  }
  return [...new Set(knownWords(nodes, graph))].sort();
}

/** A word that is none of these. */
export function unknownWord(words: readonly string[]): string {
  const known = new Set(words);
  let word = '(not known)';
  while (known.has(word)) word = `(${word})`;
  return word;
}
