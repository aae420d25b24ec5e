import { mkdirSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Project, Refusal } from './refusals.ts';
import { expectRefusal, expectSoundStore, preparedProject } from './refusals.ts';

const project = preparedProject();

/** Everything behind the header. */
const body = (csv: string): string => csv.slice(csv.indexOf('\n') + 1);
const header = (csv: string): string => csv.slice(0, csv.indexOf('\n') + 1);

/** The pipeline reads another file from now on. */
const useSource = (to: Project, name: string): void =>
  to.edit('pipelines/churn.yaml', (text) => text.replace('source: rows.csv', `source: ${name}`));

/** As on the very first run: no row schema was inferred yet. */
const forgetSchema = ({ path }: Project): void => rmSync(path('pipelines/churn.schema.json'));

type Case = readonly [name: string, spoil: (of: Project) => void, wanted: Refusal];

const refused: readonly Case[] = [
  [
    'a missing file',
    ({ path }) => rmSync(path('rows.csv')),
    {
      exitCode: 2,
      code: 'source-not-found',
      says: ['rows.csv', 'does not exist'],
      hints: 'source.path',
      at: { file: 'rows.csv' },
    },
  ],
  [
    'a folder in place of the file',
    ({ path }) => {
      rmSync(path('rows.csv'));
      mkdirSync(path('rows.csv'));
    },
    {
      exitCode: 2,
      code: 'no-partitions',
      says: ['rows.csv', 'the folder holds no file'],
      hints: 'Name the folder',
    },
  ],
  [
    'an empty file',
    ({ write }) => write('rows.csv', ''),
    {
      exitCode: 3,
      code: 'source-empty',
      says: ['rows.csv', 'empty'],
      hints: 'at least one data row',
      at: { file: 'rows.csv' },
    },
  ],
  [
    'a header and nothing else',
    ({ edit }) => edit('rows.csv', header),
    {
      exitCode: 3,
      code: 'source-without-rows',
      says: ['rows.csv', 'nothing after the header', '0 data rows'],
      hints: 'at least one data row',
      at: { file: 'rows.csv' },
    },
  ],
  [
    'a name that stands twice in the header',
    ({ edit }) => edit('rows.csv', (csv) => csv.replace('total_charges', 'tenure')),
    {
      exitCode: 3,
      code: 'missing-column',
      says: ['"total_charges"', '"tenure_2"'],
      hints: '',
      at: { file: 'rows.csv' },
    },
  ],
  [
    'a delimiter that the file does not have',
    (of) =>
      of.edit('pipelines/churn.yaml', (text) =>
        text.replace('source: rows.csv', 'source: { path: rows.csv, delimiter: ";" }'),
      ),
    {
      exitCode: 3,
      code: 'wrong-delimiter',
      says: ['";"', 'one column', '","'],
      hints: 'source.delimiter: ","',
      at: { file: 'rows.csv', line: 1 },
    },
  ],
  [
    'gzip that is cut off',
    (of) => {
      of.write('rows.csv.gz', gzipSync(of.read('rows.csv')).subarray(0, 2000));
      useSource(of, 'rows.csv.gz');
    },
    {
      exitCode: 3,
      code: 'gzip-damaged',
      says: ['rows.csv.gz', 'truncated'],
      hints: 'gzip -t',
      at: { file: 'rows.csv.gz' },
    },
  ],
  [
    'a name that says gzip, and content that is not',
    (of) => {
      of.write('rows.csv.gz', of.read('rows.csv'));
      useSource(of, 'rows.csv.gz');
    },
    { exitCode: 3, code: 'gzip-damaged', says: ['rows.csv.gz', 'it is not gzip'], hints: 'download' },
  ],
  [
    'text that is not UTF-8',
    (of) => of.write('rows.csv', Buffer.from(of.read('rows.csv').replaceAll('DSL', 'DS\xffL'), 'latin1')),
    {
      exitCode: 3,
      code: 'too-many-rejected',
      says: ['rows.csv', 'expected UTF-8, got the byte 0xFF', 'line 2'],
      hints: 'source.encoding',
      at: { file: 'rows.csv', line: 2 },
    },
  ],
  [
    'a file that is no text',
    ({ write }) => write('rows.csv', Buffer.from('PK\u0003\u0004 an Excel sheet')),
    { exitCode: 3, code: 'zip-damaged', says: ['rows.csv', 'an Excel workbook'], hints: 'unzip -t' },
  ],
  [
    'no label column',
    ({ edit }) => edit('rows.csv', (csv) => csv.replace('churn', 'chrun')),
    {
      exitCode: 3,
      code: 'missing-column',
      says: ['"churn"', '"chrun", "tenure"'],
      hints: 'Did you mean "chrun" for "churn"?',
      at: { file: 'rows.csv' },
    },
  ],
  [
    'no label column on the first run',
    (of) => {
      of.edit('rows.csv', (csv) => csv.replace('churn', 'chrun'));
      forgetSchema(of);
    },
    {
      exitCode: 2,
      code: 'label-not-found',
      says: ['"churn"', 'chrun, tenure'],
      hints: 'Did you mean "chrun"?',
      at: { file: 'pipelines/churn.yaml', line: 2 },
    },
  ],
  [
    'a label of one class',
    ({ edit }) => edit('rows.csv', (csv) => csv.replaceAll('\nYes,', '\nNo,')),
    {
      exitCode: 3,
      code: 'validation-failed',
      says: ['churn is always No', 'nothing to learn'],
      hints: 'rows of every class',
    },
  ],
  [
    'a positive class that no row has',
    ({ edit }) => edit('pipelines/churn.yaml', (text) => text.replace("'Yes'", 'Maybe')),
    {
      exitCode: 2,
      code: 'label-positive-unknown',
      says: ['"Maybe"', '"No" and "Yes"'],
      hints: 'label.positive',
      at: { file: 'pipelines/churn.yaml', line: 2 },
    },
  ],
  [
    'too many rows that are none',
    ({ edit }) => edit('rows.csv', (csv) => header(csv) + body(csv).replaceAll('\nNo,', '\nNo,no,')),
    {
      exitCode: 3,
      code: 'too-many-rejected',
      says: ['records', '%', 'line 3', 'expected 7 fields, got 8'],
      hints: 'source.max_rejected_share',
      at: { file: 'rows.csv', line: 3 },
    },
  ],
  [
    'Parquet that is none',
    (of) => {
      of.write('rows.parquet', of.read('rows.csv'));
      useSource(of, 'rows.parquet');
    },
    {
      exitCode: 3,
      code: 'parquet-damaged',
      says: ['rows.parquet', 'expected a Parquet file'],
      hints: 'name it by its format',
      at: { file: 'rows.parquet' },
    },
  ],
  [
    'NDJSON that is none',
    (of) => {
      of.write('rows.ndjson', '{"churn": "No",\n["Yes", 1]\n');
      useSource(of, 'rows.ndjson');
    },
    {
      exitCode: 3,
      code: 'not-ndjson',
      says: ['rows.ndjson:1', 'expected a JSON object'],
      hints: 'one whole JSON object a line',
      at: { file: 'rows.ndjson', line: 1 },
    },
  ],
  [
    'a JSON list in place of NDJSON',
    (of) => {
      of.write('rows.ndjson', '[{"churn": "No"}]');
      useSource(of, 'rows.ndjson');
    },
    { exitCode: 3, code: 'not-ndjson', says: ['rows.ndjson', 'a JSON list'], hints: 'format: json' },
  ],
  [
    'a column that is called __proto__',
    (of) => {
      of.edit('rows.csv', (csv) => csv.replace('tenure', '__proto__'));
      forgetSchema(of);
    },
    { exitCode: 3, code: 'column-name-refused', says: ['"__proto__"'], hints: 'Rename the column' },
  ],
];

describe.concurrent('data that cannot be used is refused, and told', () => {
  it.each(refused)('%s', async (_name, spoil, wanted) => {
    const of = project();
    spoil(of);
    const verb =
      wanted.code.startsWith('label-p') || wanted.code === 'validation-failed' ? 'train' : 'ingest';
    await expectRefusal(of, [verb], wanted);
  });
});

describe.concurrent('data that can be used in part is used, and what is not is told', () => {
  it('a column that is all missing is a warning, on the first run and later', async () => {
    for (const first of [true, false]) {
      const of = project();
      of.edit('rows.csv', (csv) => header(csv) + body(csv).replaceAll(/,[^,\n]*\n/g, ',\n'));
      if (first) forgetSchema(of);
      const { exitCode, json, stderr } = await of.run(['validate', '--json']);
      expect(exitCode).toBe(0);
      expect(json.warnings).toContain('total_charges is missing in every row.');
      expect(stderr).toContain('warning: total_charges is missing in every row.');
      await expectSoundStore(of);
    }
  });

  it('NaN, 1e400, __proto__, a NUL, a stray byte, an open quote and a long row are quarantined with line and reason', async () => {
    const of = project();
    of.edit('pipelines/churn.yaml', (text) =>
      text.replace('source: rows.csv', 'source: { path: rows.csv, max_rejected_share: 0.05 }'),
    );
    of.edit('rows.csv', (csv) => {
      const lines = csv.split('\n');
      const cells = (row: number): string[] => lines[row]!.split(',');
      lines[1] = cells(1).with(1, 'NaN').join(',');
      lines[2] = cells(2).with(1, '1e400').join(',');
      lines[3] = cells(3).with(1, '__proto__').join(',');
      lines[4] = cells(4).with(2, 'D\u0000L').join(',');
      lines[5] = `${lines[5]!},9`;
      lines[6] = `"${lines[6]!}`;
      return lines.join('\n');
    });
    const bad = Buffer.from('No,1,DS\xffL,One year,Mailed check,56,18\n', 'latin1');
    of.write('rows.csv', Buffer.concat([Buffer.from(of.read('rows.csv')), bad]));
    const { exitCode, json } = await of.run(['ingest', '--json']);
    expect(exitCode).toBe(0);
    expect(json.result).toMatchObject({ rows: 494, quarantined: 7 });
    const told = json.result.rejections.map(
      ({ line, column, reason }: { line: number; column?: string; reason: string }) =>
        `${line} ${column ?? ''} ${reason}`,
    );
    expect(told).toEqual([
      expect.stringContaining('2 tenure expected a whole number, got "NaN"'),
      expect.stringMatching(/^3 tenure expected a finite number.*1e400.*too large/),
      expect.stringContaining('4 tenure expected a whole number, got "__proto__"'),
      expect.stringContaining('5 internet_service expected a text without NUL'),
      expect.stringContaining('6  expected 7 fields, got 8'),
    ]);
    expect(json.warnings).toContain('7 records were quarantined.');
    const all = await of.run(['rejects', '--json', '--export', 'rejects.ndjson']);
    expect(all.json.result).toMatchObject({ outcome: 'ingested', records: 501, rejected: 7 });
    const lines = of.read('rejects.ndjson').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([2, 3, 4, 5, 6, 7, 502]);
    await expectSoundStore(of);
  });

  it('another delimiter and UTF-16 are found', async () => {
    const of = project();
    of.edit('rows.csv', (csv) => csv.replaceAll(',', ';'));
    expect((await of.run(['ingest', '--json'])).json.result).toMatchObject({ rows: 500, quarantined: 0 });
    of.write('rows.csv', Buffer.from(`\ufeff${of.read('rows.csv')}`, 'utf16le'));
    expect((await of.run(['ingest', '--json'])).json.result).toMatchObject({ rows: 500, quarantined: 0 });
  });
});
