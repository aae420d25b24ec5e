import type { Column } from '../../columns.ts';
import type { OpenedSource, ReadPlan, RowsFile, SourceEnd, UnknownColumn, WordColumn } from '../../source.ts';
import { inBoundedBatches } from '../../source.ts';
import type { TextBytes } from '../bytes.ts';
import { openTextBytes } from '../bytes.ts';
import { noRows, selectFromHeader, unknownTo } from '../selection.ts';
import { CsvTail } from './csvAside.ts';
import type { ReadColumn, Taken } from './csvBatches.ts';
import { CsvBatches } from './csvBatches.ts';
import { cellReader, missingColumn, wordReader } from './csvCells.ts';
import type { CsvHeader } from './csvHeader.ts';
import { readCsvHeader } from './csvHeader.ts';
import { PlainRecords } from './plainRecords.ts';

/** Bytes that are read at a time. */
const pieceBytes = 1 << 20;

/** What is known of a file that was read to its end. */
type Counted = Pick<SourceEnd, 'records' | 'leftOut' | 'footer'>;

/**
 * The records of a file in batches; at the end, how many there were.
 *
 * @param tail Keeps the end of the file, where a footer is looked for.
 * @param plain Reads what is plain of the records.
 */
async function* readBatches<Cells>(
  file: RowsFile,
  bytes: TextBytes,
  header: CsvHeader,
  wanted: readonly ReadColumn<Cells>[],
  absent: (name: string, rows: number) => Cells,
  { tail, plain }: { readonly tail?: CsvTail | undefined; readonly plain?: PlainRecords | undefined },
): AsyncGenerator<Taken<Cells>, Counted, void> {
  // What is looked at to be declared leaves empty rows out; what is answered or kept has them, unless they are declared away.
  const { emptyRows } = file.dialect;
  const skipsEmpty = emptyRows === 'skip' || (emptyRows === null && tail !== undefined);
  const reading = new CsvBatches(file, header, wanted, skipsEmpty, plain);
  let skip = header.bytes;
  for await (const chunk of bytes.stream()) {
    const skipped = Math.min(skip, chunk.length);
    skip -= skipped;
    for (let at = skipped; at < chunk.length; at += pieceBytes) {
      const piece = chunk.subarray(at, at + pieceBytes);
      reading.push(piece);
      tail?.push(piece);
      while (reading.fill(false)) yield reading.take(absent);
    }
  }
  while (reading.fill(true)) yield reading.take(absent);
  if (reading.records === 0) throw noRows(file.displayPath, 'header-only');
  if (reading.pending) yield reading.take(absent);
  const { records, leftOut, lines } = reading;
  const footer = file.dialect.skipFooter === null ? tail?.footer(header, lines, file.displayPath) : undefined;
  return {
    records,
    ...(leftOut.length === 0 ? {} : { leftOut }),
    ...(footer === undefined ? {} : { footer }),
  };
}

const everyRecord = (names: readonly string[], records: number): readonly UnknownColumn[] =>
  names.map((name) => ({ name, records }));

/**
 * A CSV file (or standard input). One pass, constant memory: bytes → records → typed columns, with every value by
 * `cellParser`. A record that does not fit is rejected with the physical line it starts on; blank lines of a file with
 * several columns are no records.
 */
export async function openCsv(given: RowsFile): Promise<OpenedSource> {
  const bytes = await openTextBytes(given);
  const header = await readCsvHeader(given, bytes.head.bytes, bytes.head.complete).catch(
    async (error: unknown) => {
      await bytes.close();
      throw error;
    },
  );
  const { names, trailingDelimiter } = header;
  const file = inBoundedBatches(given, names.length);

  async function* batches({ schema, required, optional }: ReadPlan): ReturnType<OpenedSource['batches']> {
    const selected = selectFromHeader(file.displayPath, names, schema, { required, optional });
    const kinds = new Map(selected.map(({ schema: { name, kind } }) => [name, kind]));
    const plain = PlainRecords.of(header);
    try {
      const arrays = plain?.begin(header, [...kinds.values()], file.batchRows);
      const wanted = selected.map(({ schema: column, index }): ReadColumn<Column> => ({
        name: column.name,
        index,
        reader: cellReader(column, schema, file.batchRows, arrays),
      }));
      plain?.describe(header, wanted, file.dialect.emptyRows === 'skip');
      const absent = (name: string, rows: number): Column => missingColumn(kinds.get(name)!, rows);
      const reading = readBatches(file, bytes, header, wanted, absent, { plain });
      const unknown = unknownTo(schema, names);
      let next = await reading.next();
      for (; next.done !== true; next = await reading.next()) {
        const { rows, columns, rejections } = next.value;
        yield { kind: 'batch', table: { rows, columns }, rejections };
      }
      return await end(next.value, everyRecord(unknown, next.value.records));
    } finally {
      plain?.close();
    }
  }

  async function* words(): ReturnType<OpenedSource['words']> {
    const wanted = names.map((name, index): ReadColumn<WordColumn> => ({
      name,
      index,
      reader: wordReader(file.batchRows),
    }));
    const absent = (name: string): WordColumn => {
      throw new RangeError(`the header has no ${name}`);
    };
    const { skipFooter, emptyRows } = file.dialect;
    const tail = skipFooter === null || emptyRows === null ? new CsvTail() : undefined;
    const reading = readBatches(file, bytes, header, wanted, absent, { tail });
    let next = await reading.next();
    for (; next.done !== true; next = await reading.next()) yield { kind: 'words', ...next.value };
    return end(next.value, []);
  }

  const end = async (counted: Counted, unknownColumns: readonly UnknownColumn[]): Promise<SourceEnd> => ({
    ...counted,
    unknownColumns,
    ...(await bytes.finish()),
  });

  const dialect = {
    ...file.dialect,
    ...header.dialect,
    encoding: bytes.encoding,
    trailingDelimiter,
    skipFooter: file.dialect.skipFooter ?? 0,
    emptyRows: file.dialect.emptyRows ?? 'keep',
  };
  const findings = [...bytes.findings, ...header.findings];
  return { header: { names, unreadable: [], dialect, findings }, batches, words, close: () => bytes.close() };
}
