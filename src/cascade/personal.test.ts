import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeQuarantine } from '../data/quarantine.ts';
import { outputOf } from '../tracking/stages.ts';
import { cascade } from './cascade.ts';
import { readSnapshotRows } from './snapshotRows.ts';
import { customers, customersPipeline, openTestProject } from './testing.fixture.ts';

// A value of a person is planted in every row: it must stand nowhere in what is kept.

const secret = 'planted-secret';
const rows = customers(0, 160).map((row, at) => ({ ...row, email: `${secret}-${at}@example.com` }));
const refused = { ...rows[0]!, id: 'c999', tenure: 'old', email: `${secret}-refused@example.com` };
const csv = (all: readonly object[]): string =>
  [Object.keys(rows[0]!), ...all.map((row) => Object.values(row))].map((cells) => cells.join(',')).join('\n');

const column = (type: string, own: object): object => ({ type, 'x-aieng': own });
const schema = (email: object): string =>
  JSON.stringify({
    type: 'object',
    properties: {
      id: column('string', { kind: 'text' }),
      tenure: column('integer', { kind: 'number' }),
      plan: column('string', { kind: 'category' }),
      note: column('string', { kind: 'text' }),
      left: column('string', { kind: 'category' }),
      email: column('string', { kind: 'text', ...email }),
    },
    required: ['tenure', 'plan', 'left', 'email'],
    'x-aieng': { missing: [''] },
  });

const project = (email: object, more = 'row_id: id\n') =>
  openTestProject({
    'pipelines/left.yaml': customersPipeline(more),
    'pipelines/left.schema.json': schema(email),
    'data/customers.csv': csv([...rows, refused]),
  });

/** Files of a folder, below it too, in which the text stands, packed or not. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

describe('a personal column', () => {
  it('that nothing uses stands nowhere in the store, also where its record was rejected', async () => {
    const { context, said } = await project({ pii: true });
    const { records } = await cascade(context, 'package', { waitMs: 0 });
    const { snapshot } = outputOf.ingest(records.ingest!);
    expect(snapshot.columns).not.toContain('email');
    expect(snapshot.quarantined).toBe(1);
    const [rejection] = decodeQuarantine(await context.store.get(snapshot.quarantine!));
    expect(rejection).toMatchObject({
      line: 162,
      column: 'tenure',
      reason: 'expected a whole number, got "old"',
      raw: '(not kept: the table has personal columns)',
    });
    expect(said).toContain('Personal, used by nothing and not kept: email');
    expect(filesWith(join(context.root, '.aieng'), secret)).toEqual([]);
    // It is told from a column that is missing.
    const { findings } = outputOf.validate(records.validate!);
    expect(findings.filter(({ column: of }) => of === 'email')).toEqual([]);
  });

  it('may be named among those to drop, as init writes it', async () => {
    const { context, write } = await project({ pii: true });
    write('pipelines/left.yaml', customersPipeline().replace('drop: [note]', 'drop: [note, email]'));
    const { records } = await cascade(context, 'featurize', { waitMs: 0 });
    expect(outputOf.featurize(records.featurize!).inputs).not.toContain('email');
  });

  it('without the mark stands there: the search finds it', async () => {
    const { context } = await project({});
    await cascade(context, 'ingest', { waitMs: 0 });
    expect(filesWith(join(context.root, '.aieng'), secret).length).toBeGreaterThan(0);
  });

  it('that identifies a row is kept in the rows, and shown by no finding, profile or record', async () => {
    const { context } = await project(
      { pii: true },
      'row_id: email\nchecks:\n  - { column: email, matches: "^nobody", severity: warning }\n  - { column: tenure, below: 2, severity: warning }\n',
    );
    const { records } = await cascade(context, 'validate', { waitMs: 0 });
    const { snapshot } = outputOf.ingest(records.ingest!);
    expect(snapshot.columns).toContain('email');
    const { findings } = outputOf.validate(records.validate!);
    expect(findings.find(({ check }) => check === 'declared-pattern')).toMatchObject({
      count: 160,
      message: 'declared-pattern in 160 rows; what email holds is personal and not shown.',
      examples: Array.from({ length: 5 }, () => ({ rowId: '(personal)', value: '(personal)' })),
    });
    const range = findings.find(({ check }) => check === 'declared-range');
    expect(range?.examples[0]?.rowId).toBe('(personal)');
    expect(range?.examples[0]?.value).toMatch(/^\d+$/);
    const { store } = context;
    const parquet = await store.path(snapshot.parquet);
    expect(filesWith(join(context.root, '.aieng'), secret).filter((path) => path !== parquet)).toEqual([]);
    // Its rows are whole: ids are what they were.
    const read = await readSnapshotRows(context, { label: { column: 'left' }, row_id: ['email'] }, snapshot);
    expect(read.ids.at(0)).toContain(secret);
  });

  it('is a feature where the pipeline asks for it, and else is none', async () => {
    const asked = await project({ pii: true }, 'row_id: id\n');
    const records = async (given: typeof asked) =>
      outputOf.featurize((await cascade(given.context, 'featurize', { waitMs: 0 })).records.featurize!);
    expect(JSON.stringify(await records(asked))).not.toContain('email');
  });

  it('does not go with a domain or a range, which would show values', async () => {
    const { context } = await openTestProject({
      'pipelines/left.yaml': customersPipeline(),
      'pipelines/left.schema.json': schema({ kind: 'category', pii: true, domain: ['a'] }),
      'data/customers.csv': csv(rows),
    });
    await expect(cascade(context, 'ingest', { waitMs: 0 })).rejects.toMatchObject({
      code: 'schema-invalid',
      exitCode: 2,
      hint: expect.stringContaining('Take domain out'),
    });
  });
});

describe('a column that is known while training only', () => {
  it('is in the snapshot and never a feature', async () => {
    const { context } = await project({ only: 'training' });
    const { records } = await cascade(context, 'featurize', { waitMs: 0 });
    expect(outputOf.ingest(records.ingest!).snapshot.columns).toContain('email');
    const pipeline = customersPipeline('row_id: id\n').replace(
      'drop: [note]',
      'drop: [note], columns: {email: [[hash_strings]]}',
    );
    const wrong = await openTestProject({
      'pipelines/left.yaml': pipeline,
      'pipelines/left.schema.json': schema({ only: 'training' }),
      'data/customers.csv': csv(rows),
    });
    await expect(cascade(wrong.context, 'ingest', { waitMs: 0 })).rejects.toMatchObject({
      code: 'column-unknown',
      message: expect.stringContaining('known while training only'),
    });
  });
});
