import { damagedError } from '../errors.ts';
import type { Rejection } from './source.ts';

/** Rejections as NDJSON bytes (UTF-8, one object a line), in the given order. */
export function encodeQuarantine(rejections: readonly Rejection[]): Uint8Array {
  const lines = rejections.map(({ file, line, column, reason, raw }) =>
    JSON.stringify({ file, line, ...(column === undefined ? {} : { column }), reason, raw }),
  );
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
}

function parseRejection(text: string): Rejection | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { file, line, column, reason, raw } = value as Partial<Record<keyof Rejection, unknown>>;
  if (
    typeof file !== 'string' ||
    typeof line !== 'number' ||
    typeof reason !== 'string' ||
    typeof raw !== 'string'
  )
    return undefined;
  if (column !== undefined && typeof column !== 'string') return undefined;
  return { file, line, ...(column === undefined ? {} : { column }), reason, raw };
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
