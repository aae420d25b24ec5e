import { rm } from 'node:fs/promises';
import { quoteIdentifier, literalPath, withConnection } from '../duckdb.ts';
import { writingTo } from '../diskRefusal.ts';
import { createPendingFile } from './file.ts';
import { flatColumns } from './formats.ts';
import type { Sink, SinkOptions } from './sink.ts';
import { openTextSink } from './text.ts';

/**
 * A Parquet sink: `id`, `prediction` (DOUBLE where there are no classes), the ends of its interval, `probabilities.<class>` and `explanation` (JSON). Rows go to a
 * CSV file beside the target first, which DuckDB then streams into Parquet, so that memory stays constant.
 */
export async function openParquetSink(options: SinkOptions): Promise<Sink> {
  const file = await createPendingFile(options.path);
  const staging = `${file.temporary}.csv`;
  const explained = options.explained === true;
  const columns = flatColumns(options);
  const { classes, interval = false } = options;
  const text = await openTextSink({
    path: staging,
    format: 'csv',
    gzip: false,
    classes,
    interval,
    explained,
  });
  const discard = async (): Promise<void> => {
    await text.abort();
    await rm(staging, { force: true });
    await file.discard();
  };
  const copy = async (): Promise<void> => {
    const type = (index: number): string =>
      index === 0 ||
      (index === 1 && options.classes.length > 0) ||
      (explained && index === columns.length - 1)
        ? 'VARCHAR'
        : 'DOUBLE';
    const types = columns.map((_, i) => `'c${i}': '${type(i)}'`).join(', ');
    const select = columns.map((name, i) => `c${i} AS ${quoteIdentifier(name)}`).join(', ');
    const read = `read_csv($1, columns = {${types}}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', new_line = '\\n', force_not_null = ['c0', 'c1'])`;
    await writingTo(options.path, () =>
      withConnection((connection) =>
        connection.run(`COPY (SELECT ${select} FROM ${read}) TO $2 (FORMAT parquet, COMPRESSION zstd)`, [
          literalPath(staging),
          file.temporary,
        ]),
      ),
    );
  };
  return {
    write: (rows) => text.write(rows),
    close: async () => {
      await text.close();
      await copy();
      await rm(staging, { force: true });
      await file.commit();
    },
    abort: discard,
  };
}
