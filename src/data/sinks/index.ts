import { usageError } from '../../errors.ts';
import { openParquetSink } from './parquet.ts';
import type { Sink, SinkOptions } from './sink.ts';
import { openTextSink } from './text.ts';

/** Every kind of output, by format. Add one: a file here and a line. */
const sinks: Readonly<Record<SinkOptions['format'], (options: SinkOptions) => Promise<Sink>>> = {
  csv: openTextSink,
  ndjson: openTextSink,
  parquet: openParquetSink,
};

/** The formats that predictions can be written in. */
export const sinkFormats = Object.keys(sinks) as readonly SinkOptions['format'][];

/**
 * Opens an output for predictions. Format and compression of a path come from `sourceFormat`.
 *
 * @throws usage error (exit 2): a path that cannot be written; Parquet to standard output or with gzip.
 */
export async function openSink(options: SinkOptions): Promise<Sink> {
  if (options.format === 'parquet' && (options.path === '-' || options.gzip))
    throw usageError({
      code: 'unsupported-output',
      message: `Parquet cannot be written to ${options.path === '-' ? 'standard output' : 'a .gz file'}.`,
      hint: 'Write it to a file named .parquet (it is compressed already), or use NDJSON or CSV.',
    });
  return sinks[options.format](options);
}
