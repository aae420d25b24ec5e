import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StageCode } from '../environment/environment.ts';
import { fakeEnvironment } from '../environment/index.ts';
import type { CascadeResult } from './cascade.ts';
import { cascade } from './cascade.ts';
import type { Context } from '../project/context.ts';
import { explain } from '../verbs/explain/explain.ts';
import { openPipeline } from '../project/openPipeline.ts';
import { readRuns } from '../tracking/runs/runs.ts';
import type { StageName } from './stage.ts';
import type { PlannedStage } from './plan.ts';
import { planStages } from './plan.ts';
import { outputOf } from '../tracking/stages.ts';
import type { TestProject } from './testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from './testing.fixture.ts';

const open = (): Promise<TestProject> =>
  openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 200)),
  });
const upTo = (context: Context, target: StageName, only = false): Promise<CascadeResult> =>
  cascade(context, target, { waitMs: 0, only });
const said = ({ stages }: CascadeResult): string[] =>
  stages.map(({ name, state, reason }) => `${name} ${state}: ${reason}`);
const plan = async (context: Context): Promise<readonly PlannedStage[]> =>
  (await planStages(context, await openPipeline(context, undefined))).stages;

describe('cascade', () => {
  it('runs what was never run, and then nothing', async () => {
    const { context } = await open();
    const first = await upTo(context, 'featurize');
    expect(said(first)).toEqual([
      'ingest ran: never ran',
      'validate ran: never ran',
      'featurize ran: never ran',
    ]);
    const second = await upTo(context, 'featurize');
    expect(said(second)).toEqual(
      ['ingest', 'validate', 'featurize'].map((name) => `${name} cached: nothing changed`),
    );
    expect(second.last.digest).toBe(first.last.digest);
  });

  it('writes a run down when something ran, with what came out, and not when nothing did', async () => {
    const { context } = await open();
    const { runId, last } = await upTo(context, 'validate');
    await upTo(context, 'validate');
    const { records: runs } = await readRuns(context, 10);
    expect(runs.map(({ id }) => id)).toEqual([runId]);
    const record = runs[0]!.content;
    expect(record).toMatchObject({ command: 'validate', pipeline: 'left', outcome: 'ok' });
    expect(record.outputs.validate).toEqual({ digest: last.digest, key: last.key });
  });

  it('runs a stage again when the code that computes it is another, and those after it only if its result is', async () => {
    const { context } = await open();
    await upTo(context, 'featurize');
    const newer = { ...context, environment: { ...context.environment, stageCode: codeOf('validate') } };
    expect(said(await upTo(newer, 'featurize'))).toEqual([
      'ingest cached: nothing changed',
      'validate ran: code changed',
      'featurize cached: nothing changed',
    ]);
    // And back to the code before: its result is still known.
    expect(said(await upTo(context, 'featurize'))[1]).toBe('validate cached: known from an earlier run');
  });

  it('is not stale for the same rows in another order', async () => {
    const { context, write } = await open();
    await upTo(context, 'featurize');
    write('data/customers.csv', csvOf(customers(0, 200).toReversed()));
    expect(said(await upTo(context, 'featurize'))).toEqual([
      'ingest ran: source data/customers.csv changed',
      'validate cached: nothing changed',
      'featurize cached: nothing changed',
    ]);
  });

  it('runs a stage again whose result is gone from the store', async () => {
    const { context } = await open();
    const { records } = await upTo(context, 'featurize');
    const { features } = outputOf.featurize(records.featurize!);
    rmSync(await context.store.path(features));
    const again = await upTo(context, 'featurize');
    expect(said(again)[2]).toBe('featurize ran: its result is gone from the store');
    expect(await context.store.has(features)).toBe(true);
  });

  it('ends at a stage that rejects, and the next run says the same without computing it again', async () => {
    const { context, write } = await open();
    await upTo(context, 'ingest');
    write('data/customers.csv', csvOf(customers(0, 200).map((row) => ({ ...row, left: 'Yes' }))));
    for (const state of ['ran', 'cached']) {
      const done = await upTo(context, 'train');
      expect(done.last).toMatchObject({ stage: 'validate', exitCode: 3 });
      expect(done.stages.map((stage) => stage.state)).toEqual([state, state]);
    }
  });

  it('with --only needs the stages before, and leaves them alone', async () => {
    const { context } = await open();
    await expect(upTo(context, 'featurize', true)).rejects.toMatchObject({
      code: 'stage-not-run',
      exitCode: 2,
      hint: 'Run `aieng validate left` first, or leave out --only.',
    });
    await upTo(context, 'featurize');
    expect(said(await upTo(context, 'featurize', true))).toEqual(['featurize cached: nothing changed']);
  });

  it('with --only refuses what is made of stale inputs, and says which and why', async () => {
    const { context, write } = await open();
    await upTo(context, 'featurize');
    write('data/customers.csv', csvOf(customers(0, 190)));
    for (const stage of ['validate', 'featurize'] as const)
      await expect(upTo(context, stage, true)).rejects.toMatchObject({
        code: 'stage-stale',
        exitCode: 2,
        message: `--only runs just ${stage}, but ingest is stale: source data/customers.csv changed.`,
      });
    // Its own input is no stage: ingest may always run.
    expect(said(await upTo(context, 'ingest', true))).toEqual([
      'ingest ran: source data/customers.csv changed',
    ]);
    // The stage before last is fresh, the last one is not.
    await expect(upTo(context, 'featurize', true)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^--only runs just featurize, but validate is stale: .*snapshot changed/,
      ),
      hint: 'Run `aieng validate left` first, or leave out --only.',
    });
    expect(said(await upTo(context, 'validate', true))).toHaveLength(1);
    expect(said(await upTo(context, 'featurize', true))).toHaveLength(1);
  });

  it('with --only ends at a stage before that rejected', async () => {
    const { context, write } = await open();
    await upTo(context, 'ingest');
    write('data/customers.csv', csvOf(customers(0, 200).map((row) => ({ ...row, left: 'Yes' }))));
    await upTo(context, 'validate');
    const done = await upTo(context, 'featurize', true);
    expect(done.last).toMatchObject({ stage: 'validate', exitCode: 3 });
    expect(done.stages).toEqual([]);
  });

  it('takes nothing from a record that was edited: a figure of it would stand in the next model card', async () => {
    const { context } = await open();
    const { last } = await upTo(context, 'train');
    const place = context.store.recordPlace('stage-train', last.key);
    const path = resolve(context.root, place);
    const text = readFileSync(path, 'utf8');
    const edited = text.replace(/("log_loss":)\d\.\d+/g, '$10.0001');
    expect(edited).not.toBe(text);
    writeFileSync(path, edited);
    for (const only of [false, true])
      await expect(upTo(context, 'package', only)).rejects.toMatchObject({
        exitCode: 8,
        message: expect.stringContaining(place),
      });
    expect(await context.store.versions('left')).toEqual([]);
  });

  it('reads the rows of the snapshot once, whatever number of stages wants them', async () => {
    const { context } = await open();
    let reads = 0;
    const store = {
      ...context.store,
      path: (digest: string) => {
        reads += 1;
        return context.store.path(digest);
      },
    };
    const done = await upTo({ ...context, store }, 'train');
    expect(done.stages.map(({ state }) => state)).toEqual(['ran', 'ran', 'ran', 'ran']);
    expect(reads).toBe(1);
  });

  it('stops between two stages when it is interrupted', async () => {
    const { context } = await open();
    const stop = new AbortController();
    const interrupted: Context = {
      ...context,
      signal: stop.signal,
      progress: (event) => {
        if (event.kind === 'stage' && event.state === 'ran') stop.abort();
      },
    };
    await expect(upTo(interrupted, 'featurize')).rejects.toMatchObject({ exitCode: 130 });
    expect(said(await upTo(context, 'featurize')).map((text) => text.split(':')[0])).toEqual([
      'ingest cached',
      'validate ran',
      'featurize ran',
    ]);
  });

  it('is refused while another run holds the pipeline', async () => {
    const { context } = await open();
    const lock = await context.store.lock('pipeline-left', { waitMs: 0, command: 'aieng train' });
    await expect(upTo(context, 'ingest')).rejects.toMatchObject({ exitCode: 7, code: 'busy' });
    await lock.release();
    expect((await upTo(context, 'ingest')).last.exitCode).toBe(0);
  });
});

/** Code in which one stage is another than before. */
const codeOf =
  (changed: StageName) =>
  (stage: string): StageCode =>
    stage === changed ? { digest: 'newer code', libraries: {} } : fakeEnvironment().stageCode(stage);

describe('planStages', () => {
  it('says what would run without running it', async () => {
    const { context, write } = await open();
    expect((await plan(context)).map(({ stale }) => stale)).toEqual([true, true, true, true, true]);
    await upTo(context, 'featurize');
    expect((await plan(context)).map(({ name, stale }) => `${name} ${String(stale)}`)).toEqual([
      'ingest false',
      'validate false',
      'featurize false',
      'train true',
      'package true',
    ]);
    write(
      'pipelines/left.yaml',
      customersPipeline().replace('drop: [note]', 'drop: []').replace('epochs: 8', 'epochs: 9'),
    );
    const planned = await plan(context);
    expect(planned[1]).toEqual({
      name: 'validate',
      stale: true,
      reasons: ['pipeline features.drop: ["note"] → []'],
    });
    expect(planned[2]!.reasons).toEqual(['follows validate, which has to run first']);
    expect(await plan(context)).toEqual(planned);
  });

  it('writes nothing: a row schema is inferred by a run, not by a look', async () => {
    const { context } = await open();
    const schema = resolve(context.root, 'pipelines/left.schema.json');
    expect((await plan(context))[0]).toEqual({ name: 'ingest', stale: true, reasons: ['never ran'] });
    expect(existsSync(schema)).toBe(false);
    await upTo(context, 'ingest');
    expect(existsSync(schema)).toBe(true);
    expect((await plan(context))[0]).toMatchObject({ name: 'ingest', stale: false });
  });

  it('names what is gone, and explain says why a stage ran last', async () => {
    const { context } = await open();
    const { records } = await upTo(context, 'featurize');
    const path = await context.store.path(outputOf.featurize(records.featurize!).split);
    rmSync(path);
    const reasons = ['its result is gone from the store'];
    expect((await plan(context))[2]).toEqual({ name: 'featurize', stale: true, reasons });
    const { result } = await explain(context, { topic: 'stage', subject: 'ingest' });
    expect(result.lines).toEqual([
      'ingest: fresh',
      '  nothing changed since it ran',
      '  last ran because: never ran',
    ]);
  });
});
