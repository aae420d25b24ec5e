import { stateWords } from '../../features/params.ts';
import { missing, unseen } from '../../features/prepared.ts';
import type { StepCell } from '../../features/transform.ts';
import { cast, entryAt } from './arithmetic.ts';
import type { GraphColumn, Writing } from './columns.ts';
import { Inexpressible } from './columns.ts';
import type { Graph, Value } from './graph.ts';

/** Transforms that look words up, by what their fitted state calls the words. */
const lookUps: Readonly<Record<string, string>> = {
  categories: 'words',
  frequency: 'words',
  ordinal: 'order',
  target_mean: 'words',
};

/** The place of each word among these; of any other their number, of what is missing that and one. */
function placeOf(graph: Graph, words: readonly string[], value: Value): Value {
  return graph.op('LabelEncoder', [value], {
    keys_strings: [...words, ''],
    values_int64s: [...words.keys(), words.length + 1],
    default_int64: words.length,
  });
}

/** A word that is none of these. */
function otherWord(words: readonly string[]): string {
  const known = new Set(words);
  let other = 'another word';
  while (known.has(other)) other += '′';
  return other;
}

/** Looks words up: what the step gives for each word that it knows, for another and for none is asked of the step itself. */
export function lookUp({ graph, fitted, step, input }: Writing, value: Value): GraphColumn {
  const key = lookUps[fitted.transform];
  if (key === undefined || step.role !== 'column' || step.cell === undefined)
    throw new TypeError(`${fitted.transform} looks no words up`);
  const { cell } = step;
  const words = stateWords(fitted.state, key).filter((word) => word !== '');
  const of = (given: StepCell): number => {
    const made = cell(given);
    if (typeof made === 'number') return made;
    throw new TypeError(`${fitted.transform} of ${input.name} gives no number`);
  };
  const table = [...words.map(of), of(otherWord(words)), of(null)];
  const place = placeOf(graph, words, value);
  if (step.gives !== 'codes') return { kind: 'number', value: entryAt(graph, table, place) };
  const size = step.size ?? 0;
  const codes = table.map((code) => (code === unseen ? size : code === missing ? size + 1 : code));
  const wholes = graph.wholes(codes);
  return { kind: 'codes', value: graph.op('Gather', [wholes, place], { axis: 0 }), size };
}

export const looksUp = (transform: string): boolean => Object.hasOwn(lookUps, transform);

/** Is it this word? Words are compared by looking them up, which every version of ONNX can. */
function isWord(graph: Graph, value: Value, word: string): Value {
  const found = graph.op('LabelEncoder', [value], {
    keys_strings: [word],
    values_int64s: [1],
    default_int64: 0,
  });
  return cast(graph, found, 'bool');
}

const isNoWord = (graph: Graph, value: Value): Value => isWord(graph, value, '');

/** What a text’s length is, as far as it is asked whether there is one. */
export function lengthOrMissing({ graph, math, onlyMissing }: Writing, value: Value): GraphColumn {
  if (!onlyMissing)
    throw new Inexpressible(
      'ONNX has no operator for the length of a text',
      'leave the step text_length out',
    );
  return { kind: 'number', value: math.where(isNoWord(graph, value), Number.NaN, 0) };
}

/** Fills missing words. */
export function filled({ graph, math, fitted }: Writing, value: Value): GraphColumn {
  const { word } = fitted.state;
  if (typeof word !== 'string') return { kind: 'words', value };
  if (word === '')
    throw new Inexpressible(
      'missing words become the empty one, which is missing in ONNX',
      'fill with a word',
    );
  return { kind: 'words', value: math.where(isNoWord(graph, value), graph.word(word), value) };
}

/** Two words as one, as `features/derived.ts` crosses them; missing where one of them is. */
export function crossed(graph: Graph, first: Value, second: Value): Value {
  const none = graph.op('Or', [isNoWord(graph, first), isNoWord(graph, second)]);
  const start = graph.op('StringConcat', [first, graph.word(' × ')]);
  return graph.op('Where', [none, graph.word(''), graph.op('StringConcat', [start, second])]);
}

/** Other spellings of words become these words, and those that mean "missing" the empty one. */
export function respelled(graph: Graph, spellings: ReadonlyMap<string, string>, value: Value): Value {
  if (spellings.size === 0) return value;
  const other = otherWord([...spellings.values()]);
  const known = graph.op('LabelEncoder', [value], {
    keys_strings: [...spellings.keys()],
    values_strings: [...spellings.values()],
    default_string: other,
  });
  return graph.op('Where', [isWord(graph, known, other), value, known]);
}
