import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../src/data/columns.ts';
import type { RowsFormat } from '../../src/data/dialect.ts';
import { dialectOf } from '../../src/data/dialect.ts';
import { withConnection } from '../../src/data/duckdb.ts';
import { logicalDigest } from '../../src/data/logicalDigest.ts';
import { gatherRows, openRows, openWords } from '../../src/data/openRows.ts';
import type { RowSchema } from '../../src/data/schema.ts';
import type { RowsFile } from '../../src/data/source.ts';
import { sources } from '../../src/data/sources/index.ts';
import { arrowOf } from '../../src/data/sources/arrow/arrow.fixture.ts';
import { workbookOf } from '../../src/data/sources/xlsx/workbook.fixture.ts';
import { schemaOf, temporaryFolder } from '../../src/data/sources/testing.fixture.ts';

/**
 * What every kind of source of data/sources/index.ts owes: conservation, the digest of the bytes that were read, the
 * place of each refused record, and the same rows for the same content. A new kind needs a writer below, and is then
 * tested unasked.
 */

/** A record of the suite: a number, a word, a text. `bad` has a text where the number stands. */
interface Row {
  readonly n: number | string | null;
  readonly w: string | null;
  readonly t: string | null;
}

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const csvCell = (cell: string | number | null): string =>
  cell === null ? '' : `"${String(cell).replaceAll('"', '""')}"`;
const texts: Readonly<Record<'csv' | 'ndjson' | 'json', (rows: readonly Row[]) => string>> = {
  csv: (rows) =>
    ['n,w,t', ...rows.map(({ n, w, t }) => [n, w, t].map(csvCell).join(','))].join('\n').concat('\n'),
  ndjson: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  json: (rows) => `[${rows.map((row) => `\n${JSON.stringify(row)}`).join(',')}\n]\n`,
};

/** Writes rows in a format. Parquet is typed: its numbers are texts, so that one can be bad. */
const writers: Readonly<Record<RowsFormat, (path: string, rows: readonly Row[]) => Promise<void>>> = {
  csv: async (path, rows) => writeFileSync(path, texts.csv(rows)),
  ndjson: async (path, rows) => writeFileSync(path, texts.ndjson(rows)),
  json: async (path, rows) => writeFileSync(path, texts.json(rows)),
  arrow: async (path, rows) => {
    const columnOf = (name: keyof Row): (string | null)[] =>
      rows.map(({ [name]: cell }) => (cell === null ? null : String(cell)));
    writeFileSync(path, arrowOf({ n: columnOf('n'), w: columnOf('w'), t: columnOf('t') }));
  },
  xlsx: async (path, rows) =>
    writeFileSync(
      path,
      workbookOf([{ name: 'Rows', rows: [['n', 'w', 't'], ...rows.map(({ n, w, t }) => [n, w, t])] }]),
    ),
  parquet: async (path, rows) => {
    const source = `${path}.ndjson`;
    const written = rows.map((row) => ({ ...row, n: row.n === null ? null : String(row.n) }));
    writeFileSync(source, written.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const columns = `columns = {n: 'VARCHAR', w: 'VARCHAR', t: 'VARCHAR'}`;
    await withConnection((connection) =>
      connection.run(
        `COPY (SELECT * FROM read_json($1, ${columns}, format = 'newline_delimited')) TO $2 (FORMAT parquet)`,
        [source, path],
      ),
    );
  },
};

const schema: RowSchema = schemaOf({ n: 'number', w: 'category', t: 'text' }, ['']);
const plan = { schema, required: ['n', 'w', 't'], optional: [] };
const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({
    n: i % 7 === 3 ? 'bad' : i % 5 === 0 ? null : i / 4,
    w: i % 11 === 0 ? null : `w ${i % 3}, "é"`,
    // No row of nothing: a sheet has none.
    t: i % 13 === 0 && i % 5 !== 0 ? null : `text ${i} 😀`,
  }));

let files = 0;
async function fileOf(format: RowsFormat, rows: readonly Row[], batchRows = 16): Promise<RowsFile> {
  const path = join(folder.path, `f${files++}.${format}`);
  await writers[format](path, rows);
  return { path, displayPath: 'rows', dialect: dialectOf(path), declarable: false, batchRows };
}
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Where the format has lines, a record's physical line; else its number. */
const placeOf: Readonly<Record<RowsFormat, (row: number) => number>> = {
  csv: (row) => row + 2,
  ndjson: (row) => row + 1,
  json: (row) => row + 2,
  arrow: (row) => row + 1,
  xlsx: (row) => row + 2,
  parquet: (row) => row + 1,
};

const formats = Object.keys(sources) as RowsFormat[];
/** Read by place, and hashed once more at the end. */
const isReadByPlace = (format: RowsFormat): boolean =>
  format === 'parquet' || format === 'arrow' || format === 'xlsx';

describe.each(formats)('the source %s', (format) => {
  it('gives every record as a row or as a rejection, with its place, and the digest of what was read', async () => {
    const rows = rowsOf(100);
    const file = await fileOf(format, rows);
    const { table, rejections, read } = await gatherRows(file, () => plan);
    const bad = rows.flatMap(({ n }, at) => (n === 'bad' ? [at] : []));
    expect(rejections.map(({ line, column, file: name }) => [line, column, name])).toEqual(
      bad.map((row) => [placeOf[format](row), 'n', 'rows']),
    );
    expect(rejections[0]?.raw).toContain('bad');
    expect(table.rows).toBe(100 - bad.length);
    expect(read).toMatchObject({
      records: 100,
      accepted: 100 - bad.length,
      rejected: bad.length,
      digest: sha256(file.path),
      bytes: readFileSync(file.path).length,
    });
  });

  it('gives the same rows in batches of any size', async () => {
    const digests = new Set<string>();
    for (const batchRows of [1, 7, 5000])
      digests.add(
        logicalDigest((await gatherRows(await fileOf(format, rowsOf(60), batchRows), () => plan)).table),
      );
    expect(digests.size).toBe(1);
  });

  it('tells the fields that the schema does not know, with counts', async () => {
    const file = await fileOf(format, rowsOf(30));
    const narrow = { schema: schemaOf({ w: 'category' }, ['']), required: ['w'], optional: [] };
    const { read } = await gatherRows(file, () => narrow);
    expect(read.unknownColumns).toEqual([
      { name: 'n', records: 30 },
      { name: 't', records: 30 },
    ]);
  });

  it('reads what it opened, whatever takes its name meanwhile', async () => {
    const file = await fileOf(format, rowsOf(3000), 100);
    const [before, other] = [sha256(file.path), await fileOf(format, rowsOf(10))];
    let batches = 0;
    for await (const part of openRows(file, () => plan)) {
      if (batches++ === 0) renameSync(other.path, file.path);
      if (part.kind === 'read') expect([part.records, part.digest]).toEqual([3000, before]);
    }
    expect(sha256(file.path)).not.toBe(before);
  });

  it('that is written to while it is read is what was read, or refused', async () => {
    const file = await fileOf(format, rowsOf(3000), 100);
    const reading = async (): Promise<string> => {
      let batches = 0;
      let digest = '';
      for await (const part of openRows(file, () => plan)) {
        if (batches++ === 0) appendFileSync(file.path, texts.ndjson(rowsOf(1)));
        if (part.kind === 'read') digest = part.digest;
      }
      return digest;
    };
    const outcome = await reading().catch((error: unknown) => error);
    if (typeof outcome === 'string') expect(outcome).toMatch(/^[0-9a-f]{64}$/);
    else expect(outcome).toMatchObject({ code: 'input-changed', exitCode: 3 });
    expect(isReadByPlace(format)).toBe(typeof outcome !== 'string');
  });

  it('without rows is an error, and an empty file too', async () => {
    const header: Readonly<Record<RowsFormat, readonly Row[]>> = {
      csv: [],
      ndjson: [],
      json: [],
      parquet: [],
      arrow: [],
      xlsx: [],
    };
    const none = await fileOf(format, header[format]);
    await expect(gatherRows(none, () => plan)).rejects.toMatchObject({ exitCode: 3 });
    writeFileSync(none.path, '');
    await expect(gatherRows(none, () => plan)).rejects.toMatchObject({ exitCode: 3 });
  });

  it('lacking a column, or not being there, is told before any row is read', async () => {
    const file = await fileOf(format, rowsOf(5));
    const wider = {
      schema: schemaOf({ n: 'number', nn: 'number' }, ['']),
      required: ['n', 'nn'],
      optional: [],
    };
    await expect(gatherRows(file, () => wider)).rejects.toMatchObject({
      code: 'missing-column',
      exitCode: 3,
    });
    await expect(gatherRows({ ...file, path: `${file.path}.none` }, () => plan)).rejects.toMatchObject({
      code: 'source-not-found',
      exitCode: 2,
    });
  });

  it('may be left before its end', async () => {
    const file = await fileOf(format, rowsOf(2000), 10);
    for (let i = 0; i < 10; i += 1) for await (const _part of openRows(file, () => plan)) break;
    for await (const _part of openWords(file, () => undefined)) break;
    expect((await gatherRows(file, () => plan)).read.records).toBe(2000);
  });

  it('gives its texts for inference, each once a batch, and as many records', async () => {
    const file = await fileOf(format, rowsOf(40));
    let rows = 0;
    for await (const part of openWords(file, () => undefined)) {
      if (part.kind === 'read') expect(part).toMatchObject({ records: 40, digest: sha256(file.path) });
      else {
        rows += part.rows;
        for (const { codes, words } of part.columns.values()) {
          expect(codes.length).toBe(part.rows);
          expect(new Set(words).size).toBe(words.length);
        }
      }
    }
    expect(rows).toBe(40);
  });
});

describe('the same content', () => {
  it('is the same table whatever the format, plain or compressed', async () => {
    const rows = rowsOf(200);
    const tables: Table[] = [];
    for (const format of formats)
      tables.push((await gatherRows(await fileOf(format, rows), () => plan)).table);
    for (const format of ['csv', 'ndjson', 'json'] as const) {
      const file = await fileOf(format, rows);
      const path = `${file.path}.gz`;
      writeFileSync(path, gzipSync(texts[format](rows)));
      const { table, read } = await gatherRows({ ...file, path, dialect: dialectOf(path) }, () => plan);
      expect(read.digest).toBe(sha256(path));
      tables.push(table);
    }
    expect(new Set(tables.map(logicalDigest)).size).toBe(1);
  });

  it('compressed: bytes behind its end are read and hashed, too', async () => {
    const file = await fileOf('csv', rowsOf(10));
    const path = `${file.path}.gz`;
    writeFileSync(path, Buffer.concat([gzipSync(texts.csv(rowsOf(10))), Buffer.alloc(3_000_000)]));
    const { read } = await gatherRows({ ...file, path, dialect: dialectOf(path) }, () => plan);
    expect([read.records, read.digest]).toEqual([10, sha256(path)]);
  });
});
