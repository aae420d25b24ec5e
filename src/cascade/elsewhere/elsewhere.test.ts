import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../digest.ts';
import { outputOf } from '../../tracking/stages.ts';
import { cascade } from '../cascade.ts';
import type { Parts } from '../stage.ts';
import type { TestProject } from '../testing.fixture.ts';
import { csvOf, customers, openTestProject } from '../testing.fixture.ts';
import { computeJob } from './compute.ts';
import { computeProgram } from './inImage.ts';
import { readJob, readResult } from './job.ts';
import type { StageJob } from './job.ts';
import { takeInResult } from './takeIn.ts';
import type { OpenWorkplace } from './workplace.ts';

// Another place, without a container: what the two sides hand each other goes through files as it does there.

const pipeline = `source: data/customers.csv
label: { column: left, positive: 'Yes' }
row_id: id
features: { drop: [note] }
evaluation: { bootstrap: 200, gates: [] }
model: { family: linear }
`;
const files = { 'pipelines/left.yaml': pipeline, 'data/customers.csv': csvOf(customers(0, 400)) };

const image = { reference: 'aieng:1', digest: `sha256:${'a'.repeat(64)}`, base: null };

function elsewhere(
  own: TestProject,
  told: { readonly stages: string[] },
  change: { readonly parts?: (parts: Parts) => Parts; readonly lose?: boolean } = {},
): OpenWorkplace {
  return () => ({
    image: () => (told.stages.length === 0 ? null : image),
    compute: async (job: StageJob, tools) => {
      const folder = join(own.context.root, '.aieng', 'tmp', `elsewhere-${job.stage}`);
      const output = join(folder, 'store');
      mkdirSync(folder, { recursive: true });
      const asked = { ...job, parts: change.parts?.(job.parts) ?? job.parts };
      writeFileSync(join(folder, 'job.json'), canonicalJson(asked));
      const store = join(own.context.root, '.aieng');
      const before = readdirSync(join(store, 'runs'));
      const computed = await computeJob(
        own.context,
        { store, output },
        await readJob(join(folder, 'job.json')),
      );
      // What is read stays as it was.
      expect(readdirSync(join(store, 'runs'))).toEqual(before);
      if (change.lose === true) rmSync(join(output, 'objects'), { recursive: true });
      writeFileSync(join(folder, 'result.json'), canonicalJson(computed));
      const result = await readResult(join(folder, 'result.json'));
      if ('error' in result) throw new Error(result.error.message);
      told.stages.push(job.stage);
      const taken = await takeInResult(tools.store, own.environment, output, job, result);
      rmSync(folder, { recursive: true, force: true });
      return taken;
    },
  });
}

describe('stages that are computed elsewhere', () => {
  it('give what they give here: the same bundle, and the record names the image', async () => {
    const here = await openTestProject(files, {});
    const there = await openTestProject(files, {});
    const told = { stages: [] };
    const first = await cascade(here.context, 'package', { waitMs: 0 });
    const second = await cascade(there.context, 'package', { waitMs: 0 }, elsewhere(there, told));
    expect(told.stages).toEqual(['featurize', 'train', 'package']);
    const bundleOf = ({ records }: typeof first): unknown => outputOf.package(records.package!);
    expect(bundleOf(second)).toEqual(bundleOf(first));
    expect([first.image, second.image]).toEqual([null, image]);
    const run = JSON.parse(
      readFileSync(join(there.context.root, '.aieng/runs/run', `${second.runId}.json`), 'utf8'),
    ) as { readonly image: unknown };
    expect(run.image).toEqual(image);
    // Known from then on, here as well as there.
    const again = await cascade(there.context, 'package', { waitMs: 0 });
    expect(again.stages.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'cached'));
  });

  it('are refused where another aieng would compute them', async () => {
    const own = await openTestProject(files, {});
    const other = elsewhere(own, { stages: [] }, { parts: (parts) => ({ ...parts, code: 'another' }) });
    await expect(cascade(own.context, 'train', { waitMs: 0 }, other)).rejects.toMatchObject({
      code: 'image-of-another-aieng',
      exitCode: 2,
      message: expect.stringContaining('code'),
    });
  });

  it('are not taken in where something of them did not come', async () => {
    const own = await openTestProject(files, {});
    await expect(
      cascade(own.context, 'train', { waitMs: 0 }, elsewhere(own, { stages: [] }, { lose: true })),
    ).rejects.toMatchObject({ code: 'result-incomplete', exitCode: 8 });
    const { stages } = await cascade(own.context, 'package', { waitMs: 0 });
    expect(stages.at(-1)?.state).toBe('ran');
  });

  it('are not asked for where a script trains', async () => {
    const own = await openTestProject(
      { ...files, 'pipelines/left.yaml': pipeline.replace('family: linear', 'script: { command: [x] }') },
      {},
    );
    await expect(
      cascade(own.context, 'train', { waitMs: 0 }, elsewhere(own, { stages: [] })),
    ).rejects.toMatchObject({
      code: 'flags-do-not-fit',
      hint: expect.stringContaining('model.script.image'),
    });
  });
});

it('a container of them reads objects and records, writes to one folder, and sees nothing else', () => {
  const folders = { store: '/p/.aieng', areas: ['objects', 'runs'], job: '/p/j', output: '/p/o' };
  const given = { name: 'aieng-train-1', labels: [], image: 'sha256:a' };
  const program = computeProgram({ memoryMb: 512, cpus: 2 }, folders, given);
  expect(program.mounts.map(({ source, target, readOnly }) => [source, target, readOnly])).toEqual([
    ['/p/.aieng/objects', '/aieng/store/objects', true],
    ['/p/.aieng/runs', '/aieng/store/runs', true],
    ['/p/j', '/aieng/job', true],
    ['/p/o', '/aieng/output', false],
  ]);
  expect([program.network, program.variables, program.entrypoint]).toEqual([false, [], null]);
});
