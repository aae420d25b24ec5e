import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anySchema, anyTable, sameTable } from '../anyTable.fixture.ts';
import { rowsFromTable } from '../rows.ts';
import type { SourceOptions } from '../source.ts';
import { openSource, sourceFormat } from './index.ts';
import { readAll, schemaOf, sourceFile, temporaryFolder } from './testing.fixture.ts';

let folder = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
const file = (content: string | Uint8Array, options: Partial<SourceOptions> = {}): Promise<SourceOptions> =>
  sourceFile(folder.path, 'rows.ndjson', content, { format: 'ndjson', ...options });
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
      [4, undefined, 'expected an object with named fields'],
      [5, undefined, expect.stringContaining('expected a JSON object: ')],
      [6, 'a', 'expected a value, got no such field'],
      [7, 'a', 'expected a number, got the text "x" (also b)'],
    ]);
    expect(rejections[0]?.raw).toBe('{"a":"5","b":null}');
  });

  it('gives its keys as header and its values as text', async () => {
    const source = await openSource(
      await file('{"a":1.5,"b":"x"}\n{"b":"","c":true,"__proto__":1}\n', { batchRows: 1 }),
    );
    expect(await source.header()).toEqual(['a', 'b', 'c', '__proto__']);
    const { columns } = await source.readText(10);
    expect([...columns].map(([name, column]) => [name, column.kind === 'text' ? column.values : []])).toEqual(
      [
        ['a', ['1.5', null]],
        ['b', ['x', null]],
        ['c', [null, 'true']],
        ['__proto__', [null, '1']],
      ],
    );
  });

  it('comes gzipped and from standard input', async () => {
    expect((await readAll(await file(gzipSync('{"a":1,"b":"x"}\n'), { gzip: true }), ab)).table.rows).toBe(1);
    async function* stdin(): AsyncGenerator<Buffer> {
      yield Buffer.from('{"a":1,"b"');
      yield Buffer.from(':"é"}\n{"a":2,"b":"y"}');
    }
    const source = await openSource({ ...(await file('')), path: '-', stdin: stdin() });
    const rows = [];
    for await (const { table } of source.read(ab, { required: ['a', 'b'], optional: [] }))
      rows.push(...rowsFromTable(table));
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

describe('sourceFormat', () => {
  it.each([
    ['a.csv', 'csv', false],
    ['A.CSV.GZ', 'csv', true],
    ['a.tsv', 'csv', false],
    ['a.jsonl.gz', 'ndjson', true],
    ['x/a.b.parquet', 'parquet', false],
    ['-', 'ndjson', false],
  ] as const)('%s', (path, format, gzip) => {
    expect(sourceFormat(path)).toEqual({ format, gzip });
  });
  it.each(['a', 'a.xlsx', 'a.parquet.gz', 'a.gz', 'a.constructor'])('%s is refused', (path) => {
    expect(() => sourceFormat(path)).toThrow(
      expect.objectContaining({ code: 'unknown-format', exitCode: 2 }),
    );
  });
});
