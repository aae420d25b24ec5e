import type { ColumnSchema, RowSchema } from '../../data/schema.ts';
import { usageError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import type { PassedInput } from '../../features/given/passed.ts';
import type { ForeignInput } from '../../modeling/foreignInput.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { nearest } from '../../suggest.ts';

/** How columns become the inputs of a model, and what a person should know of it. */
export interface MappedInputs {
  readonly inputs: readonly PassedInput[];
  readonly notes: readonly string[];
}

type Wish = { readonly column: string; readonly codes?: readonly string[] };

const wishOf = (wish: Pipeline['model']['inputs'][string] | undefined): Wish | undefined =>
  typeof wish === 'string' ? { column: wish } : wish;

/** Names that were put together for want of names. */
const unnamed = /^(?:Column_|f|x)\d+$/i;
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '_');

const mapHint = (input: string): string =>
  `Say it under model in the pipeline file, inputs: { ${JSON.stringify(input)}: <column> }.`;

function refuse(message: string, hint: string): AiengError {
  return usageError({ code: 'model-inputs', message, hint });
}

/** The columns that a model may take: what is no label, no id and known when it predicts. */
const choicesOf = (
  { label, row_id }: Pick<Pipeline, 'label' | 'row_id'>,
  schema: RowSchema,
): ColumnSchema[] =>
  schema.columns.filter(
    ({ name, only }) => name !== label.column && !row_id.includes(name) && only === undefined,
  );

/** By place, where the file has no names and exactly as many columns are there. */
function byPlace(
  inputs: readonly ForeignInput[],
  choices: readonly ColumnSchema[],
  wishes: Pipeline['model']['inputs'],
): ReadonlyMap<string, string> | null {
  const known = inputs.some(
    ({ name }) => !unnamed.test(name) || choices.some((column) => column.name === name),
  );
  if (known || Object.keys(wishes).length > 0) return null;
  if (inputs.length !== choices.length)
    throw refuse(
      `The file has no names for its ${inputs.length} inputs (${inputs[0]?.name ?? ''}, …), and ${choices.length} columns could be meant (${choices.map(({ name }) => name).join(', ')}).`,
      'Name them under model in the pipeline file: inputs: { f0: <column>, f1: <column>, … }.',
    );
  return new Map(inputs.map(({ name }, at) => [name, choices[at]!.name]));
}

/** Marks in a name of aieng's own files: `note%3Awords%3A0` is what aieng derived of the column `note`. */
const derivedMark = '%3A';

/** A name as it was before aieng wrote it into a file of trees, which holds no blanks; as it is where nothing wrote it so. */
function unwritten(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** What aieng itself made of a column only its own features can make again. */
function refuseDerived({ name }: ForeignInput, schema: RowSchema): void {
  const pieces = name.split(derivedMark);
  // The column's own name may hold the mark.
  const makers = pieces.slice(1).map((_, at) => unwritten(pieces.slice(0, at + 1).join(derivedMark)));
  const column = makers.find((maker) => schema.columns.some((each) => each.name === maker));
  if (column === undefined) return;
  throw refuse(
    `The model’s input ${JSON.stringify(name)} is what aieng derived of the column ${JSON.stringify(column)} in a training of its own: such trees answer only with the features beside them.`,
    'Take the whole bundle in place of its file of trees: `aieng predict <bundle.tar>` or `aieng deploy <bundle.tar>`.',
  );
}

function columnOf(
  input: ForeignInput,
  wish: Wish | undefined,
  choices: readonly ColumnSchema[],
  schema: RowSchema,
): ColumnSchema {
  const wanted = wish?.column ?? input.name;
  const found =
    choices.find(({ name }) => name === wanted) ??
    (wish === undefined
      ? (choices.find(({ name }) => plain(name) === plain(wanted)) ??
        choices.find(({ name }) => name === unwritten(wanted)))
      : undefined);
  if (found !== undefined) return found;
  if (wish === undefined) refuseDerived(input, schema);
  const declared = schema.columns.some(({ name }) => name === wanted);
  const meant = nearest(wanted, new Set(choices.map(({ name }) => name)));
  throw refuse(
    declared
      ? `The model’s input ${JSON.stringify(input.name)} would take column ${JSON.stringify(wanted)}, which is the label, an id, or not known when predicting.`
      : `The model has an input ${JSON.stringify(input.name)}, and the row schema has no column ${JSON.stringify(wanted)}${meant === undefined ? '' : ` (did you mean ${JSON.stringify(meant)}?)`}.`,
    mapHint(input.name),
  );
}

/** An input of whole numbers has no way to say that a cell is missing. */
function requireWhole({ name, whole }: ForeignInput, column: ColumnSchema): void {
  if (whole !== true || column.kind !== 'number') return;
  if (column.type === 'integer' && !column.nullable) return;
  throw refuse(
    `The model’s input ${JSON.stringify(name)} takes whole numbers, and column ${JSON.stringify(column.name)} ${column.type === 'integer' ? 'may be missing' : 'may have fractions'}.`,
    'Export the model with float inputs, or declare the column as "integer" that is never missing in the row schema.',
  );
}

/** An input that takes words as they are. */
function passedWords(
  input: ForeignInput,
  { name, kind }: ColumnSchema,
  codes: readonly string[] | undefined,
): PassedInput {
  const told = `The model’s input ${JSON.stringify(input.name)} takes words`;
  if (codes !== undefined)
    throw refuse(`${told}, and model.inputs gives it codes.`, `Leave the codes of ${input.name} out.`);
  if (kind === 'category' || kind === 'text')
    return { name: input.name, column: name, kind, words: input.words ?? [], other: true };
  throw refuse(
    `${told}, and column ${JSON.stringify(name)} is a ${kind}.`,
    `Declare ${name} as a category in the row schema ("x-aieng": { "kind": "category" }).`,
  );
}

const isWords = ({ kind }: ColumnSchema): boolean => kind === 'category' || kind === 'text';

function passed(
  input: ForeignInput,
  column: ColumnSchema,
  codes: readonly string[] | undefined,
): PassedInput {
  const { name, kind } = column;
  if (input.text === true) return passedWords(input, column, codes);
  requireWhole(input, column);
  const own = { name: input.name, column: name, kind };
  const words = codes ?? input.words;
  if (kind === 'time')
    throw refuse(
      `The model’s input ${JSON.stringify(input.name)} takes column ${JSON.stringify(name)}, which is a time; a model takes numbers and categories.`,
      'Give the model a column of numbers that was made of it.',
    );
  if (kind === 'number') {
    if (words === undefined) return own;
    throw refuse(
      `The model’s input ${JSON.stringify(input.name)} takes categories (${words.slice(0, 5).join(', ')}), and column ${JSON.stringify(name)} is a number.`,
      `Declare ${name} as a category in the row schema ("x-aieng": { "kind": "category" }).`,
    );
  }
  if (words !== undefined && new Set(words).size === words.length) return { ...own, words };
  throw refuse(
    words === undefined
      ? `The model’s input ${JSON.stringify(input.name)} takes column ${JSON.stringify(name)}, which has words, and the file does not say which number each of them is.`
      : `The codes of ${JSON.stringify(input.name)} name a word twice.`,
    `Say it under model in the pipeline file, inputs: { ${JSON.stringify(input.name)}: { column: ${name}, codes: [<word of 0>, <word of 1>, …] } }.`,
  );
}

/** Words of columns that the model has no code for: to it they are missing. */
function unknownWords({ columns }: RowSchema, inputs: readonly PassedInput[]): readonly string[] {
  return inputs.flatMap(({ name, column, words, other }) => {
    const domain = columns.find((each) => each.name === column)?.domain ?? [];
    const unknown = words === undefined ? [] : domain.filter((word) => !words.includes(word));
    return unknown.length === 0
      ? []
      : [
          `${unknown.length} of ${domain.length} categories of ${column} are unknown to the model’s input ${name}, which takes them ${other === true ? 'all alike' : 'as missing'} (${unknown.slice(0, 3).join(', ')}).`,
        ];
  });
}

/**
 * Which column each input of a model takes: the one that the pipeline names, else the one that is called like it. Words become
 * the codes that the file or the pipeline has for them.
 *
 * @param loose Lists of words that the file has in the order of its columns of words, and says no names of.
 * @throws a usage error for an input without a column, a label, or words without codes
 */
export function mapInputs(
  foreign: readonly ForeignInput[],
  loose: readonly (readonly string[])[],
  {
    model,
    ...pipeline
  }: Pick<Pipeline, 'label' | 'row_id'> & { readonly model: Pick<Pipeline['model'], 'inputs'> },
  schema: RowSchema,
): MappedInputs {
  const names = new Set(foreign.map(({ name }) => name));
  const idle = Object.keys(model.inputs).find((name) => !names.has(name));
  if (idle !== undefined)
    throw refuse(
      `model.inputs names ${JSON.stringify(idle)}, and the model has no such input.`,
      `Its inputs: ${[...names].slice(0, 20).join(', ')}.`,
    );
  const choices = choicesOf(pipeline, schema);
  const places = byPlace(foreign, choices, model.inputs);
  const bound = foreign.map((input) => {
    const place = places?.get(input.name);
    const wish = wishOf(model.inputs[input.name]) ?? (place === undefined ? undefined : { column: place });
    return { input, wish, column: columnOf(input, wish, choices, schema) };
  });
  // pandas' lists go with its columns of words, one after the other, where the file itself did not say with which.
  const ofWords = bound.filter(({ column }) => isWords(column));
  const said = foreign.some(({ words }) => words !== undefined);
  const lists = !said && ofWords.length === loose.length ? loose : [];
  const inputs = bound.map((each) =>
    passed(
      each.input,
      each.column,
      each.wish?.codes ??
        (each.input.text === true ? undefined : (each.input.words ?? lists[ofWords.indexOf(each)])),
    ),
  );
  return {
    inputs,
    notes: [
      ...(places === null
        ? []
        : [
            'The file has no names: its inputs were taken for the columns in their order in the row schema. Prove it with --expect.',
          ]),
      ...unknownWords(schema, inputs),
    ],
  };
}
