import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestProject } from '../../../src/cascade/testing.fixture.ts';
import type { TestProject } from '../../../src/cascade/testing.fixture.ts';
import { cellValue } from '../../../src/data/columns.ts';
import { withConnection } from '../../../src/data/duckdb.ts';
import type { ColumnSchema, RowSchema } from '../../../src/data/schema.ts';
import { rowSchemaText } from '../../../src/pipeline/loadRowSchema.ts';
import { resolveBundle } from '../../../src/project/bundles.ts';
import type { OpenedPredictor } from '../../../src/project/predictors.ts';
import { openPredictor } from '../../../src/project/predictors.ts';
import { createService } from '../../../src/serving/service.ts';
import type { Service } from '../../../src/serving/service.ts';
import type { PredictionLog } from '../../../src/traffic/predictionLog.ts';
import { judgedFile } from '../../../src/verbs/monitor/currentFile.ts';
import { predict } from '../../../src/verbs/predict/predict.ts';
import { run } from '../../../src/verbs/run/run.ts';
import { cellCases } from './cases.ts';
import type { CellCase } from './cases.ts';

// Law: a value is the same cell, or the same refusal, by every door. The doors are real: files through `predict`
// and `monitor --current`, requests to a service with a real model.

const column = (name: string, rest: Partial<ColumnSchema>): ColumnSchema => ({
  name,
  kind: 'category',
  type: 'string',
  nullable: true,
  required: false,
  closed: false,
  ...rest,
});
const schema: RowSchema = {
  missing: ['', 'NA', '-999'],
  columns: [
    column('id', { kind: 'number', type: 'integer' }),
    column('number', { kind: 'number', type: 'number' }),
    column('whole', { kind: 'number', type: 'integer', nullable: false }),
    column('word', {}),
    column('flag', { type: 'boolean', trueWords: ['yes', '1'], falseWords: ['no', '0'] }),
    column('time', { kind: 'time' }),
    column('note', { kind: 'text' }),
    column('euros', {
      kind: 'number',
      type: 'number',
      numberFormat: { decimal: ',', thousands: '.', currency: '€' },
      missing: ['-', '-1'],
    }),
    column('rupees', {
      kind: 'number',
      type: 'integer',
      numberFormat: { thousands: ',', grouping: 'indian', currency: '₹' },
    }),
    column('share', { kind: 'number', type: 'number', numberFormat: { percent: true } }),
    column('balance', {
      kind: 'number',
      type: 'number',
      numberFormat: { thousands: ',', negative: 'parentheses' },
    }),
    column('level', { kind: 'number', type: 'number', numberFormat: { censored: 'bound', unit: 'mg/dL' } }),
    column('day', { kind: 'time', timeFormat: { pattern: 'DD/MM/YYYY' }, missing: ['01/01/1900'] }),
    column('local', { kind: 'time', timeFormat: { pattern: 'DD MMM YYYY HH:mm', zone: '+02:00' } }),
    column('berlin', { kind: 'time', timeFormat: { pattern: 'DD.MM.YY HH:mm', zone: 'Europe/Berlin' } }),
    column('serial', { kind: 'time', timeFormat: { pattern: 'spreadsheet-days' } }),
    column('epoch', { kind: 'time', timeFormat: { pattern: 'epoch-seconds' } }),
    column('country', { merge: { namibia: 'NA.' }, missing: ['n/a'] }),
    column('caf\u00e9', {}),
    column('left', { domain: ['no', 'yes'] }),
  ],
};
/** A row in which the value under test stands alone but for a number that must be there. */
const others: Readonly<Record<string, string>> = { whole: '1' };

let project: TestProject;
let opened: OpenedPredictor;
let service: Service;
let url = '';
const logged: Readonly<Record<string, string | number | null>>[] = [];

beforeAll(async () => {
  const plain = ['id', 'number', 'whole', 'word', 'flag', 'time', 'note', 'left'];
  const names = [
    ...plain,
    'euros',
    'day',
    'epoch',
    'country',
    'rupees',
    'share',
    'balance',
    'level',
    'local',
    'caf\u00e9',
  ].join(',');
  const rows = Array.from({ length: 120 }, (_, i) => {
    const left = i % 3 === 0;
    return `${i},${left ? 5 : 1},${i % 7},${left ? 'a' : 'b'},${i % 2},2024-01-0${1 + (i % 9)},n${i},${left ? 'yes' : 'no'},"${i + 1}.000,5 €",${1 + (i % 28)}/01/2024,${1_704_067_200 + i * 3600},${left ? 'namibia' : 'ZA'},"${1 + (i % 9)},000",${i % 50}%,(${i}),<${i},5 Feb 2024 10:00,${left ? 'x' : 'z'}`;
  });
  project = await openTestProject({
    'pipelines/cells.yaml': `source: data/rows.csv
label: left
row_id: id
model: { family: linear, backend: wasm }
evaluation: { bootstrap: 100, gates: [] }
`,
    'pipelines/cells.schema.json': rowSchemaText(schema),
    'data/rows.csv': `${names}\n${rows.join('\n')}\n`,
  });
  await run(project.context, { to: 'package', waitMs: 0 });
  opened = await openPredictor(project.context, await resolveBundle(project.context, 'cells'));
  const log: PredictionLog = {
    prediction: ({ features, rowId }) => {
      const cells: Record<string, string | number | null> =
        typeof features === 'string' ? JSON.parse(features) : features;
      logged.push({ ...cells, 'row id': rowId });
    },
    shadow: () => undefined,
    labels: async () => undefined,
    flush: async () => undefined,
    close: async () => undefined,
    state: () => ({ dropped: 0, failing: null }) as never,
  };
  service = await createService({
    predictor: opened.predictor,
    checkGolden: () => [],
    log,
    clock: () => 0,
    elapsed: () => performance.now(),
    newId: () => 'x',
    softwareVersion: '0',
  });
  ({ url } = await service.listen({ host: '127.0.0.1', port: 0 }));
}, 60_000);
afterAll(async () => {
  await service.close();
  opened.predictor.dispose();
});

type Outcome = { readonly cell: unknown } | { readonly refused: string };

const inRoot = (name: string): string => join(project.context.root, name);

/** One row through `predict`: its id as the answer has it, or why it was refused; other cells as the same file gives them. */
async function predicted(name: string, one: CellCase): Promise<Outcome> {
  const { result } = await predict(project.context, {
    bundle: 'cells',
    input: name,
    output: 'out.ndjson',
    log: false,
  });
  const [rejection] = result.rejections;
  if (rejection !== undefined) return { refused: rejection.reason };
  if (one.column !== 'id') return current(name, one);
  const line = JSON.parse(readFileSync(inRoot('out.ndjson'), 'utf8')) as { id: string };
  return { cell: line.id };
}

/** One row through `monitor --current`. */
async function current(name: string, one: CellCase): Promise<Outcome> {
  const { rows, rejections } = await judgedFile(project.context, { path: name, dialect: {} }, opened, {
    logFolder: inRoot('.aieng/logs/none'),
    doors: [],
    read: (label) => ({ value: label, respelled: false }),
    expiredBefore: null,
  });
  const [rejection] = rejections;
  if (rejection !== undefined) return { refused: rejection.reason };
  const found = rows.table.columns.get(one.column);
  return found === undefined ? { cell: undefined } : { cell: cellValue(found, 0) };
}

async function file(name: string, content: string, one: CellCase): Promise<Outcome> {
  project.write(name, content);
  return predicted(name, one);
}

const fieldsOf = (one: CellCase, value: string): readonly (readonly [string, string])[] =>
  Object.entries({ ...others, [one.column]: value });

function delimited(one: CellCase, delimiter: string): string {
  const fields = fieldsOf(one, one.text!);
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return `${fields.map(([name]) => name).join(delimiter)}\n${fields.map(([, text]) => quoted(text)).join(delimiter)}\n`;
}

const jsonRow = (one: CellCase): string =>
  `{${fieldsOf(one, one.json!)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(',')}}`;

/** One request; the cell as it goes to the prediction log, or the first detail of the refusal. */
async function asked(one: CellCase, path: string, body: string, type = 'application/json'): Promise<Outcome> {
  logged.length = 0;
  const response = await fetch(url + path, { method: 'POST', headers: { 'content-type': type }, body });
  const text = await response.text();
  if (response.status !== 200) {
    const reply = JSON.parse(text) as { details?: { message: string }[]; error?: string };
    const message = reply.details?.[0]?.message ?? reply.error ?? '';
    // The Open Inference Protocol names the column, and has no details.
    return { refused: /(?:^|: )(expected .*?)(?: \(and \d+ more\))?$/s.exec(message)?.[1] ?? message };
  }
  return { cell: one.column === 'id' ? logged[0]?.['row id'] : logged[0]?.[one.column] };
}

function tensors(one: CellCase): string {
  const [datatype, element] = one.tensor!;
  const given = { whole: ['INT64', '1'] as const, [one.column]: [datatype, element] as const };
  const inputs = Object.entries(given).map(
    ([name, [type, data]]) => `{"name":"${name}","shape":[1],"datatype":"${type}","data":[${data}]}`,
  );
  return `{"inputs":[${inputs.join(',')}]}`;
}

async function parquet(one: CellCase): Promise<Outcome> {
  const own = one.column === 'whole' ? '' : `1 AS whole, `;
  await withConnection((connection) =>
    connection.run(`COPY (SELECT ${own}${one.parquet!} AS "${one.column}") TO $1 (FORMAT parquet)`, [
      inRoot('one.parquet'),
    ]),
  );
  return predicted('one.parquet', one);
}

interface Door {
  readonly needs: 'text' | 'json' | 'tensor' | 'parquet';
  readonly bring: (one: CellCase) => Promise<Outcome>;
  /** Row ids do not come by this door. */
  readonly withoutIds?: true;
}
const columnsOf = (one: CellCase): string => JSON.stringify(fieldsOf(one, '').map(([name]) => name));
const valuesOf = (one: CellCase): string =>
  fieldsOf(one, one.json!)
    .map(([, value]) => value)
    .join(',');

const doors: Readonly<Record<string, Door>> = {
  csv: { needs: 'text', bring: (one) => file('one.csv', delimited(one, ','), one) },
  tsv: { needs: 'text', bring: (one) => file('one.tsv', delimited(one, '\t'), one) },
  ndjson: { needs: 'json', bring: (one) => file('one.ndjson', `${jsonRow(one)}\n`, one) },
  parquet: { needs: 'parquet', bring: parquet },
  '--current': {
    needs: 'json',
    withoutIds: true,
    bring: async (one) => {
      project.write('current.ndjson', `${jsonRow(one)}\n`);
      return current('current.ndjson', one);
    },
  },
  '/predict': { needs: 'json', bring: (one) => asked(one, '/predict', `{"features":${jsonRow(one)}}`) },
  'a list to /predict': { needs: 'json', bring: (one) => asked(one, '/predict', `[${jsonRow(one)}]`) },
  'V2 tensors': { needs: 'tensor', bring: (one) => asked(one, '/v2/models/cells/infer', tensors(one)) },
  dataframe_split: {
    needs: 'json',
    bring: (one) =>
      asked(
        one,
        '/invocations',
        `{"dataframe_split":{"columns":${columnsOf(one)},"data":[[${valuesOf(one)}]]}}`,
      ),
  },
  dataframe_records: {
    needs: 'json',
    bring: (one) => asked(one, '/invocations', `{"dataframe_records":[${jsonRow(one)}]}`),
  },
  instances: { needs: 'json', bring: (one) => asked(one, '/invocations', `{"instances":[${jsonRow(one)}]}`) },
  inputs: {
    needs: 'json',
    bring: (one) => {
      const lists = fieldsOf(one, one.json!).map(([name, value]) => `${JSON.stringify(name)}:[${value}]`);
      return asked(one, '/invocations', `{"inputs":{${lists.join(',')}}}`);
    },
  },
  'text/csv': { needs: 'text', bring: (one) => asked(one, '/invocations', delimited(one, ','), 'text/csv') },
};

describe.each(Object.entries(doors))('by %s', (_name, { needs, bring, withoutIds }) => {
  const cases = cellCases.filter(
    (one) => one[needs] !== undefined && !(withoutIds === true && one.column === 'id'),
  );
  it.each(cases.map((one) => [one.column, JSON.stringify(one[needs]), one] as const))(
    'a %s %s',
    async (_column, _spelling, one) => {
      const outcome = await bring(one);
      if (typeof one.is === 'object' && one.is !== null) {
        expect(outcome).toHaveProperty('refused');
        expect('refused' in outcome ? outcome.refused : '').toContain(one.is.refused);
      } else expect(outcome).toEqual({ cell: one.is });
    },
  );
});

describe('a key that stands twice', () => {
  const twice = '{"whole":1,"word":"a","word":"b"}';

  it('refuses a line of NDJSON, and a request by every protocol of JSON', async () => {
    const one: CellCase = { column: 'word', is: null };
    const told = 'the key "word" stands twice in one object';
    const outcomes = await Promise.all([
      file('twice.ndjson', `{"whole":1}\n${twice}\n`, one),
      asked(one, '/predict', `{"features":${twice}}`),
      asked(one, '/invocations', `{"dataframe_records":[${twice}]}`),
      asked(one, '/invocations', '{"inputs":{"word":["a"],"word":["b"],"whole":[1]}}'),
    ]);
    for (const outcome of outcomes) expect('refused' in outcome ? outcome.refused : '').toContain(told);
  });
});

describe('a name whose letters Unicode spells otherwise', () => {
  // é as e and an accent; the schema has it as one letter.
  const one: CellCase = { column: 'caf\u00e9', is: 'x' };
  const other = 'cafe\u0301';
  const row = `{"whole":1,"${other}":"x"}`;

  it('is that column, by every door', async () => {
    const outcomes = [
      await file('other.csv', `${other},whole\nx,1\n`, one),
      await file('other.ndjson', `${row}\n`, one),
      await parquet({ ...one, column: other, parquet: "'x'" }).then(() => current('one.parquet', one)),
      await asked(one, '/predict', `{"features":${row}}`),
      await asked(one, '/predict', `[${row}]`),
      await asked(one, '/invocations', `{"dataframe_records":[${row}]}`),
      await asked(one, '/invocations', `{"inputs":{"${other}":["x"],"whole":[1]}}`),
      await asked(one, '/invocations', `whole,${other}\n1,x\n`, 'text/csv'),
      await asked(
        one,
        '/v2/models/cells/infer',
        `{"inputs":[{"name":"whole","shape":[1],"datatype":"INT64","data":[1]},{"name":"${other}","shape":[1],"datatype":"BYTES","data":["x"]}]}`,
      ),
    ];
    expect(outcomes).toEqual(outcomes.map(() => ({ cell: 'x' })));
  });

  it('is not two of them', async () => {
    expect(
      await asked(one, '/predict', `{"features":{"whole":1,"${other}":"x","${one.column}":"z"}}`),
    ).toEqual({
      refused: expect.stringContaining('stands twice'),
    });
    project.write('both.csv', `whole,${other},${one.column}\n1,x,z\n`);
    const read = await predict(project.context, {
      bundle: 'cells',
      input: 'both.csv',
      output: 'out.ndjson',
      log: false,
    });
    expect(read.warnings.join('\n')).toContain(other);
  });
});
