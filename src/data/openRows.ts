import type { Table } from './columns.ts';
import { TableParts } from './columns.ts';
import { openSource } from './remote/openSource.ts';
import { withoutPersonalRecords } from './personal.ts';
import type {
  Batch,
  OpenedSource,
  ReadPlan,
  Rejection,
  RowsFile,
  RowsHeader,
  RowsRead,
  SourceEnd,
  WordBatch,
} from './source.ts';
import { watchedFile } from './source.ts';

/** The account of a file, after the law of conservation was checked: a record is a row or a rejection. */
function settle(
  file: RowsFile,
  { header }: OpenedSource,
  end: SourceEnd,
  counted: { readonly accepted: number; readonly rejected: number },
  wanted: readonly string[],
): RowsRead {
  const { accepted, rejected } = counted;
  const names = new Set(header.names);
  if (end.records !== accepted + rejected)
    throw new Error(
      `${file.displayPath}: ${end.records} records, but ${accepted} rows and ${rejected} rejections`,
    );
  const { unreadable, dialect, findings = [], warnings = [], sampled = false } = header;
  const { version = null, cursor = null } = end;
  return {
    kind: 'read',
    file: file.displayPath,
    ...end,
    version,
    cursor,
    accepted,
    rejected,
    unreadable,
    absent: sampled ? [] : wanted.filter((name) => !names.has(name)),
    dialect,
    findings,
    warnings,
  };
}

/** Hands on the parts of an opened file and, after the last of them, its account. Gives the file back in any case. */
async function* accounted<Part extends { readonly rejections: readonly Rejection[] }>(
  file: RowsFile,
  source: OpenedSource,
  parts: (header: RowsHeader) => AsyncGenerator<Part, SourceEnd, void>,
  rowsOf: (part: Part) => number,
  wanted: () => readonly string[] = () => [],
): AsyncGenerator<Part | RowsRead, void, void> {
  let [accepted, rejected] = [0, 0];
  try {
    const reading = parts(source.header);
    try {
      for (;;) {
        const next = await reading.next();
        if (next.done === true) {
          yield settle(file, source, next.value, { accepted, rejected }, wanted());
          return;
        }
        accepted += rowsOf(next.value);
        rejected += next.value.rejections.length;
        yield next.value;
      }
    } finally {
      await reading.return(undefined as never);
    }
  } finally {
    await source.close();
  }
}

/** Records that are refused stand as they are, but for what is personal: no caller can pass it on. */
async function* withheldBatches(
  batches: AsyncGenerator<Batch, SourceEnd, void>,
  { schema }: ReadPlan,
): AsyncGenerator<Batch, SourceEnd, void> {
  try {
    for (;;) {
      const next = await batches.next();
      if (next.done === true) return next.value;
      yield withoutPersonalRecords(next.value, schema);
    }
  } finally {
    await batches.return(undefined as never);
  }
}

/**
 * THE way into a file of rows: a source, the rows to predict, the rows of `--current`, a file of labels, a stream.
 *
 * Opens it, asks `plan` what to read of the columns that it has, and gives batches of typed rows with the records that
 * were refused. The last part is the account: `records = accepted + rejected` of it, the digest of the very bytes that
 * the rows were made of (hashed while they were read), and the fields that the schema does not know. A caller has to tell
 * the two kinds of parts apart, and so meets both.
 *
 * One pass, constant memory; nothing is opened before the first part is asked for, and an abandoned iteration closes the
 * file.
 *
 * @throws usage errors (exit 2) for what cannot be opened; data errors (exit 3) for content that is not a table.
 */
export async function* openRows(
  file: RowsFile,
  plan: (header: RowsHeader) => ReadPlan,
): AsyncGenerator<Batch | RowsRead, void, void> {
  const source = await openSource(file);
  let reading: ReadPlan | null = null;
  yield* accounted(
    file,
    source,
    (header) => {
      reading = plan(header);
      return withheldBatches(source.batches(reading), reading);
    },
    (batch) => batch.table.rows,
    () => reading?.optional ?? [],
  );
}

/**
 * The same file as the texts that stand in it, for inferring a schema: records are refused only where they cannot be
 * cut into fields.
 *
 * @param accept Looks at the header before any row is read; what it throws ends the reading.
 */
export async function* openWords(
  file: RowsFile,
  accept: (header: RowsHeader) => void,
): AsyncGenerator<WordBatch | RowsRead, void, void> {
  const source = await openSource(file);
  yield* accounted(
    file,
    source,
    (header) => {
      accept(header);
      return source.words();
    },
    (batch) => batch.rows,
  );
}

/** A whole file: its rows, what was refused, and the account. */
export interface GatheredRows {
  readonly table: Table;
  readonly rejections: readonly Rejection[];
  readonly read: RowsRead;
}

/**
 * Reads a file of rows into one table.
 *
 * @param onBatch Called before each batch with the number of records before it, and the share of the file's bytes that was
 *   read where that is known; what it throws ends the reading.
 */
export async function gatherRows(
  file: RowsFile,
  plan: (header: RowsHeader) => ReadPlan,
  onBatch: (recordsBefore: number, share?: number) => Promise<void> = async () => undefined,
): Promise<GatheredRows> {
  const tables = new TableParts();
  const rejections: Rejection[] = [];
  let records = 0;
  const watched = watchedFile(file);
  for await (const part of openRows(watched.file, plan)) {
    if (part.kind === 'read') return { table: tables.take(), rejections, read: part };
    await onBatch(records, watched.share());
    tables.add(part.table);
    for (const rejection of part.rejections) rejections.push(rejection);
    records += part.table.rows + part.rejections.length;
  }
  throw new Error('a file of rows ended without its account');
}
