import { plainRowReader } from '../data/oneRow.ts';
import type { PlainRow } from '../data/oneRow.ts';
import { namingCells } from '../data/rowId.ts';
import type { RowSchema } from '../data/schema.ts';
import { AiengError } from '../errors.ts';
import { encode, preparedRows } from '../features/encode.ts';
import { preparingOne } from '../features/prepare.ts';
import { programOf } from '../features/program.ts';
import type { FittedFeatures } from '../features/spec.ts';
import type { Scorer } from '../modeling/model.ts';
import type { Manifest } from '../packaging/manifest.ts';
import { finish } from '../work.ts';
import { answerOf } from './answer.ts';
import type { Answer, TextAnswer } from './prediction.ts';

interface OneRowParts {
  readonly manifest: Manifest;
  readonly schema: RowSchema;
  readonly features: FittedFeatures;
  readonly scorer: Scorer;
  /** Columns that are read, in the order of the schema. */
  readonly asked: readonly string[];
  /** Those of them that may always be absent. */
  readonly idsOnly: readonly string[];
}

/** The scores of one row after the other, by its typed cells. */
function scoringOne(
  { features, scorer }: OneRowParts,
  columns: readonly string[],
): (cells: readonly (string | number | null)[]) => ArrayLike<number> {
  const prepareOne = preparingOne(features, columns);
  const { names, sparse } = programOf(features);
  const cells = new Float32Array(names.length);
  // Rows of sparse columns have cells that blocks do not hold.
  const one = sparse.wide.length === 0 ? scorer.one : undefined;
  return (row) => {
    const prepared = prepareOne(row);
    if (one !== undefined) {
      encode(features, prepared, 0, 1, cells);
      const scores = one(cells);
      if (scores !== null) return scores;
    }
    return finish(scorer.predict(preparedRows(features, prepared, 0)));
  };
}

/** Answers one row of a request after the other; null for one that is not as it should be. */
export interface AnsweringOne {
  readonly ofRow: (row: unknown) => Answer | null;
  /** Of a text `{"<field>": {…}}`. */
  readonly ofText: (field: string) => (text: string) => TextAnswer | null;
}

/** A copy of one object and another value for each of its keys costs less than an object that grows by key. */
function recordsOf(
  names: readonly string[],
): (value: (at: number) => string | number | null) => Answer['features'] {
  const empty: Record<string, string | number | null> = {};
  for (const name of names) empty[name] = null;
  return (value) => {
    const record = { ...empty };
    for (let at = 0; at < names.length; at += 1) record[names[at]!] = value(at);
    return record;
  };
}

/**
 * The answer to one row of a request that is as it should be, without the table and the columns that many rows need; null
 * for any other, which takes the way of many. It only ever accepts, and answers what that way answers, bit for bit.
 */
export function answeringOne(parts: OneRowParts): AnsweringOne {
  const { manifest, schema, asked, idsOnly } = parts;
  const { columns, read, readText } = plainRowReader(schema, asked, idsOnly);
  // Assigned, it would be the object's prototype.
  if (columns.includes('__proto__')) return { ofRow: () => null, ofText: () => () => null };
  const nameOf = namingCells(columns, {
    rowIdColumns: manifest.row_id,
    featureColumns: manifest.inputs.map(({ name }) => name),
  });
  const score = scoringOne(parts, columns);
  const scoresOf = (typed: readonly (string | number | null)[]): ArrayLike<number> | null => {
    try {
      return score(typed);
    } catch (error) {
      // The way of many says what is wrong.
      if (error instanceof AiengError && error.code === 'transform-refused') return null;
      throw error;
    }
  };
  const places = asked.map((name) => columns.indexOf(name));
  const isInOrder = places.length === columns.length && places.every((place, at) => place === at);
  const recordOf = recordsOf(asked);
  const answer = <Features>(
    { shown, typed }: PlainRow,
    featuresOf: () => Features,
  ): (Omit<Answer, 'features'> & { readonly features: Features }) | null => {
    const scores = scoresOf(typed);
    if (scores === null) return null;
    const { prediction, probabilities, prediction_interval, scores: list } = answerOf(manifest, scores);
    // One by one: a spread costs as much as the model.
    return {
      rowId: nameOf(shown, typed),
      prediction,
      probabilities,
      prediction_interval,
      scores: list,
      features: featuresOf(),
    };
  };
  const recorded = (plain: PlainRow): Answer | null =>
    answer(plain, () => recordOf((at) => plain.shown[places[at]!] ?? null));
  return {
    ofRow: (row) => {
      const plain = read(row);
      return plain === null ? null : recorded(plain);
    },
    ofText: (field) => {
      const rowOf = readText(field);
      return (text) => {
        const plain = rowOf(text);
        if (plain === null) return null;
        const { text: own } = plain;
        return own === '' || !isInOrder ? recorded(plain) : answer(plain, () => own);
      };
    },
  };
}
