import type { KnownColumns } from '../../cells/flatten.ts';
import { flattenRow } from '../../cells/flatten.ts';
import { isJsonObject, parseJson } from '../../cells/json.ts';
import type { Rejection } from '../../source.ts';

/** A record of a file of JSON that is longer is taken for a damaged one. */
export const maxRecordBytes = 16 << 20;

/** The text of a record, and where it starts. */
export interface JsonRecord {
  /** Physical line, from 1. */
  readonly number: number;
  readonly text: string;
  /** Why it cannot be text, where it cannot. */
  readonly broken: string | undefined;
}

/** Where in a record something stands: many are written over several lines. */
function placeIn({ number, text }: JsonRecord, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  const column = before.at(-1)!.length + 1;
  return before.length === 1 ? `column ${column}` : `line ${number + before.length - 1}, column ${column}`;
}

/** The value of a record, or why it has none. */
export function parseRecord(record: JsonRecord): { readonly value: unknown } | { readonly problem: string } {
  const { text, broken } = record;
  if (broken !== undefined) return { problem: broken };
  const parsed = parseJson(text);
  if ('value' in parsed) return parsed;
  return { problem: `expected a JSON object: ${parsed.problem} (${placeIn(record, parsed.offset)})` };
}

/** A record that is JSON. */
export interface ParsedRecord {
  readonly record: JsonRecord;
  /** The fields of an object, or whatever else is there. */
  readonly value: unknown;
}

/** Rejections of a group in the order of its records: several may stand on one line. */
export class Refused {
  readonly #group: readonly JsonRecord[];
  readonly #displayPath: string;
  readonly #found = new Map<JsonRecord, Rejection>();

  constructor(group: readonly JsonRecord[], displayPath: string) {
    this.#group = group;
    this.#displayPath = displayPath;
  }

  add(record: JsonRecord, problem: { readonly reason: string; readonly column?: string }): void {
    const { number: line, text } = record;
    this.#found.set(record, { file: this.#displayPath, line, ...problem, raw: text.replace(/\r$/, '') });
  }

  list(): Rejection[] {
    if (this.#found.size === 0) return [];
    return this.#group.flatMap((record) => this.#found.get(record) ?? []);
  }
}

/** The records that are JSON with their values, objects flattened; the others are refused. */
export function parseGroup(
  group: readonly JsonRecord[],
  refused: Refused,
  known?: KnownColumns,
): readonly ParsedRecord[] {
  const kept: ParsedRecord[] = [];
  for (const record of group) {
    const parsed = parseRecord(record);
    const read = 'value' in parsed && isJsonObject(parsed.value) ? flattenRow(parsed.value, known) : parsed;
    if ('problem' in read) refused.add(record, { reason: read.problem });
    else kept.push({ record, value: 'fields' in read ? read.fields : read.value });
  }
  return kept;
}
