import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Digest } from '../digest.ts';
import { canonicalJson } from '../digest.ts';
import { usageError } from '../errors.ts';
import { foreignFormats } from '../modeling/foreignFormats.ts';
import { count, digest, figure, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';

/** What `aieng import` writes down of a model: its files, how columns become its inputs, and what it was tried with. */
export const importedModelShape = Type.Object(
  {
    version: Type.Literal(1),
    name: text('Name of the file.'),
    format: oneOf(foreignFormats),
    files: Type.Array(Type.Object({ path: text(), digest: digest() }), {
      minItems: 1,
      description: 'The model itself first.',
    }),
    inputs: Type.Array(
      Type.Object({
        name: text('As the model has it.'),
        column: text('Of the row schema.'),
        kind: oneOf(['number', 'category', 'time', 'text']),
        words: Type.Optional(
          Type.Array(Type.String(), { description: 'Categories by code; absent: a number as it is.' }),
        ),
        other: Type.Optional(
          Type.Literal(true, { description: 'Words beyond these are one to it; else they are missing.' }),
        ),
      }),
    ),
    trainedOn: orNull(
      Type.Object({
        file: text('As it was given.'),
        rows: count(),
        ids: digest('Ids of its rows: what the model has seen.'),
      }),
      'Rows that the model has learnt from; null: nobody said it.',
    ),
    judgedOn: orNull(
      Type.Object({
        file: text('As it was given.'),
        rows: count(),
        cells: digest('Its rows, cell by cell.'),
      }),
      'Fresh rows that judge it in place of the test part.',
    ),
    expected: orNull(
      Type.Object({
        file: text('As it was given.'),
        rows: count(),
        tolerance: figure('Relative from 1 on.'),
        largest: figure('Largest difference that was found.'),
        answers: digest('Inputs and answers that the researcher saw.'),
      }),
      'Answers that the researcher saw; null: none were given.',
    ),
  },
  { title: 'ImportedModel' },
);
export type ImportedModel = Shape<typeof importedModelShape>;

type Store = Pick<Ledger, 'store'>;

/** Every object that the model needs, its own description first. */
export const objectsOf = (own: Digest, model: ImportedModel): readonly Digest[] => [
  own,
  ...model.files.map((file) => file.digest),
  ...(model.trainedOn === null ? [] : [model.trainedOn.ids]),
  ...(model.judgedOn === null ? [] : [model.judgedOn.cells]),
  ...(model.expected === null ? [] : [model.expected.answers]),
];

export const writeImportedModel = ({ store }: Store, model: ImportedModel): Promise<Digest> =>
  store.put(canonicalJson(model));

/** @throws a usage error where no such model was imported into this store */
export async function readImportedModel({ store }: Store, own: Digest): Promise<ImportedModel> {
  const value: unknown = own !== '' && (await store.has(own)) ? await json({ store }, own) : undefined;
  if (Value.Check(importedModelShape, value)) return value;
  throw usageError({
    code: 'no-model-imported',
    message:
      own === ''
        ? 'model.family is imported, and model.imported.digest names no model.'
        : `model.imported.digest is ${own.slice(0, 12)}…, which no import into this store wrote.`,
    hint: 'Run `aieng import <model> --pipeline <name>`: it sets both for its run.',
  });
}

const strings = Type.Array(Type.String());

async function json({ store }: Store, own: Digest): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await store.get(own)));
}

/** Ids of the rows that a model has learnt from; null where nobody said which these are. */
export async function seenIds(
  store: Store,
  { trainedOn }: ImportedModel,
): Promise<ReadonlySet<string> | null> {
  if (trainedOn === null) return null;
  return new Set(Value.Parse(strings, await json(store, trainedOn.ids)));
}

/** The fresh rows that judge a model, cell by cell; null where the test part does. */
export async function freshRows(
  store: Store,
  { judgedOn }: ImportedModel,
): Promise<readonly unknown[] | null> {
  return judgedOn === null
    ? null
    : Value.Parse(Type.Array(Type.Unknown()), await json(store, judgedOn.cells));
}

/** Was it said which rows the model has learnt from, or brought such that it cannot know? */
export const isVerified = ({ trainedOn, judgedOn }: ImportedModel): boolean =>
  trainedOn !== null || judgedOn !== null;
