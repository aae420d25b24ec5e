import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import type { Shape } from '../shape.ts';
import { logFormat, requireReadable } from './format.ts';

const cell = Type.Union([Type.String(), Type.Number(), Type.Null()]);
const answer = Type.Union([Type.String(), Type.Number()]);

/** A line of the prediction log: enough to monitor, to retrain and to replay the prediction exactly. */
export const predictionRecord = Type.Object({
  id: Type.String({ description: "The service's own id of the answer (a ULID: it begins with its time)." }),
  rowId: Type.String({ description: 'Who was asked about: its `row_id` columns, or the hash of its cells.' }),
  at: Type.Number({ description: 'When, ms since 1970 UTC.' }),
  version: Type.Union([Type.Number(), Type.Null()]),
  bundle: Type.String({ description: 'Digest of the bundle that answered.' }),
  features: Type.Record(Type.String(), cell, { description: 'Validated, typed input cells.' }),
  prediction: answer,
  scores: Type.Array(Type.Number(), { description: "In the order of the bundle's outputs." }),
});
export type PredictionRecord = Shape<typeof predictionRecord>;

/** A label that arrived later: what became of a prediction, or of a row. */
export const labelRecord = Type.Object({
  id: Type.String({ description: 'Of a prediction, else of a row.' }),
  label: answer,
  at: Type.Number({ description: 'When it arrived, ms since 1970 UTC.' }),
  time: Type.Optional(
    Type.Number({ description: 'When the outcome was known, where the sender said so, ms since 1970 UTC.' }),
  ),
});
export type LabelRecord = Shape<typeof labelRecord>;

/**
 * What the other of two bundles said to the row of a prediction, or that it could not. It holds no cell and no id of a row:
 * those are in the prediction's own record.
 */
export const shadowRecord = Type.Object({
  id: Type.String({ description: 'Of the prediction that the caller got.' }),
  at: Type.Number({ description: 'When, ms since 1970 UTC.' }),
  bundle: Type.String({ description: 'Digest of the bundle that says this.' }),
  fault: Type.Union([Type.Literal('refused'), Type.Literal('failed'), Type.Null()], {
    description: 'Why it says nothing: it takes no such row, or it broke. Null: it answered.',
  }),
  prediction: Type.Union([answer, Type.Null()]),
  scores: Type.Array(Type.Number()),
  ms: Type.Number({ description: 'How long it took for a row.' }),
  callerMs: Type.Number({ description: 'How long the answer that the caller got took for a row.' }),
});
export type ShadowRecord = Shape<typeof shadowRecord>;

const shadowCheck = TypeCompiler.Compile(shadowRecord);

/** A line of a `shadows` segment, or undefined where it is torn or no such record. */
export function parseShadowLine(line: string): ShadowRecord | undefined {
  const value = parseJson(line);
  return shadowCheck.Check(value) ? value : undefined;
}

const predictionCheck = TypeCompiler.Compile(predictionRecord);
/** A line of a `labels` segment says its own form; one of format 1 does not. */
const labelLine = Type.Composite([
  Type.Object({ v: Type.Integer({ minimum: 2, default: logFormat }) }),
  labelRecord,
]);
const labelCheck = TypeCompiler.Compile(Type.Union([labelLine, labelRecord]));

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** A line of a `predictions` segment, or undefined where it is torn or no such record. */
export function parsePredictionLine(line: string): PredictionRecord | undefined {
  const value = parseJson(line);
  return predictionCheck.Check(value) ? value : undefined;
}

/** Words whose texts are kept: those of categories come again and again. */
const mostKeptWords = 4096;

/** A record to be written: its features may also be what `JSON.stringify` writes of them. */
export type TakenPrediction = Omit<PredictionRecord, 'features'> & {
  readonly features: PredictionRecord['features'] | string;
};

/** Makes the lines of one log. */
export type PredictionLines = (record: TakenPrediction) => string;

/**
 * Lines of predictions, with their line feed: what `JSON.stringify` writes of each record. The cells of one bundle have
 * the same names in the same order, so that nearly all of a line is known before: what stands between the cells is made once.
 */
export function predictionLines(): PredictionLines {
  const words = new Map<string, string>();
  const textOf = (value: string | number | null): string => {
    if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
    if (value === null) return 'null';
    const known = words.get(value);
    if (known !== undefined) return known;
    const text = JSON.stringify(value);
    if (words.size < mostKeptWords && value.length <= 64) words.set(value, text);
    return text;
  };
  let names: readonly string[] = [];
  /** What stands before each cell, and the cell, in turn; joined, they are the features without their last brace. */
  let pieces: string[] = [];
  /** Bundles are few, and versions. */
  let bundle: string | undefined;
  let version: number | null = null;
  let middle = '';

  const learn = (features: PredictionRecord['features']): void => {
    names = Object.keys(features);
    pieces = names.flatMap((name, at) => [`${at === 0 ? '{' : ','}${JSON.stringify(name)}:`, '']);
  };
  /** Puts the cells into their places; false where they have other names than those before. */
  const place = (features: PredictionRecord['features']): boolean => {
    let at = 0;
    for (const name in features) {
      if (name !== names[at]) return false;
      pieces[2 * at + 1] = textOf(features[name] ?? null);
      at += 1;
    }
    return at === names.length;
  };
  const featuresText = (features: PredictionRecord['features']): string => {
    if (!place(features)) {
      learn(features);
      place(features);
    }
    // Joined and not added up: a sum of many texts stays a tree of them until it is written.
    return names.length === 0 ? '{}' : `${pieces.join('')}}`;
  };
  return (record) => {
    if (record.bundle !== bundle || record.version !== version) {
      ({ bundle, version } = record);
      middle = `,"version":${textOf(version)},"bundle":${JSON.stringify(bundle)},"features":`;
    }
    const { id, rowId, at, features, prediction, scores } = record;
    let listed = '';
    for (let place = 0; place < scores.length; place += 1)
      listed += (place === 0 ? '' : ',') + textOf(scores[place] ?? null);
    const head = `{"id":${JSON.stringify(id)},"rowId":${JSON.stringify(rowId)},"at":${textOf(at)}`;
    const cells = typeof features === 'string' ? features : featuresText(features);
    return `${head}${middle}${cells},"prediction":${textOf(prediction)},"scores":[${listed}]}\n`;
  };
}

/** A label as a line of a segment, with its line feed. */
export const writeLabelLine = (record: LabelRecord): string =>
  `${JSON.stringify({ v: logFormat, ...record } satisfies Static<typeof labelLine>)}\n`;

/**
 * A line of a `labels` segment, or undefined where it is torn or no such record.
 *
 * @throws damaged error (exit 8) for a line in a form that a later aieng wrote
 */
export function parseLabelLine(line: string, file: string): LabelRecord | undefined {
  const value = parseJson(line);
  if (typeof value === 'object' && value !== null && 'v' in value && typeof value.v === 'number')
    requireReadable({ format: value.v, aieng: null }, file);
  if (!labelCheck.Check(value)) return undefined;
  const { id, label, at, time } = value;
  return { id, label, at, ...(time === undefined ? {} : { time }) };
}
