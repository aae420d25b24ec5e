import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anySchema, anyTable, sameTable } from '../../anyTable.fixture.ts';
import { withConnection } from '../../duckdb.ts';
import { logicalDigest } from '../../logicalDigest.ts';
import { writeParquet } from '../../parquet.ts';
import { rowIds } from '../../rowId.ts';
import { tableFromRows } from '../../rows.ts';
import type { RowSchema } from '../../schema.ts';
import { dialectOf } from '../../dialect.ts';
import type { RowsFile } from '../../source.ts';
import { namesOf, readAll, schemaOf, sourceFile, temporaryFolder, wordsOf } from '../testing.fixture.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
const options = (name: string): RowsFile => ({
  path: join(folder.path, name),
  displayPath: name,
  dialect: dialectOf(name),
  batchRows: 1000,
  declarable: true,
});
const write = async (name: string, select: string): Promise<RowsFile> => {
  const made = options(name);
  await withConnection((connection) =>
    connection.run(`COPY (${select}) TO $1 (FORMAT parquet)`, [made.path]),
  );
  return made;
};

describe('a Parquet file', () => {
  it('of foreign types becomes the same cells as CSV and JSON would', async () => {
    const made = await write(
      'types.parquet',
      `SELECT 1::TINYINT a, 5000000000::BIGINT b, 1.5::DECIMAL(9,3) c, 0::INTEGER d, 0.0::DOUBLE e, true f,
        DATE '2024-02-29' g, TIMESTAMPTZ '2024-02-29 12:00:00+02' h, '2024-02-29' i, 'x'::ENUM('x', 'y') j, 12::BIGINT k
       UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NA', NULL, NULL`,
    );
    const schema = schemaOf({
      a: 'number',
      b: 'number',
      c: 'number',
      d: 'category',
      e: 'category',
      f: 'category',
      g: 'time',
      h: 'time',
      i: 'time',
      j: 'category',
      k: 'text',
    });
    const { rows, rejections } = await readAll(made, schema);
    expect(rejections).toEqual([]);
    const row = {
      a: 1,
      b: 5e9,
      c: 1.5,
      d: '0',
      e: '0',
      f: 'true',
      g: '2024-02-29T00:00:00.000Z',
      h: '2024-02-29T10:00:00.000Z',
      i: '2024-02-29T00:00:00.000Z',
      j: 'x',
      k: '12',
    };
    expect(rows[0]).toEqual(row);
    expect(Object.values(rows[1]!)).toEqual(Array.from({ length: 11 }, () => null));
    const fromJson = tableFromRows(
      [{ ...row, d: 0, e: 0, f: true }],
      schema,
      schema.columns.map(({ name }) => name),
    ).table;
    const features = { rowIdColumns: [], featureColumns: schema.columns.map(({ name }) => name) };
    expect(rowIds((await readAll(made, schema)).table, features)[0]).toBe(rowIds(fromJson, features)[0]);
  });

  it('has its bad cells quarantined by row number', async () => {
    const made = await write(
      'bad.parquet',
      `SELECT * FROM (VALUES ('1', 'x'), ('abc', 'y'), ('3', NULL), ('inf', 'z')) AS t(a, b)`,
    );
    const schema: RowSchema = { ...schemaOf({ a: 'number', b: 'category' }) };
    const strict: RowSchema = {
      ...schema,
      columns: schema.columns.map((column) => ({ ...column, nullable: false })),
    };
    const { rows, rejections } = await readAll(made, strict);
    expect(rows).toEqual([{ a: 1, b: 'x' }]);
    expect(rejections).toEqual([
      {
        file: 'bad.parquet',
        line: 2,
        column: 'a',
        reason: 'expected a number, got "abc"',
        raw: '{"a":"abc","b":"y"}',
      },
      {
        file: 'bad.parquet',
        line: 3,
        column: 'b',
        reason: 'expected a category, got nothing',
        raw: '{"a":"3","b":null}',
      },
      {
        file: 'bad.parquet',
        line: 4,
        column: 'a',
        reason: 'expected a finite number, got "inf"',
        raw: '{"a":"inf","b":"z"}',
      },
    ]);
  });

  it('is read in batches, clean + quarantined = input', async () => {
    const made = await write(
      'many.parquet',
      `SELECT CASE WHEN i % 10 = 0 THEN 'bad' ELSE i::VARCHAR END a, 'w' || (i % 3) b FROM range(10000) t(i)`,
    );
    const { table, rejections, batches } = await readAll(
      { ...made, batchRows: 4000 },
      schemaOf({ a: 'number', b: 'category' }),
    );
    expect([table.rows, rejections.length, rejections.at(-1)?.line]).toEqual([9000, 1000, 9991]);
    expect(batches).toBe(3);
  });

  it('comes back from what aieng wrote', async () => {
    const made = options('own.parquet');
    await fc.assert(
      fc.asyncProperty(anyTable({ minRows: 1 }), async (table) => {
        // A foreign file has no way to say that two columns differ in case only.
        const columns = new Map([...table.columns].filter(([name]) => name !== 'NUMBER'));
        const schema = { ...anySchema, columns: anySchema.columns.filter(({ name }) => name !== 'NUMBER') };
        await writeParquet({ ...table, columns }, made.path);
        const back = await readAll(made, schema);
        expect(back.rejections).toEqual([]);
        sameTable(back.table, { ...table, columns });
        expect(logicalDigest(back.table)).toBe(logicalDigest({ ...table, columns }));
      }),
      { numRuns: 30 },
    );
  });

  it('gives its header and its cells as text', async () => {
    const made = await write('text.parquet', `SELECT 1.5 a, 'x' b, DATE '2024-01-01' c, true d`);
    expect(await namesOf(made)).toEqual(['a', 'b', 'c', 'd']);
    expect(await wordsOf(made)).toEqual({
      a: [['1.5', 'text']],
      b: [['x', 'text']],
      c: [['2024-01-01T00:00:00.000Z', 'text']],
      d: [['true', 'text']],
    });
  });

  it('is refused where it is none, has no rows, lacks a column or has nested ones', async () => {
    const made = await write('few.parquet', 'SELECT 1 a WHERE false');
    await expect(readAll(made, schemaOf({ a: 'number' }))).rejects.toMatchObject({
      code: 'source-without-rows',
      exitCode: 3,
    });
    await expect(readAll(made, schemaOf({ b: 'number' }))).rejects.toMatchObject({
      code: 'missing-column',
      exitCode: 3,
    });
    const nested = await write('nested.parquet', 'SELECT [1, 2] a, {x: 1} b, 5 c');
    await expect(readAll(nested, schemaOf({ a: 'category' }))).rejects.toMatchObject({
      code: 'unsupported-column-type',
      exitCode: 3,
    });
    expect((await readAll(nested, schemaOf({ c: 'number' }))).rows).toEqual([{ c: 5 }]);
    const text = await sourceFile(folder.path, 'text.csv', 'a,b\n1,2\n', { format: 'parquet' });
    await expect(readAll(text, schemaOf({ a: 'number' }))).rejects.toMatchObject({
      code: 'parquet-damaged',
      exitCode: 3,
    });
    await writeFile(options('cut.parquet').path, (await readFile(nested.path)).subarray(0, 100));
    await expect(readAll(options('cut.parquet'), schemaOf({ a: 'number' }))).rejects.toMatchObject({
      code: 'parquet-damaged',
    });
    await expect(readAll(options('none.parquet'), schemaOf({ a: 'number' }))).rejects.toMatchObject({
      code: 'source-not-found',
      exitCode: 2,
    });
  });
});

describe('a Parquet file of other types', () => {
  it('gives members of structs by the way to them, times of day and untyped texts as texts, and tells the rest', async () => {
    const file = await write(
      'nested.parquet',
      `SELECT {'a': 1, 'in': {'b c': 'x', 'd"e': 2.5::DECIMAL(3,1)}} AS st, TIME '01:02:03' AS clock,
        'plain'::BLOB AS bytes, '\\xFF'::BLOB AS picture, [1] AS list, map {'k': 1} AS map, INTERVAL 1 DAY AS span`,
    );
    expect(await namesOf(file)).toEqual(['st.a', 'st.in.b c', 'st.in.d"e', 'clock', 'bytes']);
    const schema = schemaOf({
      'st.a': 'number',
      'st.in.b c': 'category',
      'st.in.d"e': 'number',
      clock: 'text',
      bytes: 'text',
    });
    const { rows, read } = await readAll(file, schema);
    expect(rows).toEqual([
      { 'st.a': 1, 'st.in.b c': 'x', 'st.in.d"e': 2.5, clock: '01:02:03', bytes: 'plain' },
    ]);
    expect(read.unreadable.map(({ name, reason }) => [name, reason])).toEqual([
      ['picture', "bytes that are no text is not a table's cell"],
      ['list', "a list is not a table's cell"],
      ['map', "a map is not a table's cell"],
      ['span', "a span of time is not a table's cell"],
    ]);
  });

  it('that is encrypted is told', async () => {
    const file = await sourceFile(folder.path, 'secret.parquet', 'PARE\u0000\u0000\u0000\u0000PARE');
    await expect(namesOf(file)).rejects.toMatchObject({ code: 'parquet-encrypted', exitCode: 3 });
  });

  it('that is damaged so that DuckDB gives up altogether takes nothing else with it', async () => {
    const good = await write('good.parquet', 'SELECT range % 7 AS a FROM range(5000)');
    const bytes = await readFile(good.path);
    const faults: unknown[] = [];
    for (let at = 4; at < bytes.length; at += 3) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0xff;
      const bad = await sourceFile(folder.path, 'bad.parquet', changed);
      await wordsOf(bad).catch((error: unknown) => faults.push(error));
    }
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) expect(fault).toMatchObject({ exitCode: 3 });
    expect((await readAll(good, schemaOf({ a: 'number' }))).table.rows).toBe(5000);
  });
});

describe('a file of many rows, whose words are asked for first', () => {
  /** The same cells out of a file of many rows and out of small ones, where they are read one by one. */
  it('becomes the same cells as its pieces', async () => {
    const rowOf = (from: number, to: number): string =>
      `SELECT ['it''s', 'a longer word than twelve', 'é', ' padded ', 'NA', NULL, 'refused'][1 + i % 7] a, i % 3 = 0 b,
        CASE WHEN i % 1000 = 999 THEN 9007199254740993 ELSE i END c, i % 4 d, 'word ' || i e,
        CASE WHEN i % 11 > 0 THEN TIMESTAMP '2024-02-29 12:00:00' + to_minutes(i) END f, (i / 8)::DOUBLE g,
        CASE WHEN i % 500 = 7 THEN NULL ELSE i END h
       FROM range(${from}, ${to}) AS t(i)`;
    const base = schemaOf({
      a: 'category',
      b: 'category',
      c: 'number',
      d: 'category',
      e: 'category',
      f: 'time',
      g: 'number',
      h: 'number',
    });
    const closed: RowSchema = {
      ...base,
      columns: base.columns.map((column) =>
        column.name === 'a'
          ? { ...column, closed: true, domain: ["it's", 'a longer word than twelve', 'é', 'padded'] }
          : { ...column, nullable: column.name !== 'h' },
      ),
    };
    for (const schema of [base, closed]) {
      const whole = await readAll(await write('whole.parquet', rowOf(0, 6000)), schema);
      const pieces = [];
      for (let from = 0; from < 6000; from += 2000)
        pieces.push(await readAll(await write(`from${from}.parquet`, rowOf(from, from + 2000)), schema));
      expect(whole.rows).toEqual(pieces.flatMap(({ rows }) => rows));
      expect(whole.rejections.map(({ reason, column, raw }) => [reason, column, raw])).toEqual(
        pieces.flatMap(({ rejections }) =>
          rejections.map(({ reason, column, raw }) => [reason, column, raw]),
        ),
      );
      expect(whole.rejections.length).toBeGreaterThan(0);
    }
  });
});
