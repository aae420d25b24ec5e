import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../digest.ts';
import { dialectOf } from '../dialect.ts';
import { openRows } from '../openRows.ts';
import type { Dialect } from '../dialect.ts';
import type { RowsFile, RowsHeader } from '../source.ts';
import { digestOfFiles } from './fileList.ts';
import { readAll, schemaOf, temporaryFolder, wordsOf } from './testing.fixture.ts';

let base = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  base = await temporaryFolder();
});
afterAll(() => base.remove());

let folders = 0;
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(base.path, `f${folders++}`);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** The source that a path below a folder is. */
const source = (folder: string, below = '', known: Partial<Dialect> = {}): RowsFile => ({
  path: below === '' ? folder : join(folder, below),
  displayPath: below === '' ? 'data' : `data/${below}`,
  dialect: dialectOf(below === '' ? folder : below, known),
  declarable: true,
  batchRows: 2,
});

async function headerOf(file: RowsFile): Promise<RowsHeader> {
  let seen: RowsHeader | undefined;
  const nothing = { schema: { columns: [], missing: [''] }, required: [], optional: [] };
  for await (const _part of openRows(file, (header) => ((seen = header), nothing))) break;
  return seen!;
}

const hive = {
  'year=2023/month=12/a.csv': 'n,w\n1,x\n',
  'year=2024/month=1/b.csv': 'w,n\ny,2\nz,3\n',
  'year=2024/month=__HIVE_DEFAULT_PARTITION__/c.csv': 'n,w\n4,u\n',
};

describe('a folder', () => {
  it('is one source: columns by name, folders as columns, an account of each file', async () => {
    const folder = await folderOf({ ...hive, _SUCCESS: '', '.x.csv': 'n\n', 'notes.txt': 'x' });
    const schema = schemaOf({ n: 'number', w: 'category', year: 'number', month: 'number' });
    const { rows, read } = await readAll(source(folder), schema);
    expect(rows).toEqual([
      { n: 1, w: 'x', year: 2023, month: 12 },
      { n: 2, w: 'y', year: 2024, month: 1 },
      { n: 3, w: 'z', year: 2024, month: 1 },
      { n: 4, w: 'u', year: 2024, month: null },
    ]);
    const files = Object.entries(hive).map(([name, content]) => ({ name, digest: sha256(content) }));
    expect(read.digest).toBe(digestOfFiles(files));
    expect(read.files).toEqual(
      files.map(({ name, digest }, at) => ({
        file: `data/${name}`,
        digest,
        bytes: Object.values(hive)[at]!.length,
        records: [1, 2, 1][at],
        rejected: 0,
      })),
    );
    const { findings } = await headerOf(source(folder));
    const told = findings!.map(({ what }) => what).join('\n');
    expect(told).toContain('3 files are read as one source.');
    expect(told).toContain('Names of folders give the columns "year", "month".');
    expect(told).toContain('1 files of the folder are not named as rows');
  });

  it('gives the words of its folders to inference', async () => {
    const words = await wordsOf(source(await folderOf(hive)));
    expect(words['year']!.map((word) => word![0])).toEqual(['2023', '2024', '2024', '2024']);
  });

  it('names columns by the order of its folders where that is declared, or gives none', async () => {
    const folder = await folderOf({ '2024/05/a.csv': 'n\n1\n', '2025/06/b.csv': 'n\n2\n' });
    const schema = schemaOf({ n: 'number', year: 'number' });
    const partitions = ['year', 'month'];
    expect((await readAll(source(folder, '', { partitions }), schema)).rows).toEqual([
      { n: 1, year: 2024 },
      { n: 2, year: 2025 },
    ]);
    expect((await headerOf(source(folder))).names).toEqual(['n']);
    expect((await headerOf(source(await folderOf(hive), '', { partitions: [] }))).names).toEqual(['n', 'w']);
  });

  it('tells what its files lack of each other; that is missing, or refused where it may not be', async () => {
    const folder = await folderOf({ 'a.csv': 'n,w\n1,x\n', 'b.ndjson': '{"n": 2}\n', 'c.csv': 'n,w\n' });
    const { findings } = await headerOf(source(folder));
    expect(findings!.find(({ what }) => what.includes('lack'))).toMatchObject({
      what: expect.stringContaining(
        '1 of 3 files lack columns that others have (they are missing in their rows): "w".',
      ),
      example: 'data/b.ndjson lacks "w"',
    });
    const schema = schemaOf({ n: 'number', w: 'category' });
    expect((await readAll(source(folder), schema)).rows).toEqual([
      { n: 1, w: 'x' },
      { n: 2, w: null },
    ]);
    const strict = { ...schema, columns: schema.columns.map((column) => ({ ...column, nullable: false })) };
    await expect(readAll(source(folder), strict)).rejects.toMatchObject({
      code: 'missing-column',
      message: expect.stringContaining('data/b.ndjson'),
    });
    await expect(readAll(source(folder), schemaOf({ nn: 'number' }))).rejects.toMatchObject({
      code: 'missing-column',
      message: expect.stringContaining('data:'),
    });
  });

  it('names the file of a rejection and its line', async () => {
    const folder = await folderOf({ 'a.csv': 'n\n1\n', 'b.csv': 'n\nx\n2\n' });
    const { rejections, read } = await readAll(source(folder), schemaOf({ n: 'number' }));
    expect(rejections).toMatchObject([{ file: 'data/b.csv', line: 2 }]);
    expect(read.files?.map(({ rejected }) => rejected)).toEqual([0, 1]);
  });

  it('without rows, and a folder that does not fit its column, is refused', async () => {
    await expect(headerOf(source(await folderOf({ 'notes.txt': 'x' })))).rejects.toMatchObject({
      code: 'no-partitions',
    });
    await expect(headerOf(source(await folderOf({ 'a.csv': '' })))).rejects.toMatchObject({
      code: 'source-empty',
    });
    const folder = await folderOf({ 'year=late/a.csv': 'n\n1\n' });
    await expect(readAll(source(folder), schemaOf({ n: 'number', year: 'number' }))).rejects.toMatchObject({
      code: 'partition-value',
      exitCode: 3,
      message: expect.stringContaining('"year=late"'),
    });
  });
});

describe('a pattern', () => {
  const files = {
    '2024-01.csv': 'n\n1\n',
    '2024-02.csv': 'n\n2\n',
    '2025-01.csv': 'n\n3\n',
    'x/2024-03.csv': 'n\n4\n',
  };
  it.each([
    ['2024-*.csv', [1, 2]],
    ['202?-01.csv', [1, 3]],
    ['*/*.csv', [4]],
    ['**/2024-*.csv', [1, 2, 4]],
    ['**', [1, 2, 3, 4]],
  ])('%s means the files that match', async (pattern, numbers) => {
    const { rows } = await readAll(source(await folderOf(files), pattern), schemaOf({ n: 'number' }));
    expect(rows.map(({ n }) => n)).toEqual(numbers);
  });

  it('that nothing matches is told; a file of that very name is the file', async () => {
    await expect(headerOf(source(await folderOf(files), '2023-*.csv'))).rejects.toMatchObject({
      code: 'source-not-found',
      hint: expect.stringContaining('Check the pattern'),
    });
    const folder = await folderOf({ 'a[1]*.csv': 'n\n7\n', 'a[1]b.csv': 'n\n8\n' });
    const { rows, read } = await readAll(source(folder, 'a[1]*.csv'), schemaOf({ n: 'number' }));
    expect([rows, read.files]).toEqual([[{ n: 7 }], undefined]);
  });
});
