import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anySchema, anyTable, sameTable } from '../../anyTable.fixture.ts';
import { rowsFromTable } from '../../rows.ts';
import { requireFormat } from '../../dialect.ts';
import type { RowsFile } from '../../source.ts';
import type { FileOptions } from '../testing.fixture.ts';
import { namesOf, readAll, schemaOf, sourceFile, temporaryFolder, wordsOf } from '../testing.fixture.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
const file = (content: string | Uint8Array, options: FileOptions = {}): Promise<RowsFile> =>
  sourceFile(folder.path, 'rows.ndjson', content, options);
const ab = schemaOf({ a: 'number', b: 'category' });

describe('NDJSON', () => {
  it('is typed by the schema, bad lines are quarantined', async () => {
    const text =
      '{"a":1,"b":0,"c":[1]}\r\n\n{"a":"5","b":null}\n[1]\n{"a":2\n{"b":"x"}\n{"a":"x","b":{}}\n{"a":null,"b":"0"}';
    const { rows, rejections } = await readAll(await file(text, { batchRows: 2 }), ab);
    expect(rows).toEqual([
      { a: 1, b: '0' },
      { a: null, b: '0' },
    ]);
    expect(rejections.map(({ line, column, reason }) => [line, column, reason])).toEqual([
      [3, 'a', 'expected a number, got the text "5"'],
      [4, undefined, 'expected an object of fields, got a list'],
      [5, undefined, 'expected a JSON object: it ends too early (column 7)'],
      [6, 'a', 'expected a number, got no such field'],
      [7, 'a', 'expected a number, got the text "x" (also b)'],
    ]);
    expect(rejections[0]?.raw).toBe('{"a":"5","b":null}');
  });

  it('gives its keys as header and its values as words with their form', async () => {
    const rows = await file(
      '{"a":1.5,"b":"x"}\n[1]\n{"b":"","c":true,"__proto__":1}\n{"a":null,"b":{"d":1},"c":[]}\n',
      { batchRows: 1 },
    );
    expect(await namesOf(rows)).toEqual(['a', 'b', 'c', '__proto__', 'b.d']);
    expect(Object.entries(await wordsOf(rows))).toEqual([
      ['a', [['1.5', 'number'], null, ['', 'null']]],
      ['b', [['x', 'string'], ['', 'string'], null]],
      ['c', [null, ['true', 'boolean'], ['[]', 'nested']]],
      ['__proto__', [null, ['1', 'number'], null]],
      ['b.d', [null, null, ['1', 'number']]],
    ]);
  });

  it('comes gzipped and from standard input', async () => {
    expect(
      (await readAll(await file(gzipSync('{"a":1,"b":"x"}\n'), { compression: 'gzip' }), ab)).table.rows,
    ).toBe(1);
    async function* stdin(): AsyncGenerator<Buffer> {
      yield Buffer.from('{"a":1,"b"');
      yield Buffer.from(':"é"}\n{"a":2,"b":"y"}');
    }
    const { rows } = await readAll({ ...(await file('')), path: '-', stdin: stdin() }, ab);
    expect(rows).toEqual([
      { a: 1, b: 'é' },
      { a: 2, b: 'y' },
    ]);
  });

  it.each([
    ['', 'source-empty'],
    ['\n \n', 'source-empty'],
    ['[{"a":1}]', 'not-ndjson'],
    ['{"A":1,"b":"x"}\n', 'missing-column'],
  ])('%j is refused', async (text, code) => {
    await expect(readAll(await file(text), ab)).rejects.toMatchObject({ code, exitCode: 3 });
  });

  it('clean + quarantined = input', async () => {
    const line = fc.oneof(
      fc.record({ a: fc.double(), b: fc.string() }).map((row) => JSON.stringify(row)),
      fc.json().map((text) => text.replaceAll('\n', ' ')),
      fc.string().map((text) => `x${text}`.replaceAll('\n', ' ')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (lines, batchRows) => {
          const text = `{"a":1,"b":"x"}\n${lines.join('\n')}`;
          const { table, rejections } = await readAll(await file(text, { batchRows }), ab);
          expect(table.rows + rejections.length).toBe(1 + lines.length);
        },
      ),
    );
  });

  it('read ∘ write = id', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable({ minRows: 1 }), async (table) => {
        const text = rowsFromTable(table)
          .map((row) => `${JSON.stringify(row)}\n`)
          .join('');
        const { table: back, rejections } = await readAll(await file(text, { batchRows: 5 }), anySchema);
        expect(rejections).toEqual([]);
        sameTable(back, table);
      }),
    );
  });
});

describe('the format by the name', () => {
  it.each([
    ['a.csv', 'csv', false],
    ['A.CSV.GZ', 'csv', true],
    ['a.tsv', 'csv', false],
    ['a.jsonl.gz', 'ndjson', true],
    ['x/a.b.parquet', 'parquet', false],
    ['-', 'ndjson', false],
  ] as const)('%s', (path, format, gzip) => {
    expect(requireFormat(path)).toEqual({ format, gzip });
  });
  it.each(['a', 'a.xlsx', 'a.parquet.gz', 'a.gz', 'a.constructor'])('%s is refused', (path) => {
    expect(() => requireFormat(path)).toThrow(
      expect.objectContaining({ code: 'unknown-format', exitCode: 2 }),
    );
  });
});
