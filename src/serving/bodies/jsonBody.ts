import { isUtf8 } from 'node:buffer';
import { parseJson } from '../../data/cells/json.ts';
import { badRequest } from '../problem.ts';
import { checkJsonBounds } from './bounds.ts';
import type { Bounds } from './bounds.ts';

/** Where an offset stands in a text, for a person. */
function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - (before.lastIndexOf('\n') + 1) + 1;
  return `line ${line}, column ${column} (offset ${offset})`;
}

/** A body as text. Throws RequestProblem 400 where it is not UTF-8. */
export function textOfBody(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw badRequest('The body is not valid UTF-8.');
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/**
 * A request body's JSON, by the grammar that reads files too: numbers keep their spelling where a double would lose it,
 * and a key twice in one object is refused.
 *
 * @throws RequestProblem 400: not UTF-8, empty, not JSON (with line and column), a key twice, too deep; 413 beyond the
 * bounds, which are looked at before anything is parsed.
 */
export function parseJsonBody(bytes: Buffer, bounds: Bounds): unknown {
  checkJsonBounds(bytes, bounds);
  return parseJsonText(textOfBody(bytes));
}

/**
 * The same of a body that is a text already.
 *
 * @throws RequestProblem 400: empty, not JSON (with line and column), a key twice, too deep.
 */
export function parseJsonText(text: string): unknown {
  if (text.trim() === '') throw badRequest('The body is empty; a JSON value was expected.');
  const parsed = parseJson(text);
  if ('value' in parsed) return parsed.value;
  throw badRequest(`The body is not valid JSON at ${placeOf(text, parsed.offset)}: ${parsed.problem}.`);
}
