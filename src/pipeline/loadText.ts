import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import type { AiengError } from '../errors.ts';
import { usageError } from '../errors.ts';
import type { ParsedDocument } from './document.ts';
import { largestDocument, parseDocumentText } from './document.ts';
import { invalidFile } from './invalid.ts';

/** A path as messages name it: relative to the root with `/`, or as it is where it lies outside. */
export function displayPath(root: string, path: string): string {
  const inside = relative(root, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside.split(sep).join('/');
}

/**
 * The text of a small file that people write: UTF-8, at most 1 MB.
 *
 * @throws usage error where it cannot be read, is too large, or is not UTF-8.
 */
export async function readTextFile(file: string, display: string): Promise<string> {
  const unreadable = (why: string, hint: string, cause?: unknown): AiengError =>
    usageError({
      code: 'file-unreadable',
      message: `${display} ${why}.`,
      hint,
      at: { file: display },
      cause,
    });
  const info = await stat(file).catch((cause: unknown) => {
    throw unreadable('does not exist or cannot be read', 'Check the path and its permissions.', cause);
  });
  if (!info.isFile()) throw unreadable('is not a file', 'Name a file.');
  if (info.size > 4 * largestDocument)
    throw unreadable(`has ${info.size} bytes, more than any pipeline`, 'Is it the right file?');
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw unreadable('cannot be read', 'Check its permissions.', cause);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable('is not UTF-8 text', 'Save it as UTF-8.', cause);
  }
}

/**
 * Parses a text that people write.
 *
 * @throws usage error with every syntax error and its line and column.
 */
export async function parseTextFile(text: string, display: string, code: string): Promise<ParsedDocument> {
  const parsed = await parseDocumentText(text);
  if (parsed.ok) return parsed.document;
  throw invalidFile(
    code,
    display,
    parsed.problems.map((problem) => ({ ...problem, place: problem.place ?? { line: 1, column: 1 } })),
  );
}
