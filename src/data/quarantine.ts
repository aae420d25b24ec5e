import { Value } from '@sinclair/typebox/value';
import { damagedError } from '../errors.ts';
import type { Rejection } from './source.ts';
import { rejectionShape } from './source.ts';

/** One rejection as a line of NDJSON. */
export function rejectionLine({ file, line, column, reason, raw }: Rejection): string {
  return `${JSON.stringify({ file, line, ...(column === undefined ? {} : { column }), reason, raw })}\n`;
}

/** Rejections as NDJSON bytes (UTF-8, one object a line), in the given order. */
export function encodeQuarantine(rejections: readonly Rejection[]): Uint8Array {
  return Buffer.concat(rejections.map((rejection) => Buffer.from(rejectionLine(rejection), 'utf8')));
}

function parseRejection(text: string): Rejection | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(rejectionShape, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The rejections of a quarantine object.
 *
 * @throws damaged error (exit 8) where a line is none.
 */
export function decodeQuarantine(bytes: Uint8Array): Rejection[] {
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line, i) => {
      const rejection = parseRejection(line);
      if (rejection !== undefined) return rejection;
      throw damagedError({
        code: 'quarantine-damaged',
        message: `Line ${i + 1} of a quarantine object is not a rejected record.`,
        hint: 'Run `aieng ingest` again to make the snapshot and its quarantine anew.',
      });
    });
}

/** Rejections with one reason in one column. */
export interface RejectedAlike {
  /** Null where the record as a whole is to blame. */
  readonly column: string | null;
  /** The reason without what was got: `expected a number`. */
  readonly reason: string;
  readonly count: number;
  /** The first few. */
  readonly examples: readonly Rejection[];
}

const examplesKept = 3;

/** What a reason says besides the value that was got: `expected a number, got "abc"` → `expected a number`. */
const withoutValue = (reason: string): string => reason.replace(/,? got .*$/s, '');

/** Rejections by column and reason, the most frequent first; equally frequent ones in the order of the file. */
export function groupRejections(rejections: Iterable<Rejection>): readonly RejectedAlike[] {
  const groups = new Map<
    string,
    { column: string | null; reason: string; count: number; examples: Rejection[] }
  >();
  for (const rejection of rejections) {
    const { column = null, reason: said } = rejection;
    const reason = withoutValue(said);
    const key = JSON.stringify([column, reason]);
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { column, reason, count: 0, examples: [] }));
    group.count += 1;
    if (group.examples.length < examplesKept) group.examples.push(rejection);
  }
  return [...groups.values()].sort((left, right) => right.count - left.count);
}
