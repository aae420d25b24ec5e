import { decimalWord, numberWord } from '../../cells/numbers.ts';
import { concatTables } from '../../columns.ts';
import { doubles, strings } from '../../columnVectors.ts';
import { streamChunks } from '../../duckdb.ts';
import type { Finding } from '../../recognise/finding.ts';
import type { Batch, OpenedSource, ReadPlan, RowsFile, WordColumn } from '../../source.ts';
import { inBoundedBatches } from '../../source.ts';
import { noRows, selectFromHeader, unknownTo } from '../selection.ts';
import { requireReadable } from '../typed/readable.ts';
import type { Chunk } from './parquetCells.ts';
import { isoTime, numberOrNull, typeChunk } from './parquetCells.ts';
import type { ParquetColumn } from './parquetColumns.ts';
import type { ParquetFile } from './parquetFile.ts';
import { damagedParquet, openParquetFile } from './parquetFile.ts';
import { expressionOf, presentColumns } from './parquetQuery.ts';

/** Puts DuckDB's small chunks together to batches of about `rows` records. */
async function* regroup(batches: AsyncIterable<Batch>, rows: number): AsyncGenerator<Batch, void, void> {
  let group: Batch[] = [];
  let size = 0;
  const merged = (): Batch => ({
    kind: 'batch',
    table: concatTables(group.map(({ table }) => table)),
    rejections: group.flatMap(({ rejections }) => rejections),
  });
  for await (const batch of batches) {
    group.push(batch);
    size += batch.table.rows + batch.rejections.length;
    if (size < rows) continue;
    yield merged();
    group = [];
    size = 0;
  }
  if (group.length > 0) yield merged();
}

/** Streams expressions over the columns `p0`, `p1`, … of the file. */
async function* select(
  rowsFile: RowsFile,
  { path, from }: ParquetFile,
  expressions: readonly string[],
): AsyncGenerator<Chunk, void, void> {
  const list = expressions.length === 0 ? '0' : expressions.join(', ');
  try {
    yield* streamChunks(`SELECT ${list} FROM ${from}`, [path]);
  } catch (cause) {
    throw damagedParquet(rowsFile, cause);
  }
}

async function* readBatches(
  rowsFile: RowsFile,
  file: ParquetFile,
  plan: ReadPlan,
): AsyncGenerator<Batch, void, void> {
  const { displayPath } = rowsFile;
  requireReadable(rowsFile, file.unreadable, plan);
  const names = file.columns.map(({ name }) => name);
  const selected = selectFromHeader(displayPath, names, plan.schema, plan);
  if (file.rows === 0) throw noRows(displayPath, 'header-only');
  const { present, expressions } = await presentColumns(file, selected, plan.schema).catch(
    (cause: unknown) => {
      throw damagedParquet(rowsFile, cause);
    },
  );
  let first = 1;
  for await (const chunk of select(rowsFile, file, expressions)) {
    yield typeChunk(chunk, first, selected, present, displayPath);
    first += chunk.rowCount;
  }
}

/** A column of a chunk as texts, each different one once. */
function wordsOf(chunk: Chunk, index: number, { carrier, wide }: ParquetColumn): WordColumn {
  const codeOf = new Map<string | number | null, number>();
  const words: string[] = [];
  const values = carrier === 'text' ? strings(chunk, index) : Array.from(doubles(chunk, index), numberOrNull);
  const wordOf = (value: string | number): string => {
    if (typeof value === 'string') return wide ? decimalWord(value) : value;
    return carrier === 'time' ? isoTime(value) : numberWord(value);
  };
  const codes = Int32Array.from({ length: chunk.rowCount }, (_, row) => {
    const value = values[row] ?? null;
    let code = codeOf.get(value);
    if (code === undefined) {
      codeOf.set(value, (code = words.push(value === null ? '' : wordOf(value)) - 1));
    }
    return code;
  });
  return { codes, words, forms: 'text' };
}

const bytesFinding = (name: string): Finding => ({
  key: null,
  value: null,
  what: `${name} is bytes without a type, all of them UTF-8: it is read as text.`,
  line: null,
  example: null,
});

/** A Parquet file. Lines of rejections are row numbers from 1; `raw` is the row's wanted cells as JSON. */
export async function openParquet(rowsFile: RowsFile): Promise<OpenedSource> {
  const file = await openParquetFile(rowsFile);
  const names = file.columns.map(({ name }) => name);
  const { unreadable, rows: records } = file;
  return {
    header: { names, unreadable, dialect: rowsFile.dialect, findings: file.textsOfBytes.map(bytesFinding) },
    batches: async function* (plan) {
      const { batchRows } = inBoundedBatches(rowsFile, file.columns.length);
      yield* regroup(readBatches(rowsFile, file, plan), batchRows);
      const unknownColumns = unknownTo(plan.schema, names).map((name) => ({ name, records }));
      return { records, unknownColumns, ...(await file.finish()) };
    },
    words: async function* () {
      if (records === 0) throw noRows(rowsFile.displayPath, 'header-only');
      // A number that a double rounds is told by all of its digits.
      const columns = file.columns.map((column): ParquetColumn => ({
        ...column,
        carrier: column.wide ? 'text' : column.carrier,
      }));
      const expressions = columns.map(({ carrier, position }) => expressionOf(carrier, position));
      for await (const chunk of select(rowsFile, file, expressions))
        yield {
          kind: 'words',
          rows: chunk.rowCount,
          columns: new Map(columns.map(({ name }, i) => [name, wordsOf(chunk, i, columns[i]!)])),
          rejections: [],
        };
      return { records, unknownColumns: [], ...(await file.finish()) };
    },
    close: () => file.close(),
  };
}
