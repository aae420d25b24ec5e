import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cascade } from '../../cascade/cascade.ts';
import { outputOf } from '../../tracking/stages.ts';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { init } from './init.ts';
import type { InitResult } from './result.ts';

interface Started extends TestProject {
  readonly result: InitResult;
  /** Rows and quarantined records of the ingest that follows. */
  readonly ingested: readonly [rows: number, quarantined: number];
  readonly column: (name: string) => Record<string, unknown> | undefined;
}

/** What `init` makes of a file, and what `ingest` then says: ready means that it is taken. */
async function start(name: string, content: string | Uint8Array, label = 'left'): Promise<Started> {
  const project = await openTestProject({});
  writeFileSync(join(project.context.root, name), content);
  const { result } = await init(project.context, { directory: '.', from: name, label });
  const { snapshot } = outputOf.ingest((await cascade(project.context, 'ingest', { waitMs: 0 })).last);
  const schema = JSON.parse(
    readFileSync(join(project.context.root, `pipelines/${result.name}.schema.json`), 'utf8'),
  ) as { properties: Record<string, Record<string, unknown>> };
  return {
    ...project,
    result,
    ingested: [snapshot.rows, snapshot.quarantined],
    column: (column) => schema.properties[column],
  };
}

const csv = (header: string, rows: number, row: (i: number) => string): string =>
  `${header}\n${Array.from({ length: rows }, (_, i) => row(i)).join('\n')}\n`;
const left = (i: number): string => (i % 3 === 0 ? 'yes' : 'no');
const said = ({ result }: Started): string => result.notes.join('\n');

describe('ready means that ingest takes it', () => {
  it('a few odd words in many columns of numbers', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `n${i}`);
    const started = await start(
      'm.csv',
      csv(`${names.join(',')},left`, 1000, (i) =>
        [
          ...names.map((_, at) => ((i + 37 * at) % 130 === 0 ? 'n/k' : String((i * (at + 3)) % 97))),
          left(i),
        ].join(','),
      ),
    );
    expect(started.ingested).toEqual([1000, 0]);
    expect(started.column('n3')).toMatchObject({ type: ['integer', 'null'] });
    expect(said(started)).toMatch(
      /n3 is 99\.\d % numbers; these words are not, and are declared missing .* "n\/k"/,
    );
  });

  it('numbers that JSON has as text, nested values, and a field that some rows lack', async () => {
    const started = await start(
      'rows.ndjson',
      Array.from({ length: 200 }, (_, i) =>
        JSON.stringify({
          age: String(20 + (i % 50)),
          place: { city: 'Oslo' },
          left: left(i),
          ...(i > 150 ? { late: i % 10 } : {}),
        }),
      ).join('\n'),
    );
    expect(started.ingested).toEqual([200, 0]);
    expect(started.column('age')).toMatchObject({ 'x-aieng': { kind: 'category' } });
    expect(started.column('place')).toBeUndefined();
    expect(started.column('late')).toMatchObject({ type: ['integer', 'null'] });
    expect(said(started)).toMatch(/age holds numbers that are written as text/);
    // An object gives a column for each of its members.
    expect(started.column('place.city')).toMatchObject({ 'x-aieng': { kind: 'category' } });
  });

  it.each([
    ['with one in the header', 'a,left,'],
    ['without', 'a,left'],
  ])('a delimiter behind every row (%s)', async (_what, header) => {
    const started = await start(
      'x.csv',
      csv(header, 60, (i) => `${i % 7},${left(i)},`),
    );
    expect(started.ingested).toEqual([60, 0]);
    expect(said(started)).toContain('Every line ends with a delimiter');
  });

  it('what comes at the end of a long file only', async () => {
    const rows = 30_000;
    const started = await start(
      'long.csv',
      csv('n,c,m,left', rows, (i) => (i < rows - 1000 ? `${i % 50},p,7,${left(i)}` : `4.5,q,,${left(i)}`)),
    );
    expect(started.ingested).toEqual([rows, 0]);
    expect(started.column('n')).toMatchObject({ type: 'number', 'x-aieng': { maximum: 49 } });
    expect(started.column('c')).toMatchObject({ 'x-aieng': { domain: ['p', 'q'] } });
    expect(said(started)).not.toContain('always');
  });

  it('long texts, and a long name', async () => {
    const started = await start(
      `${'a-very-long-name-'.repeat(5)}.csv`,
      csv('t,left', 900, (i) => `${`${i % 300} `.repeat(400)},${left(i)}`),
    );
    expect(started.result.name.length).toBeLessThanOrEqual(63);
    expect(started.ingested).toEqual([900, 0]);
    expect(started.column('t')).toEqual({ type: 'string', 'x-aieng': { kind: 'text' } });
  });

  it('one record with a NUL, which is told', async () => {
    const started = await start(
      'x.csv',
      csv('a,b,left', 200, (i) => `${i % 9},w${i === 60 ? '\0' : ''},${left(i)}`),
    );
    expect(started.ingested).toEqual([199, 1]);
    expect(said(started)).toMatch(/1 of 200 records will be quarantined, .*NUL.*line 62/);
  });
});

describe('what init recognises', () => {
  it('two columns of one name: told in CSV, and refused in JSON, where one would be lost', async () => {
    const twice = csv('a,a,left', 60, (i) => `${i % 7},${(i * 3) % 11},${left(i)}`);
    const started = await start('x.csv', twice);
    expect(said(started)).toContain('Names that stand there twice get a number: "a" → a_2.');
    expect([started.column('a'), started.column('a_2')]).toMatchObject([
      { 'x-aieng': { maximum: 6 } },
      { 'x-aieng': { maximum: 10 } },
    ]);
    const lines = Array.from({ length: 60 }, (_, i) => `{"a":${i},"a":1,"left":"${left(i)}"}`);
    await expect(start('x.ndjson', lines.join('\n'))).rejects.toMatchObject({
      message: expect.stringContaining('the key "a" stands twice in one object'),
      hint: expect.stringContaining('Write each key once'),
    });
  });

  it('classes whose spelling is that of numbers, with gaps', async () => {
    const started = await start(
      'x.csv',
      csv('a,left', 300, (i) => `${i % 9},${['', '0.0', '1.0'][i % 3]}`),
    );
    expect(started.result.task).toBe('binary');
    expect(started.column('left')).toMatchObject({ 'x-aieng': { kind: 'category', domain: ['0.0', '1.0'] } });
    expect(said(started)).toContain(
      '2 different whole numbers (some are written like 0.0): taken for classes',
    );
  });

  it('spellings of a class, and the line that merges them', async () => {
    const words = ['yes', 'Yes', 'YES', 'no', 'no'];
    const started = await start(
      'x.csv',
      csv('a,left', 300, (i) => `${i % 9},${words[i % 5]}`),
    );
    const note = started.result.notes.find((text) => text.includes('several spellings'))!;
    expect(note).toContain('("yes", "Yes", "YES")');
    const path = join(started.context.root, 'pipelines/x.schema.json');
    const schema = JSON.parse(readFileSync(path, 'utf8')) as { properties: Record<string, unknown> };
    const [, merge] = /"merge": (\{.*?\})/.exec(note)!;
    schema.properties['left'] = {
      type: 'string',
      'x-aieng': { kind: 'category', merge: JSON.parse(merge!) },
    };
    writeFileSync(path, JSON.stringify(schema));
    const { last } = await cascade(started.context, 'ingest', { waitMs: 0 });
    expect(outputOf.ingest(last).snapshot).toMatchObject({ rows: 300, quarantined: 0 });
  });

  it('dates whose order nothing tells, and asks for it', async () => {
    const dated = csv('when,a,left', 60, (i) => `0${1 + (i % 9)}/0${1 + (i % 7)}/2024,${i % 9},${left(i)}`);
    await expect(start('x.csv', dated)).rejects.toMatchObject({
      code: 'date-order-unclear',
      exitCode: 2,
      message:
        'No value tells which number is the day and which the month. when: "08/01/2024" is 2024-01-08 (DD/MM/YYYY) or 2024-08-01 (MM/DD/YYYY).',
      hint: 'Run `aieng init` with --date-format "when=DD/MM/YYYY", or --date-format "when=MM/DD/YYYY".',
    });
  });

  it('ids: by chance, by name, beyond 2^53; and one that a spreadsheet has spoilt', async () => {
    const started = await start(
      'x.csv',
      csv('acct,code,big,cust,amount,left', 800, (i) =>
        [
          500_000 + ((i * 7919) % 25_000),
          `${(i * 7919) % 25_000}00000`,
          `90071992547409${93 + 2 * i}`,
          i === 5 ? '4.00123E+12' : String(1000 + 3 * i),
          String(((i * 104_729) % 1_000_003) / 100),
          left(i),
        ].join(','),
      ),
    );
    for (const id of ['acct', 'big'])
      expect(started.column(id)).toMatchObject({ type: 'string', 'x-aieng': { kind: 'text' } });
    expect(started.column('amount')).toMatchObject({ type: 'number' });
    expect(readFileSync(join(started.context.root, 'pipelines/x.yaml'), 'utf8')).toMatch(
      /drop: \[.*acct.*big.*\]/,
    );
    expect(said(started)).toMatch(
      /cust has 1 value as a spreadsheet shortens long numbers \(4\.00123E\+12\)/,
    );
    expect(said(started)).not.toContain('will be quarantined');
  });

  it('constants, which stay in the schema and among the inputs', async () => {
    const started = await start(
      'x.csv',
      csv('a,currency,left', 60, (i) => `${i % 9},EUR,${left(i)}`),
    );
    expect(started.column('currency')).toBeDefined();
    expect(readFileSync(join(started.context.root, 'pipelines/x.yaml'), 'utf8')).toContain('drop: []');
    expect(said(started)).toContain('currency is always EUR');
  });
});

describe('editors', () => {
  it('find what a pipeline file may say by its first line: what is installed, or else what is published', async () => {
    const rows = csv('a,left', 60, (i) => `${i % 9},${left(i)}`);
    const firstLine = (root: string): string =>
      readFileSync(join(root, 'pipelines/x.yaml'), 'utf8').split('\n')[0] ?? '';
    const alone = await start('x.csv', rows);
    expect(firstLine(alone.context.root)).toBe(
      '# yaml-language-server: $schema=https://unpkg.com/aieng@0.0.0-test/dist/pipeline.schema.json',
    );
    const beside = 'node_modules/aieng/dist/pipeline.schema.json';
    const project = await openTestProject({ 'x.csv': rows, [beside]: '{}' });
    await init(project.context, { from: 'x.csv', directory: '.', label: 'left' });
    expect(firstLine(project.context.root)).toBe(`# yaml-language-server: $schema=../${beside}`);
  });
});

describe('how a file is written', () => {
  it('is shown with what shows it, and stands in the pipeline: nothing later guesses again', async () => {
    const text = `Kunden am 1.11.\n\n${csv('name;left', 90, (i) => `Müller${i % 5};${left(i)}`)}Gesamt;90\n`;
    const started = await start('x.csv', Buffer.from(text, 'latin1'));
    expect(started.result.recognised).toMatchObject([
      { key: 'encoding', value: 'windows-1252', line: 4, example: 'Müller0;yes' },
      { key: 'delimiter', value: ';', line: 3, example: 'name;left' },
      { key: 'skip_lines', value: 2, line: 1, example: 'Kunden am 1.11.' },
      { key: 'skip_footer', value: 1, line: 94, example: 'Gesamt;90' },
    ]);
    const pipeline = readFileSync(join(started.context.root, 'pipelines/x.yaml'), 'utf8');
    expect(pipeline).toContain(`source:
  path: x.csv
  encoding: windows-1252 # line 4: Müller0;yes
  delimiter: ";" # line 3: name;left
  skip_lines: 2 # line 1: Kunden am 1.11.
  skip_footer: 1 # line 94: Gesamt;90
`);
    expect(started.ingested).toEqual([90, 0]);
  });

  it('is as it is declared, whatever it looks like, and that is written down, too', async () => {
    const project = await openTestProject({});
    writeFileSync(
      join(project.context.root, 'x.csv'),
      csv('a;b,left', 90, (i) => `${i};${i},${left(i)}`),
    );
    await init(project.context, {
      directory: '.',
      from: 'x.csv',
      label: 'left',
      dialect: { delimiter: ',', encoding: 'latin-1' },
    });
    expect(readFileSync(join(project.context.root, 'pipelines/x.yaml'), 'utf8')).toContain(
      'source:\n  path: x.csv\n  encoding: latin-1\n  delimiter: ","\n',
    );
  });
});

describe('what init refuses leaves nothing behind', () => {
  const refuses = async (
    name: string,
    content: string | Uint8Array,
    expected: object,
    label: string | undefined = 'left',
  ): Promise<void> => {
    const { context } = await openTestProject({});
    writeFileSync(join(context.root, name), content);
    await expect(init(context, { directory: '.', from: name, label })).rejects.toMatchObject(expected);
    expect(readdirSync(context.root).filter((file) => file !== name && file !== '.aieng')).toEqual([]);
  };

  it('records that are no rows', async () => {
    await refuses(
      'x.csv',
      csv('a,left', 90, (i) => (i % 3 === 0 ? '1,b,c' : `${i},${left(i)}`)),
      {
        code: 'data-not-ready',
        exitCode: 3,
        message: expect.stringContaining('expected 2 fields, got 3 (line 2). Nothing was written.'),
      },
    );
  });

  it('a label that is not there', async () => {
    await refuses('x.csv', 'a,left\n1,yes\n', { code: 'column-absent', exitCode: 2 }, 'leaf');
  });

  it('a label of which nothing can be learned', async () => {
    for (const [cell, message] of [
      [() => 'yes', 'left is always yes: there is nothing to learn. Nothing was written.'],
      [(i: number) => `remark ${i}`, expect.stringContaining('left has another word in each of 90 rows')],
      [(i: number) => `2024-01-${10 + (i % 20)}`, expect.stringContaining('left holds times')],
      [() => '', expect.stringContaining('left has no value at all')],
    ] as const)
      await refuses(
        'x.csv',
        csv('a,left', 90, (i) => `${i % 7},${cell(i)}`),
        {
          code: 'label-unfit',
          exitCode: 3,
          message,
        },
      );
  });

  it('a label without a file', async () => {
    const { context } = await openTestProject({});
    await expect(init(context, { directory: '.', label: 'left' })).rejects.toMatchObject({
      code: 'from-not-given',
      exitCode: 2,
      hint: expect.stringContaining('aieng init --from <file> --label "left"'),
    });
  });

  it.each([
    ['rows.csv', 'left', 'aieng init --from rows.csv --label left'],
    ['s3://bucket/rows.csv', 'a b', "aieng init --from s3://bucket/rows.csv --label 'a b'"],
  ])('the rows in the place of the folder: %s', async (directory, label, hint) => {
    const { context } = await openTestProject({ 'rows.csv': 'a,left\n1,yes\n' });
    await expect(init(context, { directory, label })).rejects.toMatchObject({
      code: 'init-of-a-file',
      exitCode: 2,
      hint: expect.stringContaining(hint),
    });
  });

  it('a pipeline that is there already', async () => {
    const { context } = await openTestProject({
      'pipelines/x.yaml': 'mine',
      'x.csv': csv('a,left', 60, (i) => `${i % 9},${left(i)}`),
    });
    await expect(init(context, { directory: '.', from: 'x.csv', label: 'left' })).rejects.toMatchObject({
      code: 'pipeline-exists',
    });
    expect(readFileSync(join(context.root, 'pipelines/x.yaml'), 'utf8')).toBe('mine');
    expect(readdirSync(join(context.root, 'pipelines'))).toEqual(['x.yaml']);
  });
});
