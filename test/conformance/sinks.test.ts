import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialectOf } from '../../src/data/dialect.ts';
import { openSink, sinkFormats } from '../../src/data/sinks/index.ts';
import type { OutputRow, Sink, SinkOptions } from '../../src/data/sinks/sink.ts';
import { readAll, schemaOf, temporaryFolder } from '../../src/data/sources/testing.fixture.ts';

/**
 * What every kind of output of data/sinks/index.ts owes: the same answers however the rows come in, nothing under the
 * name before it is whole, nothing left of what was given up, and rows that our own way into files reads back as they
 * were. A new kind is tested unasked.
 */

let base = { path: '', remove: async (): Promise<void> => undefined };
let folders = 0;
beforeAll(async () => {
  base = await temporaryFolder();
});
afterAll(() => base.remove());
const newFolder = (): string => {
  const folder = join(base.path, String(folders++));
  mkdirSync(folder);
  return folder;
};

interface Kind {
  readonly format: SinkOptions['format'];
  readonly gzip: boolean;
  readonly name: string;
}
const kinds: readonly Kind[] = sinkFormats.flatMap((format) => [
  { format, gzip: false, name: `out.${format}` },
  // Parquet is compressed already, and refused with gzip.
  ...(format === 'parquet' ? [] : [{ format, gzip: true, name: `out.${format}.gz` }]),
]);

// A label's cell is never empty and has no space around it: no class is called so.
const oddClasses = [
  'No',
  'a,b',
  'say "yes"',
  'two\nlines',
  'é 漢 😀',
  '__proto__',
  'NA',
  '0',
  "it's",
  'a\\b',
  '"',
];
const rowOf = (classes: readonly string[], at: number): OutputRow => ({
  id: `${at}${at % 3 === 0 ? ', "é"\n' : ''}`,
  prediction: classes[at % classes.length]!,
  probabilities: Object.fromEntries(
    classes.map((name, i) => [
      name,
      (i === at % classes.length ? 0.5 : 0) + 0.5 / classes.length + at * 1e-12,
    ]),
  ),
});
const rowsOf = (classes: readonly string[], count: number): OutputRow[] =>
  Array.from({ length: count }, (_, at) => rowOf(classes, at));

const open = ({ format, gzip, name }: Kind, folder: string, classes: readonly string[]): Promise<Sink> =>
  openSink({ path: join(folder, name), format, gzip, classes });

async function write(
  kind: Kind,
  folder: string,
  classes: readonly string[],
  batches: readonly (readonly OutputRow[])[],
): Promise<void> {
  const sink = await open(kind, folder, classes);
  for (const batch of batches) await sink.write(batch);
  await sink.close();
}

/** The rows as our own way into files of rows gives them. */
async function readBack(
  { format, name }: Kind,
  folder: string,
  classes: readonly string[],
): Promise<OutputRow[]> {
  const path = join(folder, name);
  const file = { path, displayPath: name, dialect: dialectOf(name), declarable: false, batchRows: 3 };
  if (format === 'ndjson') {
    // Probabilities are nested, as the service answers them.
    const bytes = readFileSync(path);
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    const { rows } = await readAll(
      file,
      schemaOf({ id: 'text', prediction: classes.length > 0 ? 'text' : 'number' }, ['\u0000']),
    );
    const parsed = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as OutputRow);
    expect(parsed.map(({ id, prediction }) => ({ id, prediction }))).toEqual(rows);
    return parsed;
  }
  const columns = classes.map((one) => `probabilities.${one}`);
  const schema = schemaOf(
    {
      id: 'text',
      prediction: classes.length > 0 ? 'text' : 'number',
      ...Object.fromEntries(columns.map((one) => [one, 'number' as const])),
    },
    ['\u0000'],
  );
  const { rows, rejections } = await readAll(file, schema);
  expect(rejections).toEqual([]);
  return rows.map(({ id, prediction, ...cells }) => ({
    id: String(id),
    prediction: prediction as string | number,
    ...(classes.length === 0
      ? {}
      : { probabilities: Object.fromEntries(classes.map((one, i) => [one, cells[columns[i]!] as number])) }),
  }));
}

describe.each(kinds)('$name', (kind) => {
  it('gives back every answer, whatever the classes are called', async () => {
    const folder = newFolder();
    const rows = rowsOf(oddClasses, 23);
    await write(kind, folder, oddClasses, [rows]);
    expect(await readBack(kind, folder, oddClasses)).toEqual(rows);
  });

  it('gives back numbers to the last bit', async () => {
    const folder = newFolder();
    const numbers = [0.1 + 0.2, -0, 1e-300, 1.7976931348623157e308, 5e-324, -1 / 3, 123456789012345680000];
    const rows = numbers.map((prediction, at): OutputRow => ({ id: String(at), prediction }));
    await write(kind, folder, [], [rows]);
    const read = await readBack(kind, folder, []);
    expect(read.map(({ prediction }) => prediction)).toEqual(numbers.map((value) => value + 0));
  });

  it('has the same bytes however the rows are cut into batches', async () => {
    const rows = rowsOf(oddClasses, 12);
    const whole = newFolder();
    await write(kind, whole, oddClasses, [rows]);
    const expected = await readBack(kind, whole, oddClasses);
    const bytes = readFileSync(join(whole, kind.name));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }), async (cuts) => {
        const at = [0, ...cuts.sort((left, right) => left - right), rows.length];
        const folder = newFolder();
        await write(
          kind,
          folder,
          oddClasses,
          at.slice(1).map((end, i) => rows.slice(at[i], end)),
        );
        if (kind.gzip) expect(gunzipSync(readFileSync(join(folder, kind.name)))).toEqual(gunzipSync(bytes));
        else if (kind.format !== 'parquet') expect(readFileSync(join(folder, kind.name))).toEqual(bytes);
        expect(await readBack(kind, folder, oddClasses)).toEqual(expected);
      }),
      { numRuns: 6 },
    );
  });

  it.each([
    ['of classes', oddClasses],
    ['of numbers', []],
  ])('of no rows is a whole file %s', async (_what, classes) => {
    for (const batches of [[], [[]]]) {
      const folder = newFolder();
      await write(kind, folder, classes, batches);
      expect(readdirSync(folder)).toEqual([kind.name]);
      // Our own way in knows such a file by its columns, and says that nothing is there.
      await expect(readBack(kind, folder, classes)).rejects.toMatchObject({
        exitCode: 3,
        message: expect.stringMatching(/expected rows|0 (data )?rows|empty/),
      });
    }
  });

  it('shows nothing under its name before it is whole, and leaves what was there', async () => {
    const folder = newFolder();
    const path = join(folder, kind.name);
    const sink = await open(kind, folder, oddClasses);
    await sink.write(rowsOf(oddClasses, 2000));
    expect(readdirSync(folder)).not.toContain(kind.name);
    writeFileSync(path, 'of another run');
    await sink.write(rowsOf(oddClasses, 10));
    expect(readFileSync(path, 'utf8')).toBe('of another run');
    await sink.close();
    expect(readdirSync(folder)).toEqual([kind.name]);
    expect(readFileSync(path).subarray(0, 14).toString()).not.toBe('of another run');
  });

  it.each([0, 1, 5000])('leaves nothing behind where it is given up after %i rows', async (count) => {
    const folder = newFolder();
    const sink = await open(kind, folder, oddClasses);
    if (count > 0) await sink.write(rowsOf(oddClasses, count));
    await sink.abort();
    await sink.abort();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves nothing behind where it cannot take its name, and says so', async () => {
    const folder = newFolder();
    const sink = await open(kind, folder, oddClasses);
    await sink.write(rowsOf(oddClasses, 3));
    mkdirSync(join(folder, kind.name));
    await expect(sink.close()).rejects.toMatchObject({ exitCode: 2, code: 'output-unwritable' });
    await sink.abort();
    expect(readdirSync(folder)).toEqual([kind.name]);
  });

  it('stays where it is when it is given up after it was closed', async () => {
    const folder = newFolder();
    const sink = await open(kind, folder, oddClasses);
    await sink.write(rowsOf(oddClasses, 3));
    await sink.close();
    await sink.abort();
    expect(readdirSync(folder)).toEqual([kind.name]);
    expect(await readBack(kind, folder, oddClasses)).toHaveLength(3);
  });

  it.each<[string, Partial<OutputRow>]>([
    ['all of them', { probabilities: undefined as never }],
    ['that of one class', { probabilities: { No: 1 } }],
    ['that of a class called as a member of every object', { probabilities: { No: 0.5, Yes: 0.5 } }],
  ])('refuses an answer without its probabilities (%s), and can be given up then', async (what, lacking) => {
    const folder = newFolder();
    const classes = what.startsWith('that of a class') ? ['No', 'Yes', 'toString'] : ['No', 'Yes'];
    const sink = await open(kind, folder, classes);
    await sink.write(rowsOf(classes, 2));
    await expect(sink.write([{ id: 'x', prediction: 'No', ...lacking }])).rejects.toThrow(
      /lacks the probability of/,
    );
    await sink.abort();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('Parquet', () => {
  it('leaves nothing behind where its rows cannot be made columns', async () => {
    const folder = newFolder();
    const sink = await openSink({
      path: join(folder, 'x.parquet'),
      format: 'parquet',
      gzip: false,
      classes: [],
    });
    await sink.write([{ id: '1', prediction: 'no number' }]);
    await expect(sink.close()).rejects.toThrow();
    await sink.abort();
    expect(readdirSync(folder)).toEqual([]);
  });
});
