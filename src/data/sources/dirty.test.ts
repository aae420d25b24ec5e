import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../dialect.ts';
import { dialectOf } from '../dialect.ts';
import type { RowsFile } from '../source.ts';
import { namesOf, readAll, schemaOf } from './testing.fixture.ts';

// Public collections of awkward CSV files, in place beside the repository where they were provided.
const root = fileURLToPath(new URL('../../../../shared/data/dirty/', import.meta.url));
const present = existsSync(root);
if (!present) console.log('skipped: the collections of dirty CSV files (../shared/data/dirty) are not there');

const optionsOf = (path: string, more: Partial<Dialect> = {}): RowsFile => ({
  path: `${root}${path}`,
  displayPath: path,
  dialect: dialectOf(path, { format: 'csv', delimiter: ',', ...more }),
  batchRows: 100,
  declarable: true,
});
const textOf = async (path: string, more: Partial<Dialect> = {}) => {
  const names = await namesOf(optionsOf(path, more));
  const read = await readAll(
    optionsOf(path, more),
    schemaOf(Object.fromEntries(names.map((name) => [name, 'text' as const])), ['']),
  );
  return { names, ...read };
};
const jsonOf = (path: string): unknown => JSON.parse(readFileSync(`${root}${path}`, 'utf8'));
const empty = (cell: unknown): unknown =>
  typeof cell === 'string' ? cell.replaceAll('\r\n', '\n') : (cell ?? '');
const filesIn = (folder: string): string[] => (present ? readdirSync(`${root}${folder}`) : []);

describe.skipIf(!present)('dirty CSV files', () => {
  it.each(filesIn('csv-spectrum/csvs'))('csv-spectrum %s', async (name) => {
    const { rows, rejections } = await textOf(`csv-spectrum/csvs/${name}`);
    expect(rejections).toEqual([]);
    const expected = jsonOf(`csv-spectrum/json/${name.replace('.csv', '.json')}`) as Record<string, string>[];
    expect(rows.map((row) => Object.entries(row).map(([key, cell]) => [key, empty(cell)]))).toEqual(
      expected.map((row) => Object.entries(row).map(([key, cell]) => [key, empty(cell)])),
    );
  });

  const withAnswer = filesIn('csv-test-data/csv').filter(
    (name) => !name.startsWith('bad-') && !/^(all-empty|header-no-rows)/.test(name),
  );
  it.each(withAnswer)('csv-test-data %s', async (name) => {
    const { names, rows, rejections } = await textOf(`csv-test-data/csv/${name}`);
    expect(rejections).toEqual([]);
    const answer = jsonOf(`csv-test-data/json/${name.replace('.csv', '.json')}`) as (
      string[] | Record<string, string>
    )[];
    const expected = answer.map((row) => (Array.isArray(row) ? row : Object.values(row)));
    const read = rows.map((row) => names.map((column) => empty(row[column])));
    expect(Array.isArray(answer[0]) ? [names, ...read] : read).toEqual(expected);
  });

  it.each([
    ['bad-header-less-fields', 'expected 3 fields, got 2'],
    ['bad-header-more-fields', 'expected 3 fields, got 4'],
    ['bad-missing-quote', 'a quote is opened and never closed'],
    [
      'bad-quotes-with-unescaped-quote',
      'expected a delimiter after a closing quote (quotes inside are doubled)',
    ],
    ['bad-unescaped-quote', 'a quote inside of a field that is not quoted'],
  ])('csv-test-data %s', async (name, reason) => {
    const { rows, rejections } = await textOf(`csv-test-data/csv/${name}.csv`);
    expect([rows, rejections.map((rejection) => [rejection.line, rejection.reason])]).toEqual([
      [],
      [[2, reason]],
    ]);
  });

  it.each([
    ['all-empty', 'source-empty'],
    ['bad-header-no-header', 'source-empty'],
    ['bad-header-wrong-header', 'source-without-rows'],
    ['header-no-rows', 'source-without-rows'],
  ])('csv-test-data %s', async (name, code) => {
    await expect(textOf(`csv-test-data/csv/${name}.csv`)).rejects.toMatchObject({ code, exitCode: 3 });
  });

  it('papaparse', async () => {
    expect((await textOf('papaparse/utf-8-bom-sample.csv')).names).toEqual(['A', 'B', 'C']);
    expect((await textOf('papaparse/sample-header.csv')).rejections).toEqual([]);
    const long = await textOf('papaparse/long-sample.csv');
    expect(long.rows.length + long.rejections.length).toBe(7);
  });

  it('encodings and line breaks', async () => {
    for (const name of ['utf16le.txt', 'utf16be.txt']) {
      const { names, rows } = await textOf(`encodings/${name}`);
      expect([names, rows]).toEqual([['a', 'b'], [{ a: 'c', b: 'd' }]]);
    }
    expect((await textOf('encodings/issue_1087_utf8_bom.csv')).rows).toEqual([{ a: '1', b: '2', c: '3' }]);
    await expect(textOf('encodings/gb18030.txt')).rejects.toMatchObject({
      code: 'invalid-encoding',
      message: /:1: the header cannot be read: expected UTF-8/,
    });
    const undeclared = await textOf('encodings/russellCRLF.csv');
    expect(undeclared.rejections[0]).toMatchObject({
      line: 2,
      reason: expect.stringMatching(/^expected UTF-8/),
    });
    const latin = await textOf('encodings/russellCRLF.csv', { encoding: 'latin-1' });
    const breaks = await textOf('encodings/russellCRCRLF.csv', { encoding: 'latin-1' });
    expect(latin.rejections).toEqual([]);
    expect(breaks.rows).toEqual(latin.rows);
    expect(latin.rows[0]?.['Index Name']).toBe('Russell Microcap® Value Index');
  });

  it('embedded newlines, ragged rows and unescaped quotes keep their physical lines', async () => {
    const newlines = await textOf('encodings/doublequote_newline.csv');
    const embedded = newlines.rows.findIndex((row) => row['B'] !== 'a');
    expect([newlines.rows[embedded], newlines.rows[embedded + 1]]).toEqual([
      { A: '1', B: 'embedded "field"\nwith some embedded new\nlines as well' },
      { A: '2', B: 'not this one' },
    ]);
    const ragged = await textOf('encodings/536_fread_fill_1.txt');
    expect(ragged.rejections.map(({ line, reason }) => [line, reason])).toEqual([
      [6, 'expected 3 fields, got 2'],
      ...[13, 21, 23, 24].map((line) => [line, 'expected 3 fields, got 1']),
    ]);
    const unescaped = await textOf('encodings/unescaped.csv');
    expect(unescaped.rejections.map(({ line }) => line)).toEqual([2, 3]);
  });
});
