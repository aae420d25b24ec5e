import type { AiengError } from '../errors.ts';
import { usageError } from '../errors.ts';
import type { Place } from './document.ts';

/** A problem whose place is known. */
export interface PlacedProblem {
  readonly message: string;
  readonly hint: string;
  readonly place: Place;
}

const byPlace = (left: PlacedProblem, right: PlacedProblem): number =>
  left.place.line - right.place.line || left.place.column - right.place.column;

/**
 * All problems of a file in one error: the message lists them in the file's order, `at` is the first, the hint is the
 * first one's (each further hint stands beside its problem).
 *
 * @param file As messages name it, relative to the root.
 */
export function invalidFile(code: string, file: string, problems: readonly PlacedProblem[]): AiengError {
  const seen = new Set<string>();
  const sorted = [...problems].sort(byPlace).filter(({ message, place }) => {
    const line = `${place.line}:${place.column} ${message}`;
    return !seen.has(line) && seen.add(line);
  });
  const [first, ...rest] = sorted;
  if (first === undefined) throw new RangeError('invalidFile needs a problem');
  const list = [
    `${file} has ${sorted.length} problems:`,
    `  ${first.place.line}:${first.place.column}  ${first.message}`,
    ...rest.map(({ message, hint, place }) => `  ${place.line}:${place.column}  ${message} (${hint})`),
  ];
  return usageError({
    code,
    message:
      rest.length === 0
        ? `${file}:${first.place.line}:${first.place.column}: ${first.message}`
        : list.join('\n'),
    hint: first.hint,
    at: { file, line: first.place.line, column: first.place.column },
  });
}
