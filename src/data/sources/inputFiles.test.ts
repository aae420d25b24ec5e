import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireFormat } from '../dialect.ts';
import { listInputFiles } from './inputFiles.ts';
import { temporaryFolder } from './testing.fixture.ts';

let base = { path: '', remove: async (): Promise<void> => undefined };
beforeAll(async () => {
  base = await temporaryFolder();
});
afterAll(() => base.remove());

async function folderWith(name: string, files: readonly string[]): Promise<string> {
  const folder = join(base.path, name);
  await mkdir(folder);
  for (const file of files) await writeFile(join(folder, file), 'a\n1\n');
  return folder;
}

describe('the files that a path means', () => {
  it('of a folder: those named as rows, by code unit, and nothing below it', async () => {
    const rows = ['b.csv', 'B.ndjson', 'a10.parquet', 'a2.csv.gz', 'ä.tsv', 'c.jsonl.gz'];
    const folder = await folderWith('mixed', [...rows, 'notes.txt', 'rows.doc', '_SUCCESS', '.b.csv.crc']);
    await mkdir(join(folder, 'below.csv'));
    await symlink(join(folder, 'b.csv'), join(folder, 'link.csv'));
    const { kind, files, ignored } = await listInputFiles(folder, 'mixed');
    expect(kind).toBe('folder');
    expect(files.map(({ name }) => name)).toEqual([
      'B.ndjson',
      'a10.parquet',
      'a2.csv.gz',
      'b.csv',
      'c.jsonl.gz',
      'link.csv',
      'ä.tsv',
    ]);
    expect(files[2]).toMatchObject({
      displayPath: 'mixed/a2.csv.gz',
      dialect: { format: 'csv', compression: 'gzip' },
      bytes: 4,
    });
    expect(ignored).toEqual(['notes.txt', 'rows.doc']);
  });

  it('of a file: the file, by its name or by the format that is said', async () => {
    const folder = await folderWith('single', ['a.csv', 'rows.data']);
    const { kind, files } = await listInputFiles(join(folder, 'a.csv'), './a.csv');
    expect([kind, files.length]).toEqual(['file', 1]);
    expect(files[0]).toMatchObject({
      name: 'a.csv',
      displayPath: './a.csv',
      dialect: { format: 'csv' },
      bytes: 4,
    });
    const said = await listInputFiles(join(folder, 'rows.data'), 'rows.data', { format: 'ndjson' });
    expect(said.files[0]).toMatchObject({ dialect: { format: 'ndjson', compression: 'auto' } });
    const unsaid = await listInputFiles(join(folder, 'rows.data'), 'rows.data');
    expect(unsaid.files[0]).toMatchObject({ dialect: { format: 'auto' } });
  });

  it.each([
    ['out/rejects.xlsx', 'out/rejects.csv or out/rejects.ndjson'],
    ['rejects', 'rejects.csv or rejects.ndjson'],
    ['rows.parquet.gz', 'rows.csv or rows.ndjson'],
    ['v1.2/rows.gz', 'v1.2/rows.csv or v1.2/rows.ndjson'],
    ['.xlsx', 'rows.csv or rows.ndjson'],
    ['.', './rows.csv or ./rows.ndjson'],
    ['out/', 'out/rows.csv or out/rows.ndjson'],
  ])('%s says no format: the hint names one that does', (path, names) => {
    expect(() => requireFormat(path)).toThrow(
      expect.objectContaining({ code: 'unknown-format', hint: expect.stringContaining(names) }),
    );
  });

  it.each([
    ['empty', [], 'no-partitions'],
    ['others', ['a.txt', '_b.csv'], 'no-partitions'],
  ])('of a folder without rows (%s): an error', async (name, files, code) => {
    const folder = await folderWith(name, files);
    await expect(listInputFiles(folder, name)).rejects.toMatchObject({ code, exitCode: 2 });
  });

  it('nothing, where there is no such path, or a link that leads nowhere', async () => {
    const folder = await folderWith('dangling', []);
    const missing = { code: 'source-not-found', exitCode: 2 };
    await expect(listInputFiles(join(folder, 'a.csv'), 'a.csv')).rejects.toMatchObject(missing);
    await symlink(join(folder, 'nowhere.csv'), join(folder, 'link.csv'));
    await expect(listInputFiles(folder, 'dangling')).rejects.toMatchObject(missing);
  });
});
