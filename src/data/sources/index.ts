import { usageError } from '../../errors.ts';
import type { Source, SourceOptions } from '../source.ts';
import { openCsv } from './csv.ts';
import { openNdjson } from './ndjson.ts';
import { openParquet } from './parquet.ts';

/** Every kind of source, by the format that opens it. Add one: a file here and a line. */
export const sources: Readonly<Record<SourceOptions['format'], (options: SourceOptions) => Source>> = {
  csv: openCsv,
  ndjson: openNdjson,
  parquet: openParquet,
};

const formatOfExtension: Readonly<Record<string, SourceOptions['format']>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
};

/**
 * Format and compression by a file's extension: `.csv`, `.tsv`, `.txt`, `.ndjson`, `.jsonl` (each also `.gz`),
 * `.parquet`; standard input (`-`) is NDJSON.
 *
 * @throws usage error (exit 2) for anything else.
 * @example sourceFormat('rows.csv.gz') // { format: 'csv', gzip: true }
 */
export function sourceFormat(path: string): { format: SourceOptions['format']; gzip: boolean } {
  if (path === '-') return { format: 'ndjson', gzip: false };
  const gzip = /\.gz$/i.test(path);
  const extension = /\.([a-z]+)$/i.exec(gzip ? path.slice(0, -3) : path)?.[1]?.toLowerCase() ?? '';
  const format = Object.hasOwn(formatOfExtension, extension) ? formatOfExtension[extension] : undefined;
  if (format !== undefined && !(gzip && format === 'parquet')) return { format, gzip };
  throw usageError({
    code: 'unknown-format',
    message: `${path}: expected a file named .csv, .ndjson or .parquet (.csv and .ndjson also .gz).`,
    hint: 'Rename the file by its format, or say the format explicitly.',
  });
}

/**
 * Opens a source. Nothing is read before `header`, `read` or `readText` is called; those throw usage errors (exit 2)
 * for files that cannot be read and data errors (exit 3) for content that is not a table.
 */
export async function openSource(options: SourceOptions): Promise<Source> {
  if (!(options.batchRows >= 1)) throw new RangeError('batchRows must be at least 1');
  return sources[options.format](options);
}
