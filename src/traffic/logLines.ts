import type { LabelRecord, PredictionRecord } from './record.ts';

type Cells = Readonly<Record<string, string | number | null>>;

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch {
    return undefined;
  }
}

const isCell = (value: unknown): value is string | number | null =>
  value === null || typeof value === 'string' || typeof value === 'number';

const isAnswer = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

function isCells(value: unknown): value is Cells {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isCell)
  );
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'number');

/** A line of a `predictions` segment, or undefined where it is torn or no such record. */
export function parsePredictionLine(line: string): PredictionRecord | undefined {
  const value = parseObject(line);
  if (value === undefined) return undefined;
  const { id, rowId, at, version, bundle, features, prediction, scores } = value;
  if (typeof id !== 'string' || typeof rowId !== 'string' || typeof at !== 'number') return undefined;
  if ((version !== null && typeof version !== 'number') || typeof bundle !== 'string') return undefined;
  if (!isCells(features) || !isAnswer(prediction) || !isNumbers(scores)) return undefined;
  return { id, rowId, at, version, bundle, features, prediction, scores };
}

/** A line of a `labels` segment, or undefined where it is torn or no such record. */
export function parseLabelLine(line: string): LabelRecord | undefined {
  const value = parseObject(line);
  if (value === undefined) return undefined;
  const { id, label, at } = value;
  if (typeof id !== 'string' || !isAnswer(label) || typeof at !== 'number') return undefined;
  return { id, label, at };
}
