import { mkdir, mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RowSchema } from '../data/schema.ts';
import { parseJson } from '../data/cells/json.ts';
import { AiengError, usageError } from '../errors.ts';
import { largestDocument, placeOfPointer } from './document.ts';
import { jsonText } from './jsonText.ts';
import { parseTextFile, readTextFile } from './loadText.ts';
import { formatRowSchema, parseRowSchema } from './rowSchema.ts';

/**
 * Reads a row schema.
 *
 * @param path Absolute path.
 * @param display As messages name it.
 * @throws usage error `schema-invalid` with every problem, its line and column; `file-unreadable`.
 */
export async function readRowSchema(path: string, display: string = path): Promise<RowSchema> {
  const text = await readTextFile(path, display);
  const written = soundJson(text);
  if (written !== undefined) {
    try {
      return parseRowSchema(written, display);
    } catch (error) {
      if (!(error instanceof AiengError)) throw error;
    }
  }
  // Where something is wrong, with its line and column.
  const document = await parseTextFile(text, display, 'schema-invalid');
  return parseRowSchema(document.value, display, (pointer, on) => placeOfPointer(document, pointer, on));
}

/**
 * What a text says as JSON, where nothing in it has to be told; else undefined. The parser that knows where everything
 * stands takes a second for a schema of 500 columns.
 */
function soundJson(text: string): unknown {
  if (text.length > largestDocument || text.includes('__proto__') || 'problem' in parseJson(text))
    return undefined;
  return JSON.parse(text);
}

/** Was a row schema written yet? */
export async function rowSchemaExists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** The text of a row schema file: one line for each column. */
export function rowSchemaText(schema: RowSchema): string {
  return jsonText(formatRowSchema(schema));
}

/**
 * Writes a row schema: the whole new file or the old one, whatever happens meanwhile.
 *
 * @throws usage error `file-unwritable`.
 */
export async function writeRowSchema(path: string, schema: RowSchema, display: string = path): Promise<void> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    const staging = await mkdtemp(join(folder, '.aieng-'));
    try {
      const staged = join(staging, basename(path));
      const file = await open(staged, 'w');
      await file.writeFile(rowSchemaText(schema));
      await file.sync();
      await file.close();
      await rename(staged, path);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw usageError({
      code: 'file-unwritable',
      message: `${display} cannot be written: ${why}.`,
      hint: 'Check the permissions of its folder and the free space.',
      at: { file: display },
      cause,
    });
  }
}
