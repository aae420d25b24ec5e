import { cellParser } from '../../data/cells/parser.ts';
import type { RowSchema } from '../../data/schema.ts';
import { columnSchema } from '../../data/schema.ts';
import { compileStep, inputAfter } from '../../features/chain.ts';
import type { Derived, FittedFeatures, FittedStep } from '../../features/spec.ts';
import type { StepInput } from '../../features/transform.ts';
import { arithmetic, beside, cast } from './arithmetic.ts';
import type { Arithmetic } from './arithmetic.ts';
import { Inexpressible, numberValue } from './columns.ts';
import type { GraphColumn, Writing } from './columns.ts';
import { encoders, plainEnd } from './encoders.ts';
import type { Graph, Value } from './graph.ts';
import { numberSteps } from './numbers.ts';
import { partOf } from './times.ts';
import { crossed, filled, lengthOrMissing, lookUp, looksUp, respelled } from './words.ts';
import { dateParts } from '../../features/transforms/times/calendar.ts';
import { stateChoice, stateNumber } from '../../features/params.ts';

/** What ONNX cannot say of a model: what it is called, why, and what to do. */
export interface Inexpressibility {
  readonly what: string;
  readonly because: string;
  readonly instead: string;
}

/** The features of a model in a graph. */
export interface GraphFeatures {
  readonly graph: Graph;
  readonly math: Arithmetic;
  /** By place of the prepared column; undefined: it cannot be said. */
  readonly prepared: readonly (GraphColumn | undefined)[];
  /** Dense rows, `rows × width`, float32. @throws TypeError where one of them cannot be said */
  readonly dense: () => Value;
  readonly problems: readonly Inexpressibility[];
}

const dayMs = 86_400_000;

/** Transforms that ONNX has no operators for, and what to do about each. */
const beyond: Readonly<Record<string, readonly [because: string, instead: string]>> = {
  hash_strings: [
    'ONNX has no operator that hashes words',
    'take one_hot or target_mean for the column, or drop it',
  ],
  ngrams: [
    'what aieng takes for a word or a run of characters no operator of ONNX cuts alike',
    'drop the column',
  ],
  tfidf: [
    'what aieng takes for a word or a run of characters no operator of ONNX cuts alike',
    'drop the column',
  ],
  most_filled: ['it follows a transform of texts, which ONNX cannot say', 'drop the column'],
};

/** Spellings of words that the schema reads as others, asked of the one reader of cells; the empty word is missing. */
function spellingsOf(schema: RowSchema, name: string): ReadonlyMap<string, string> {
  const column = columnSchema(schema, name);
  if (column === undefined) return new Map();
  const { merge = {}, missing = [], trueWords = [], falseWords = [] } = column;
  const candidates = [...Object.keys(merge), ...schema.missing, ...missing, ...trueWords, ...falseWords];
  const parser = cellParser(column, schema);
  return new Map(
    [...new Set(candidates)].flatMap((word) => {
      const cell = parser.json(word);
      if (word === '' || cell === word || (cell !== null && typeof cell !== 'string')) return [];
      return [[word, cell ?? '']];
    }),
  );
}

/** Numbers that mean "missing" in a column. */
function missingNumbers(schema: RowSchema, name: string): readonly number[] {
  const column = columnSchema(schema, name);
  if (column?.kind !== 'number') return [];
  const parser = cellParser(column, schema);
  const words = [...schema.missing, ...(column.missing ?? [])].filter((word) => word.trim() !== '');
  return [...new Set(words.map(Number))].filter(
    (value) => Number.isFinite(value) && parser.json(value) === null,
  );
}

function inputColumn(
  graph: Graph,
  math: Arithmetic,
  schema: RowSchema,
  { name, kind }: FittedFeatures['inputs'][number],
): GraphColumn {
  if (kind === 'category' || kind === 'text') {
    const value = graph.input({ name, type: 'string', columns: 1 });
    return { kind: 'words', value: respelled(graph, spellingsOf(schema, name), value) };
  }
  let value = graph.input({ name, type: 'double', columns: 1 });
  for (const number of missingNumbers(schema, name))
    value = math.where(graph.op('Equal', [value, graph.number(number)]), Number.NaN, value);
  return { kind, value };
}

function derivedColumn(
  graph: Graph,
  math: Arithmetic,
  { how }: Derived,
  first: GraphColumn,
  second: GraphColumn,
): GraphColumn {
  if (how === 'cross') return { kind: 'words', value: crossed(graph, first.value, second.value) };
  const [left, right] = [numberValue(first), numberValue(second)];
  const value =
    how === 'product' ? math.multiply(left, right) : math.divide(math.subtract(left, right), dayMs);
  return { kind: 'number', value };
}

function datePart({ math, fitted: { state } }: Writing, column: GraphColumn): GraphColumn {
  const part = stateChoice(state, 'part', dateParts);
  const read = partOf(math, part, numberValue(column));
  const value = math.divide(math.subtract(read, stateNumber(state, 'low')), stateNumber(state, 'span'));
  return { kind: 'number', value };
}

/** One step from a column to a column. */
function stepped(writing: Writing, column: GraphColumn): GraphColumn {
  const { graph, math, fitted, step } = writing;
  const { transform, state } = fitted;
  const refused = beyond[transform];
  if (refused !== undefined) throw new Inexpressible(...refused);
  if (column.kind === 'words') {
    if (looksUp(transform)) return lookUp(writing, column.value);
    if (transform === 'text_length') return lengthOrMissing(writing, column.value);
    if (transform === 'impute') return filled(writing, column.value);
  } else if (transform === 'date_parts') return datePart(writing, column);
  else if (step.role === 'scalar' && Object.hasOwn(numberSteps, transform))
    return { kind: step.gives, value: numberSteps[transform]!(graph, math, state, numberValue(column)) };
  throw new Inexpressible(`aieng does not write ${transform} as ONNX`, 'take another transform');
}

/** A column with what its next step is given. */
interface Chained {
  readonly column: GraphColumn;
  readonly input: StepInput;
}

/** Encodings that only ask whether something is missing look at nothing else of the column. */
function asksOnlyMissing({ encoded }: FittedFeatures, name: string): boolean {
  const own = encoded.filter(({ from }) => from === name);
  return own.length > 0 && own.every(({ steps }) => steps[0]?.transform === 'missing_indicator');
}

/** The features of a bundle. What cannot be said is collected, so that all of it is told at once. */
export function writeFeatures(graph: Graph, fitted: FittedFeatures, schema: RowSchema): GraphFeatures {
  const math = arithmetic(graph);
  const problems: Inexpressibility[] = [];
  const columns = new Map<string, Chained>();
  for (const input of fitted.inputs)
    columns.set(input.name, { column: inputColumn(graph, math, schema, input), input });
  for (const { name } of fitted.own?.columns ?? [])
    problems.push({
      what: `the transform ${name}`,
      because: "it is a team's own code",
      instead: 'serve the bundle, or write the transform into the data',
    });
  for (const one of fitted.derived ?? []) {
    const [first, second] = one.of.map((name) => columns.get(name));
    if (first === undefined || second === undefined) continue;
    const kind = one.how === 'cross' ? 'category' : 'number';
    columns.set(one.name, {
      column: derivedColumn(graph, math, one, first.column, second.column),
      input: { name: one.name, kind },
    });
  }
  const tell = (what: string, error: unknown): void => {
    if (!(error instanceof Inexpressible)) throw error;
    problems.push({ what, because: error.message, instead: error.instead });
  };
  const through = (steps: readonly FittedStep[], from: Chained, onlyMissing: boolean): Chained =>
    steps.reduce(({ column, input }, own) => {
      const step = compileStep(own, input);
      if (step.role === 'encoder') throw new TypeError(`${own.transform} is an encoder`);
      const writing = { graph, math, fitted: own, step, input, onlyMissing };
      return { column: stepped(writing, column), input: inputAfter(step, input) };
    }, from);
  const byName = new Map<string, Chained>();
  const prepared = fitted.prepared.map(({ name, column, steps }) => {
    const from = columns.get(column);
    if (from === undefined) return undefined;
    try {
      const made = through(steps, from, asksOnlyMissing(fitted, name));
      byName.set(name, made);
      return made.column;
    } catch (error) {
      tell(`the feature ${name} (${steps.map(({ transform }) => transform).join(', ')})`, error);
      return undefined;
    }
  });
  const encode = ({ from, steps }: FittedFeatures['encoded'][number]): Value | null => {
    const start = byName.get(from);
    if (start === undefined) throw new TypeError(`${from} is not written`);
    const last = steps.at(-1);
    const lastStep =
      last === undefined ? undefined : compileStep(last, through(steps.slice(0, -1), start, false).input);
    if (last === undefined || lastStep?.role !== 'encoder')
      return plainEnd({ math }, through(steps, start, false).column);
    const { column, input } = through(steps.slice(0, -1), start, false);
    const encoder = encoders[last.transform];
    if (encoder === undefined) throw new TypeError(`${last.transform} is no encoder`);
    return encoder({ graph, math, fitted: last, step: lastStep, input, onlyMissing: false }, column);
  };
  let dense: Value | undefined;
  return {
    graph,
    math,
    prepared,
    problems,
    dense: () => {
      const cells = fitted.encoded.flatMap((own) => encode(own) ?? []);
      return (dense ??= cast(graph, beside(graph, cells), 'float'));
    },
  };
}
