import { describe, expect, it } from 'vitest';
import { cascade } from '../../cascade/cascade.ts';
import { csvOf, customers, openTestProject } from '../../cascade/testing.fixture.ts';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { asAiengError } from '../../errors.fixture.ts';
import { pipelineNames } from '../../pipeline/names.ts';
import { openPipeline } from '../openPipeline.ts';

const yaml = `source: data/customers.csv
label: { column: left, positive: 'Yes' }
row_id: id
features: { drop: [note], columns: { tenure: [log1p, standard] } }
model: { family: linear, backend: wasm }
evaluation: { gates: [] }
`;
const code = `import { definePipeline } from 'aieng';
import { columns } from './shared.ts';
const steps: string[] = ['log1p', 'standard'];
export default definePipeline({
  source: 'data/customers.csv',
  label: { column: 'left', positive: 'Yes' },
  row_id: 'id',
  features: { drop: columns, columns: { tenure: steps } },
  model: { family: 'linear', backend: 'wasm' },
  evaluation: { gates: [] },
});
`;
const inCode = (text = code): Promise<TestProject> =>
  openTestProject({
    'pipelines/left.pipeline.ts': text,
    'pipelines/shared.ts': "export const columns = ['note'];\n",
    'data/customers.csv': csvOf(customers(0, 120)),
  });

describe('a pipeline in TypeScript', () => {
  it('is the pipeline that the same words in YAML are: same name, same keys of stages, same feature set', async () => {
    const made = async ({ context }: TestProject): Promise<unknown> => {
      const { records, pipeline } = await cascade(context, 'featurize', { waitMs: 0 });
      const { file: _, places: __, ...said } = pipeline;
      return [said, records.ingest!.key, records.featurize!.key, records.featurize!.digest];
    };
    const written = await openTestProject({
      'pipelines/left.yaml': yaml,
      'data/customers.csv': csvOf(customers(0, 120)),
    });
    const project = await inCode();
    expect(await made(project)).toEqual(await made(written));
    // A shell completes its name; what stands beside it is no pipeline.
    expect(await pipelineNames(project.context.root, undefined)).toEqual(['left']);
    const { model } = await openPipeline(project.context, 'left', ['model.seed=7']);
    expect(model.seed).toBe(7);
  });

  it.each([
    ['export const pipeline = {};', 'exports no pipeline'],
    ["export default { source: 'a.csv', label: () => 'left' };", '"label" is a function'],
    ['export default { model: { seed: NaN } };', '"seed" is NaN'],
    ["export default { source: 'a.csv', label: 'left', goals: 'x' };", 'goals'],
    ["export default { source: 'a.csv', label: 'left', goal: String(Date.now()) };", 'Date.now'],
    ["export default { source: 'a.csv' label: 'left' };", 'Expected'],
    ["throw new Error('not today');", 'not today'],
  ])('says what is wrong with %s', async (text, named) => {
    const { context } = await inCode(text);
    const error = await openPipeline(context, 'left').then(() => expect.unreachable(), asAiengError);
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain('left.pipeline.ts');
    expect(error.message).toContain(named);
  });
});
