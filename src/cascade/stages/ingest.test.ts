import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../project/context.ts';
import type { CascadeResult } from '../cascade.ts';
import { cascade } from '../cascade.ts';
import { outputOf } from '../../tracking/stages.ts';
import { decodeQuarantine } from '../../data/quarantine.ts';
import type { Rejection } from '../../data/source.ts';
import { lastRejects } from '../../tracking/rejects.ts';
import { rejects } from '../../verbs/rejects/rejects.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../testing.fixture.ts';

const ingest = (context: Context): Promise<CascadeResult> => cascade(context, 'ingest', { waitMs: 0 });

/** The same, where something happens after the key of the stage was made and before the work begins. */
const meanwhile = (context: Context, happens: () => void): Context => ({
  ...context,
  progress: (event) => {
    if (event.kind === 'stage' && event.stage === 'ingest' && event.state === 'started') happens();
  },
});

describe('a source that is replaced between hashing and reading', () => {
  const first = csvOf(customers(0, 50));
  const second = csvOf(customers(0, 60));
  const files = { 'pipelines/left.yaml': customersPipeline(), 'data/customers.csv': first };

  it('is kept under the key of what was read, so that neither content is ever taken for the other', async () => {
    const { context, write } = await openTestProject(files);
    // The schema has to stand: it is written by the first look at the source.
    await ingest(context);
    write('data/customers.csv', csvOf(customers(0, 55)));
    const raced = await ingest(meanwhile(context, () => write('data/customers.csv', second)));
    expect(outputOf.ingest(raced.last).snapshot.rows).toBe(60);
    const again = await ingest(context);
    expect([again.stages[0]?.state, again.last.digest]).toEqual(['cached', raced.last.digest]);
    write('data/customers.csv', csvOf(customers(0, 55)));
    expect(outputOf.ingest((await ingest(context)).last).snapshot.rows).toBe(55);
    write('data/customers.csv', first);
    expect(outputOf.ingest((await ingest(context)).last).snapshot.rows).toBe(50);
  });

  it('and a row schema is read once: what the key says is what typed the rows', async () => {
    const { context, write: writeFile } = await openTestProject(files);
    await ingest(context);
    const write = (text: string): void => writeFile('pipelines/left.schema.json', text);
    const schema = (nullable: string): string =>
      `{"type": "object", "properties": {"id": {"type": "string", "x-aieng": {"kind": "text"}}, "left": {"type": ${nullable}, "x-aieng": {"kind": "category"}}, "tenure": {"type": "integer"}, "note": {"type": "string", "x-aieng": {"kind": "text"}}}, "required": ["left"]}`;
    const [before, after] = [schema('["string", "null"]'), schema('"string"')];
    write(before);
    const raced = await ingest(meanwhile(context, () => write(after)));
    const stateOf = async (): Promise<unknown> => {
      const { stages, last } = await ingest(context);
      return [stages[0]?.state, last.key === raced.last.key];
    };
    expect(await stateOf()).toEqual(['ran', false]);
    write(before);
    expect(await stateOf()).toEqual(['cached', true]);
  });
});

describe('what cannot be used of a source', () => {
  const pipeline = customersPipeline('row_id: id\n').replace(
    'source: data/customers.csv',
    'source: { path: data/customers.csv, max_rejected_share: 0.1 }',
  );
  /** A hundred customers, of whom the first `bad` have no number of months. */
  const withBad = (bad: number): string =>
    csvOf(
      customers(0, 100).map((customer, at) => ({
        ...customer,
        ...(at < bad ? { tenure: `bad ${at}` as unknown as number } : {}),
      })),
    );
  const openWith = async (bad: number): Promise<Context> => {
    const project = await openTestProject({
      'pipelines/left.yaml': pipeline,
      'data/customers.csv': csvOf(customers(0, 100)),
    });
    await ingest(project.context);
    project.write('data/customers.csv', withBad(bad));
    return project.context;
  };
  const kept = async (context: Context): Promise<readonly Rejection[]> =>
    decodeQuarantine(await context.store.get((await lastRejects(context, 'left'))!.rejects!));

  it('is tolerated at the limit, every record of it kept', async () => {
    const context = await openWith(10);
    const { last } = await ingest(context);
    const { snapshot, rejections } = outputOf.ingest(last);
    expect([snapshot.rows, snapshot.quarantined, snapshot.source?.records]).toEqual([90, 10, 100]);
    expect(rejections).toHaveLength(5);
    const all = decodeQuarantine(await context.store.get(snapshot.quarantine!));
    expect(all.map(({ line, raw }) => [line, raw.split(',')[1]])).toEqual(
      Array.from({ length: 10 }, (_, at) => [at + 2, `bad ${at}`]),
    );
    expect(await lastRejects(context, 'left')).toMatchObject({
      outcome: 'ingested',
      records: 100,
      rejected: 10,
      tolerated: 0.1,
      rejects: snapshot.quarantine,
    });
  });

  it('ends the ingest above the limit, and is kept whole then too', async () => {
    const context = await openWith(11);
    await expect(ingest(context)).rejects.toMatchObject({
      code: 'too-many-rejected',
      exitCode: 3,
      message:
        '11 of 100 records of data/customers.csv cannot be used (11.0 %; at most 10.0 % may be). Most often (11 times): expected a whole number, got "bad 0" (line 2, column tenure).',
      hint: expect.stringContaining('`aieng rejects left` lists them all by reason'),
      at: { file: 'data/customers.csv', line: 2 },
    });
    expect((await kept(context)).map(({ line }) => line)).toEqual(
      Array.from({ length: 11 }, (_, at) => at + 2),
    );
    const { result } = await rejects(context, {});
    expect(result).toMatchObject({ outcome: 'refused', records: 100, rejected: 11, exported: null });
    expect(result.reasons).toMatchObject([
      { column: 'tenure', reason: 'expected a whole number', count: 11 },
    ]);
    expect(result.reasons[0]?.examples).toHaveLength(3);
  });

  it('tells of lines that are left out because that is declared, without what stands in them', async () => {
    const footer = 'Total,100,,,\n\n';
    const project = await openTestProject({
      'pipelines/left.yaml': pipeline.replace('max_rejected_share: 0.1', "skip_footer: 1, comment: '#'"),
      'data/customers.csv': `# secret\n${csvOf(customers(0, 100))}${footer}`,
    });
    const told: string[] = [];
    const context: Context = {
      ...project.context,
      progress: (event) => {
        if (event.kind === 'warning') told.push(event.message);
      },
    };
    expect(outputOf.ingest((await ingest(context)).last).snapshot.rows).toBe(100);
    expect(told.filter((message) => message.includes('left out'))).toEqual([
      'data/customers.csv: left out, as declared: 1 line below the table (source.skip_footer), the first on line 103.',
    ]);
  });

  it('is refused where nothing is left, whatever is tolerated', async () => {
    const project = await openTestProject({
      'pipelines/left.yaml': pipeline.replace('0.1', '1'),
      'data/customers.csv': csvOf(customers(0, 100)),
    });
    await ingest(project.context);
    project.write('data/customers.csv', withBad(99));
    expect(outputOf.ingest((await ingest(project.context)).last).snapshot.rows).toBe(1);
    project.write('data/customers.csv', withBad(100));
    await expect(ingest(project.context)).rejects.toMatchObject({ code: 'too-many-rejected' });
  });

  it('is that of the ingest that stands, also when it came from the cache', async () => {
    const project = await openTestProject({
      'pipelines/left.yaml': pipeline,
      'data/customers.csv': withBad(0),
    });
    const { context, write } = project;
    await ingest(context);
    write('data/customers.csv', withBad(3));
    await ingest(context);
    write('data/customers.csv', withBad(50));
    await expect(ingest(context)).rejects.toMatchObject({ code: 'too-many-rejected' });
    expect((await rejects(context, {})).result).toMatchObject({ outcome: 'refused', rejected: 50 });
    write('data/customers.csv', withBad(3));
    expect((await ingest(context)).stages[0]?.state).toBe('cached');
    expect((await rejects(context, {})).result).toMatchObject({ outcome: 'ingested', rejected: 3 });
    const before = (await context.store.recordIds('rejects-left')).length;
    await ingest(context);
    expect((await context.store.recordIds('rejects-left')).length).toBe(before);
  });

  it('is told with the encoding, where that is what is wrong', async () => {
    const project = await openTestProject({
      'pipelines/left.yaml': pipeline,
      'data/customers.csv': withBad(0),
    });
    await ingest(project.context);
    const latin = customers(0, 100).map((customer) => ({ ...customer, note: 'Müller' }));
    writeFileSync(join(project.context.root, 'data/customers.csv'), Buffer.from(csvOf(latin), 'latin1'));
    await expect(ingest(project.context)).rejects.toMatchObject({
      message: expect.stringContaining('expected UTF-8, got the byte 0xFC'),
      hint: expect.stringContaining('Set `source.encoding: windows-1252` in the pipeline file'),
    });
  });

  it('a field that the schema does not know is told by ingest and by validate, which looks again when that changes', async () => {
    const rows = (extra: number): string =>
      customers(0, 60)
        .map((customer, at) => JSON.stringify(at < 60 - extra ? customer : { ...customer, region: 'EU' }))
        .join('\n');
    const project = await openTestProject({
      'pipelines/left.yaml': pipeline.replaceAll('customers.csv', 'customers.ndjson'),
      'data/customers.ndjson': rows(0),
    });
    const { context, write } = project;
    const findings = async (): Promise<readonly string[]> => {
      const done = await cascade(context, 'validate', { waitMs: 0 });
      return outputOf
        .validate(done.records.validate!)
        .findings.filter(({ check }) => check === 'new-column')
        .map(({ message }) => message);
    };
    expect(await findings()).toEqual([]);
    write('data/customers.ndjson', rows(7));
    expect(await findings()).toEqual([
      'The data has a field region that the schema does not know, in 7 of 60 records; it was left out.',
    ]);
    expect(outputOf.ingest((await ingest(context)).last).snapshot.unknownColumns).toEqual([
      { name: 'region', records: 7 },
    ]);
  });
});
