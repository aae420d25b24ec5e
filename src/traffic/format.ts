import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { damagedError } from '../errors.ts';

/**
 * The form of log segments. 1: lines of records and nothing else (aieng 0.1; read for ever). 2: the first line is a
 * `SegmentHeader`, and every label carries `v`.
 */
export const logFormat = 2;

/** `shadows`: what the other of two bundles said. aieng before 0.2 passes these files by. */
export type SegmentKind = 'predictions' | 'labels' | 'shadows';

const segmentHeader = Type.Object({
  log: Type.Union([Type.Literal('predictions'), Type.Literal('labels'), Type.Literal('shadows')]),
  format: Type.Integer({ minimum: 2, description: 'The form of the lines that follow.' }),
  aieng: Type.String({ description: 'The version of aieng that wrote it: one that can read it.' }),
});
/** The first line of a segment. */
export type SegmentHeader = Static<typeof segmentHeader>;

/** The first line of a segment that is written now. */
export const headerLine = (kind: SegmentKind, aieng: string): string =>
  `${JSON.stringify({ log: kind, format: logFormat, aieng } satisfies SegmentHeader)}\n`;

/** The header that a first line is, or undefined: a segment of format 1 begins with a record. */
export function parseHeader(line: string): SegmentHeader | undefined {
  if (!line.startsWith('{"log":')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return Value.Check(segmentHeader, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param form what a segment, its index or a line says of itself; `aieng` null where it does not say who wrote it
 * @throws damaged error (exit 8) for a form that a later aieng wrote
 */
export function requireReadable(
  { format, aieng }: { readonly format: number; readonly aieng: string | null },
  file: string,
): void {
  if (format <= logFormat) return;
  const writer = aieng === null ? 'a newer aieng' : `aieng ${aieng}`;
  throw damagedError({
    code: 'log-too-new',
    message: `${file} was written by ${writer} (log format ${format}); this aieng reads formats 1 to ${logFormat}.`,
    hint: aieng === null ? 'Use the aieng that wrote it.' : `Use aieng ${aieng} or newer.`,
    at: { file },
  });
}
