import { beforeAll, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { loadBundle } from '../../packaging/keep.ts';
import { readFittedRows } from '../../tracking/fittedRows.ts';
import { readRuns } from '../../tracking/runs/runs.ts';
import { outputOf, readStage, stageNames, stageRef } from '../../tracking/stages.ts';
import type { StageName } from '../../tracking/stages.ts';
import type { CascadeResult } from '../cascade.ts';
import { cascade } from '../cascade.ts';
import { trainingCode } from '../key.ts';
import { readSnapshotRows } from '../snapshotRows.ts';
import { decodeSplit } from '../split.ts';
import type { TestProject } from '../testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../testing.fixture.ts';

// What stands in the records of a cascade, stage by stage: whoever comes later decides by it.

const rows = 160;
const labelled = 150;
const csv = csvOf(customers(0, rows).map((row, at) => (at < labelled ? row : { ...row, left: '' as 'No' })));
const open = (more?: string): Promise<TestProject> =>
  openTestProject({ 'pipelines/left.yaml': customersPipeline(more), 'data/customers.csv': csv });
const upTo = ({ context }: TestProject, target: StageName): Promise<CascadeResult> =>
  cascade(context, target, { waitMs: 0 });

describe('a cascade', () => {
  let project: TestProject;
  let done: CascadeResult;
  let startedAt = 0;
  const events: ProgressEvent[] = [];
  beforeAll(async () => {
    project = await open();
    startedAt = project.environment.now();
    const progress = (event: ProgressEvent): void => {
      if (event.kind !== 'stage') return;
      events.push(event);
      if (event.state === 'started') project.environment.advance(1000);
    };
    done = await upTo({ ...project, context: { ...project.context, progress } }, 'package');
  }, 60_000);

  it('tells of each stage when it starts and when it is done, why and how long', () => {
    expect(events).toEqual(
      stageNames.flatMap((stage) => {
        const told = { kind: 'stage', stage, reason: 'never ran' };
        return [
          { ...told, state: 'started', durationMs: 0 },
          { ...told, state: 'ran', durationMs: 1000 },
        ];
      }),
    );
    expect(done.stages).toEqual(
      stageNames.map((name) => ({ name, state: 'ran', reason: 'never ran', durationMs: 1000 })),
    );
  });

  it('keeps a record of each under its key, with the run, and its ref at it', async () => {
    const { context } = project;
    for (const [at, stage] of stageNames.entries()) {
      const record = done.records[stage]!;
      expect(await readStage(context, stage, record.key)).toEqual(record);
      expect(record).toMatchObject({
        stage,
        exitCode: 0,
        runId: done.runId,
        at: startedAt + 1000 * (at + 1),
        durationMs: 1000,
      });
      for (const object of record.objects ?? []) expect(await context.store.has(object)).toBe(true);
      expect(await context.store.refHistory(stageRef('left', stage))).toMatchObject([
        { value: record.key, previous: null, why: `run ${done.runId}` },
      ]);
    }
    expect(done.last).toBe(done.records.package);
    expect(done.pipeline.name).toBe('left');
  });

  it('is written down as a run', async () => {
    const [run, ...more] = (await readRuns(project.context, 9)).records;
    expect(more).toEqual([]);
    expect(run?.content).toMatchObject({
      runId: done.runId,
      command: 'package',
      pipeline: 'left',
      startedAt,
      endedAt: startedAt + 5000,
      outcome: 'ok',
      stages: done.stages,
    });
    expect(Object.keys(run!.content.outputs).sort()).toEqual([...stageNames].sort());
  });

  it('ingest says what was read and what it is kept as', async () => {
    const { snapshot, rejections } = outputOf.ingest(done.records.ingest!);
    expect(rejections).toEqual([]);
    expect(snapshot).toMatchObject({
      digest: done.records.ingest!.digest,
      rows,
      columns: ['id', 'tenure', 'plan', 'note', 'left'],
      quarantined: 0,
      unknownColumns: [],
      files: ['data/customers.csv'],
      source: { file: 'data/customers.csv', bytes: csv.length, records: rows },
    });
    expect(snapshot).not.toHaveProperty('quarantine');
    expect(snapshot).not.toHaveProperty('parent');
    expect(snapshot).not.toHaveProperty('mended');
    expect(done.records.ingest!.objects).toEqual([snapshot.parquet, snapshot.schemaDigest, snapshot.profile]);
    expect(done.records.ingest!.parts).toMatchObject({
      'mended records': null,
      'personal columns not kept': [],
      environment: {},
    });
  });

  it('validate says what it found, of how many rows, beside which snapshot', () => {
    const { output, objects, digest, parts } = done.records.validate!;
    expect(output).toMatchObject({ rows, comparedWith: null });
    expect(output).not.toHaveProperty('profileBefore');
    expect(outputOf.validate(done.records.validate!).findings).toContainEqual(
      expect.objectContaining({ check: 'label-missing', count: rows - labelled }),
    );
    expect(objects).toEqual([digest]);
    expect(parts).toMatchObject({ 'previous snapshot': null, 'quarantined records': null, overdue: [] });
  });

  it('featurize deals the labelled rows out, and says to whom', async () => {
    const { context } = project;
    const { snapshot } = outputOf.ingest(done.records.ingest!);
    const output = outputOf.featurize(done.records.featurize!);
    const { train, validation, test } = output.rows;
    expect([train + validation + test, output.rows.unlabelled]).toEqual([labelled, rows - labelled]);
    expect(train).toBeGreaterThan(validation + test);
    expect([...output.inputs].sort()).toEqual(['plan', 'tenure']);
    expect(output.outputs.some((name) => name.startsWith('tenure'))).toBe(true);
    expect(output.outputs.some((name) => name.startsWith('note'))).toBe(false);
    expect(output.task).toMatchObject({ kind: 'binary', positive: 'Yes' });
    expect(done.records.featurize!.objects).toEqual([output.features, output.split]);
    const split = decodeSplit(await context.store.get(output.split));
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([
      train,
      validation,
      test,
    ]);
    const { table } = await readSnapshotRows(context, await openPipeline(context, 'left'), snapshot);
    const label = table.columns.get('left');
    for (const row of [...split.train, ...split.validation, ...split.test])
      expect(label?.kind === 'category' && label.codes[row]! >= 0).toBe(true);
  });

  it('train keeps the files of the model, and judges it on the test part', () => {
    const output = outputOf.train(done.records.train!);
    const { rows: dealt } = outputOf.featurize(done.records.featurize!);
    expect(output.evaluation.rows).toBe(dealt.test);
    expect(output.verdict.passed).toBe(true);
    expect(output.model.family).toBe('linear');
    expect(Object.values(output.model.files).length).toBeGreaterThan(0);
    expect(done.records.train!.objects).toEqual(Object.values(output.model.files));
    expect(done.records.train!.parts).toMatchObject({ champion: null, backend: { name: 'javascript' } });
  });

  it('package gives the first version, of files that are kept, and writes down who was fitted on', async () => {
    const { context, environment } = project;
    const output = outputOf.package(done.records.package!);
    expect(output).toMatchObject({ name: 'left', version: 1, existed: false });
    const { manifest } = await loadBundle(context.store, output.bundle);
    expect(output.files).toEqual(
      Object.entries(manifest.files).map(([path, { bytes }]) => ({ path, bytes })),
    );
    expect(done.records.package!.objects).toEqual([
      output.bundle,
      ...Object.values(manifest.files).map(({ sha256 }) => sha256),
    ]);
    expect(done.records.package!.digest).toBe(output.bundle);
    expect(await readFittedRows(context, output.bundle)).toEqual({
      snapshot: outputOf.ingest(done.records.ingest!).snapshot,
      split: outputOf.featurize(done.records.featurize!).split,
      at: environment.now(),
    });
    expect(done.records.package!.parts['training code']).toBe(trainingCode(environment, ['linear']));
  });

  it('takes the next run from the cache, tells so, and writes nothing down', async () => {
    const told: ProgressEvent[] = [];
    const context = { ...project.context, progress: (event: ProgressEvent) => told.push(event) };
    const again = await cascade(context, 'package', { waitMs: 0 });
    expect(told.filter(({ kind }) => kind === 'stage')).toEqual(
      stageNames.map((stage) => ({
        kind: 'stage',
        stage,
        state: 'cached',
        reason: 'nothing changed',
        durationMs: 0,
      })),
    );
    expect(again.records).toEqual(done.records);
    expect((await readRuns(context, 9)).records).toHaveLength(1);
  });
});

describe('a cascade that comes to a bundle that is there', () => {
  it('gives it the version that it has, and its objects are young again', async () => {
    const project = await open();
    const { context, environment, write } = project;
    const first = await upTo(project, 'package');
    write('data/customers.csv', csvOf(customers(0, 120)));
    const second = await upTo(project, 'package');
    expect(outputOf.package(second.last)).toMatchObject({ version: 2, existed: false });
    expect(outputOf.validate(second.records.validate!)).toMatchObject({
      comparedWith: first.records.ingest!.digest,
      profileBefore: outputOf.ingest(first.records.ingest!).snapshot.profile,
    });
    environment.advance(3 * 24 * 3_600_000);
    write('data/customers.csv', csv);
    const back = await upTo(project, 'featurize');
    expect(back.stages.map(({ name, state, reason }) => `${name} ${state}: ${reason}`)).toEqual([
      'ingest cached: known from an earlier run',
      expect.stringMatching(/^validate ran: previous snapshot/),
      'featurize cached: known from an earlier run',
    ]);
    expect(back.records.ingest).toEqual(first.records.ingest);
    const at = new Map((await context.store.objects()).map((object) => [object.digest, object.at]));
    for (const object of first.records.ingest!.objects!) expect(at.get(object)).toBe(environment.now());
    expect(await context.store.readRef(stageRef('left', 'ingest'))).toBe(first.records.ingest!.key);
    const bundle = outputOf.package((await upTo(project, 'package')).last);
    expect(bundle.bundle).toBe(outputOf.package(first.last).bundle);
    expect(bundle.version).toBe(1);
  });
});

describe('a run that ends otherwise', () => {
  const outcome = async ({ context }: TestProject): Promise<unknown> => {
    const [run] = (await readRuns(context, 1)).records;
    return [run?.content.outcome, run?.content.stages.map(({ name }) => name)];
  };

  it('is stopped where a stage rejects', async () => {
    const project = await open();
    project.write('data/customers.csv', csvOf(customers(0, 80).map((row) => ({ ...row, left: 'Yes' }))));
    expect((await upTo(project, 'package')).last).toMatchObject({ stage: 'validate', exitCode: 3 });
    expect(await outcome(project)).toEqual(['stopped', ['ingest', 'validate']]);
  });

  it('is stopped where a gate fails, and a package of it is refused', async () => {
    const project = await open();
    project.write(
      'pipelines/left.yaml',
      customersPipeline().replace('gates: []', 'gates: [{ metric: accuracy, at_least: 1 }]'),
    );
    for (const target of ['train', 'package'] as const)
      expect((await upTo(project, target)).last).toMatchObject({ stage: 'train', exitCode: 4 });
    expect(await outcome(project)).toEqual(['stopped', ['ingest', 'validate', 'featurize', 'train']]);
    await expect(cascade(project.context, 'package', { waitMs: 0, only: true })).resolves.toMatchObject({
      last: { stage: 'train', exitCode: 4 },
      stages: [],
    });
    expect(await project.context.store.versions('left')).toEqual([]);
  });

  it('has the code of the error that ended it, or is a bug of ours', async () => {
    const project = await open();
    project.write('data/customers.csv', 'id,tenure,plan,note,left\n');
    await expect(upTo(project, 'featurize')).rejects.toThrow();
    const [code] = (await outcome(project)) as [string];
    expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/);
    const broken = await open();
    const progress = (event: ProgressEvent): void => {
      if (event.kind === 'stage' && event.stage === 'validate' && event.state === 'started')
        throw new TypeError('a bug');
    };
    await expect(cascade({ ...broken.context, progress }, 'featurize', { waitMs: 0 })).rejects.toThrow(
      TypeError,
    );
    expect(await outcome(broken)).toEqual(['bug', ['ingest']]);
  });

  it('says which part of the split has no labelled row, of how many', async () => {
    const project = await open('row_id: id\nsplit: { train: 0.998, validation: 0.001, test: 0.001 }\n');
    project.write('data/customers.csv', csvOf(customers(0, 40)));
    await expect(upTo(project, 'featurize')).rejects.toMatchObject({
      code: 'split-part-empty',
      exitCode: 3,
      message: expect.stringMatching(
        /^The (validation|test) part has no labelled row: there are 40 labelled rows/,
      ),
    });
  });
});
