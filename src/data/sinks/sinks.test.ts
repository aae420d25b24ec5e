import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAll, schemaOf, temporaryFolder } from '../sources/testing.fixture.ts';
import { dialectOf } from '../dialect.ts';
import type { RowsFile } from '../source.ts';
import { openSink } from './index.ts';
import type { OutputRow, SinkOptions } from './sink.ts';

let base = { path: '', remove: async (): Promise<void> => undefined };
let folder = '';
let count = 0;
beforeAll(async () => {
  base = await temporaryFolder();
});
beforeEach(async () => {
  folder = join(base.path, String(count++));
  await mkdir(folder);
});
afterAll(() => base.remove());

const classes = ['No', 'Yes, "really"'];
const rows: OutputRow[] = [
  { id: 'a|1', prediction: 'No', probabilities: { No: 0.75, 'Yes, "really"': 0.25 } },
  { id: 'line\nbreak', prediction: 'Yes, "really"', probabilities: { No: 1e-7, 'Yes, "really"': 0.9999999 } },
];
const options = (
  name: string,
  format: SinkOptions['format'],
  more: Partial<SinkOptions> = {},
): SinkOptions => ({
  path: join(folder, name),
  format,
  gzip: false,
  classes,
  ...more,
});
const writtenFile = (name: string, batchRows: number): RowsFile => ({
  path: join(folder, name),
  displayPath: name,
  dialect: dialectOf(name),
  declarable: false,
  batchRows,
});
const writeAll = async (to: SinkOptions, batches: readonly (readonly OutputRow[])[]): Promise<void> => {
  const sink = await openSink(to);
  for (const batch of batches) await sink.write(batch);
  await sink.close();
};
const csvText =
  'id,prediction,probabilities.No,"probabilities.Yes, ""really"""\na|1,No,0.75,0.25\n"line\nbreak","Yes, ""really""",1e-7,0.9999999\n';
const ndjsonText = rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('sinks of numbers with an interval', () => {
  const numbers: OutputRow[] = [
    { id: 'a', prediction: 5, prediction_interval: { low: 3.5, high: 1e21 } },
    { id: 'b', prediction: -1, prediction_interval: { low: -2, high: 0 } },
  ];
  const within = { classes: [], interval: true };

  it('write its ends as columns, and as the service answers it', async () => {
    await writeAll(options('n.csv', 'csv', within), [numbers]);
    await writeAll(options('n.ndjson', 'ndjson', within), [numbers]);
    expect(await readFile(join(folder, 'n.csv'), 'utf8')).toBe(
      'id,prediction,prediction_interval.low,prediction_interval.high\na,5,3.5,1e+21\nb,-1,-2,0\n',
    );
    expect(await readFile(join(folder, 'n.ndjson'), 'utf8')).toBe(
      numbers.map((row) => `${JSON.stringify(row)}\n`).join(''),
    );
  });

  it('write none where the bundle has none, and refuse a row that lacks its own', async () => {
    await writeAll(options('o.csv', 'csv', { classes: [] }), [numbers]);
    expect(await readFile(join(folder, 'o.csv'), 'utf8')).toBe('id,prediction\na,5\nb,-1\n');
    await writeAll(options('o.ndjson', 'ndjson', { classes: [] }), [numbers.slice(0, 1)]);
    expect(await readFile(join(folder, 'o.ndjson'), 'utf8')).toBe('{"id":"a","prediction":5}\n');
    for (const format of ['csv', 'ndjson'] as const)
      await expect(
        writeAll(options(`p.${format}`, format, within), [[{ id: 'a', prediction: 5 }]]),
      ).rejects.toThrow(/lacks its interval/);
  });
});

describe('sinks', () => {
  it('write CSV and NDJSON, also gzipped, and leave nothing else behind', async () => {
    await writeAll(options('a.csv', 'csv'), [rows.slice(0, 1), [], rows.slice(1)]);
    await writeAll(options('a.ndjson', 'ndjson'), [rows]);
    await writeAll(options('a.csv.gz', 'csv', { gzip: true }), [rows]);
    expect(await readFile(join(folder, 'a.csv'), 'utf8')).toBe(csvText);
    expect(await readFile(join(folder, 'a.ndjson'), 'utf8')).toBe(ndjsonText);
    expect(gunzipSync(await readFile(join(folder, 'a.csv.gz'))).toString()).toBe(csvText);
    expect((await readdir(folder)).sort()).toEqual(['a.csv', 'a.csv.gz', 'a.ndjson']);
  });

  it('write Parquet with the same columns as CSV', async () => {
    await writeAll(options('a.parquet', 'parquet'), [rows.slice(0, 1), rows.slice(1)]);
    const columns = {
      id: 'text',
      prediction: 'text',
      'probabilities.No': 'number',
      'probabilities.Yes, "really"': 'number',
    } as const;
    const read = await readAll(writtenFile('a.parquet', 10), schemaOf(columns, ['']));
    expect(read.rows).toEqual([
      { id: 'a|1', prediction: 'No', 'probabilities.No': 0.75, 'probabilities.Yes, "really"': 0.25 },
      {
        id: 'line\nbreak',
        prediction: 'Yes, "really"',
        'probabilities.No': 1e-7,
        'probabilities.Yes, "really"': 0.9999999,
      },
    ]);
    expect(await readdir(folder)).toEqual(['a.parquet']);
  });

  it('write numbers without probabilities', async () => {
    const numbers: OutputRow[] = [
      { id: '0', prediction: 0.1 + 0.2 },
      { id: '\\N', prediction: -5e-324 },
    ];
    await writeAll(options('n.csv', 'csv', { classes: [] }), [numbers]);
    expect(await readFile(join(folder, 'n.csv'), 'utf8')).toBe(
      'id,prediction\n0,0.30000000000000004\n\\N,-5e-324\n',
    );
    await writeAll(options('n.ndjson', 'ndjson', { classes: [] }), [numbers]);
    expect(await readFile(join(folder, 'n.ndjson'), 'utf8')).toBe(
      '{"id":"0","prediction":0.30000000000000004}\n{"id":"\\\\N","prediction":-5e-324}\n',
    );
    await writeAll(options('n.parquet', 'parquet', { classes: [] }), [numbers]);
    const read = await readAll(
      writtenFile('n.parquet', 10),
      schemaOf({ id: 'text', prediction: 'number' }, ['']),
    );
    expect(read.rows).toEqual(numbers);
  });

  it('write why as JSON: a member of NDJSON, the last column of CSV and Parquet', async () => {
    const explanation = { base: 1, contributions: { 'a "b", c': -0.5 }, margin: 0.5 };
    const why: OutputRow[] = [{ id: '0', prediction: 0.5, explanation }];
    const asked = { classes: [], explained: true };
    await writeAll(options('w.ndjson', 'ndjson', asked), [why]);
    expect(JSON.parse(await readFile(join(folder, 'w.ndjson'), 'utf8'))).toEqual(why[0]);
    const columns = { id: 'text', prediction: 'number', explanation: 'text' } as const;
    for (const format of ['csv', 'parquet'] as const) {
      await writeAll(options(`w.${format}`, format, asked), [why]);
      const read = await readAll(writtenFile(`w.${format}`, 10), schemaOf(columns, ['']));
      expect(read.rows).toEqual([{ id: '0', prediction: 0.5, explanation: JSON.stringify(explanation) }]);
    }
  });

  it('write many rows and none', async () => {
    const many = Array.from({ length: 50_000 }, (_, i) => ({ id: String(i), prediction: i }));
    await writeAll(options('m.parquet', 'parquet', { classes: [] }), [many, many]);
    await writeAll(options('none.csv', 'csv'), []);
    await writeAll(options('none.parquet', 'parquet'), []);
    expect(await readFile(join(folder, 'none.csv'), 'utf8')).toBe(
      csvText.slice(0, csvText.indexOf('\n') + 1),
    );
    const read = await readAll(
      writtenFile('m.parquet', 1e6),
      schemaOf({ id: 'text', prediction: 'number' }, ['']),
    );
    expect(read.table.rows).toBe(100_000);
  });

  it('leave the old file where they are aborted', async () => {
    for (const [name, format] of [
      ['x.csv', 'csv'],
      ['x.parquet', 'parquet'],
    ] as const) {
      await writeAll(options(name, format), [rows]);
      const before = await readFile(join(folder, name));
      const sink = await openSink(options(name, format));
      await sink.write(rows);
      expect(await readFile(join(folder, name))).toEqual(before);
      await sink.abort();
      expect(await readFile(join(folder, name))).toEqual(before);
    }
    expect((await readdir(folder)).sort()).toEqual(['x.csv', 'x.parquet']);
  });

  it('write to a given stream, waiting where it is slow, and do not close it', async () => {
    const stdout = new PassThrough({ highWaterMark: 4 });
    const sink = await openSink(options('', 'ndjson', { path: '-', stdout }));
    const received: Buffer[] = [];
    stdout.on('data', (chunk: Buffer) => received.push(chunk));
    await sink.write(rows.slice(0, 1));
    await sink.write(rows.slice(1));
    await sink.close();
    expect(stdout.writableEnded).toBe(false);
    expect(Buffer.concat(received).toString()).toBe(ndjsonText);
  });

  it('say so where writing fails', async () => {
    const broken = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
    });
    const sink = await openSink(options('', 'ndjson', { path: '-', stdout: broken }));
    const failing = async (): Promise<void> => {
      for (let i = 0; i < 10; i += 1) await sink.write(Array.from({ length: 1000 }, () => rows[0]!));
      await sink.close();
    };
    await expect(failing()).rejects.toMatchObject({
      code: 'output-unwritable',
      exitCode: 2,
      message: /EPIPE/,
    });
    await sink.abort();
  });

  it('refuse what cannot be written', async () => {
    await expect(openSink(options('no/such/a.csv', 'csv'))).rejects.toMatchObject({
      code: 'output-unwritable',
      exitCode: 2,
    });
    await expect(openSink({ ...options('', 'csv'), path: folder })).rejects.toMatchObject({
      code: 'output-unwritable',
    });
    await expect(openSink(options('', 'parquet', { path: '-' }))).rejects.toMatchObject({
      code: 'unsupported-output',
      exitCode: 2,
    });
    await expect(openSink(options('a.parquet.gz', 'parquet', { gzip: true }))).rejects.toMatchObject({
      code: 'unsupported-output',
    });
  });
});
