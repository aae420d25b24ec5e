import { beforeAll, describe, expect, it } from 'vitest';
import { asAiengError } from '../errors.fixture.ts';
import { bundleFiles, openBundle } from '../packaging/bundle.ts';
import type { NamedBundle } from '../project/bundles.ts';
import { resolveBundle } from '../project/bundles.ts';
import { goldenMismatches, openPredictor, openVerifiedPredictor } from '../project/predictors.ts';
import { consentTo } from '../project/trust/consent.ts';
import { readConsent } from '../tracking/trust/consents.ts';
import { outputOf } from '../tracking/stages.ts';
import { cascade } from './cascade.ts';
import { cascadeOutcome } from './outcome.ts';
import { csvOf, customers, customersPipeline, openTestProject } from './testing.fixture.ts';
import type { TestProject } from './testing.fixture.ts';

const features = (apply: string): string => `import { defineTransform } from 'aieng';
import { scale } from './lib/scale.ts';
export const years = defineTransform({
  name: 'years',
  inputs: { tenure: 'number' },
  output: 'number',
  fit: (rows) => { let most = 0; for (const { tenure } of rows) most = Math.max(most, tenure ?? 0); return { most }; },
  apply: ({ tenure }, { most }) => { ${apply} },
});
export const kind = defineTransform({
  name: 'kind',
  inputs: { plan: 'category', note: 'text' },
  output: 'category',
  apply: ({ plan, note }) => \`\${plan ?? ''}\${(note ?? '').length}\`,
});
`;
const plain = 'return tenure === null ? null : scale(tenure, most);';

const open = (apply = plain): Promise<TestProject> =>
  openTestProject({
    'pipelines/left.yaml': customersPipeline('row_id: id\n').replace(
      /features: .*\n/,
      'features: { drop: [note], transforms: [./features.ts], columns: { years: [standard] } }\n',
    ),
    'data/customers.csv': csvOf(customers(0, 300)),
    'features.ts': features(apply),
    'lib/scale.ts': 'export const scale = (value: number, most: number): number => value / most;\n',
  });

const packaged = async ({ context }: TestProject): Promise<NamedBundle> => {
  await cascade(context, 'package', { waitMs: 0 });
  return resolveBundle(context, 'left');
};

let home: TestProject;
let named: NamedBundle;
beforeAll(async () => {
  home = await open();
  named = await packaged(home);
}, 120_000);

describe("a team's own transforms in a pipeline", () => {
  it('go into the bundle as one script, and answer there as they did in training', async () => {
    const { manifest, files } = named.bundle;
    expect([...files.keys()]).toContain('features/transforms.js');
    expect(manifest.transforms?.names).toEqual(['kind', 'years']);
    // What a transform reads is an input of the model, also where it gives no feature of its own.
    expect(manifest.inputs.map(({ name }) => name)).toContain('note');
    const opened = await openVerifiedPredictor(home.context, named);
    expect(goldenMismatches(named.bundle, opened)).toEqual([]);
    const rows = customers(0, 20).map(({ left: _, ...row }) => row);
    const alone = rows.flatMap((row) => opened.predictor.predictRows([row], () => '').answers);
    expect(alone).toEqual(opened.predictor.predictRows(rows, String).answers);
    opened.predictor.dispose();
  });

  it('give the same bundle in another folder, another one after a change, and run nothing again otherwise', async () => {
    const one = await open();
    const { bundle } = named;
    expect((await packaged(one)).bundle.digest).toBe(bundle.digest);
    const states = async (): Promise<string[]> =>
      (await cascade(one.context, 'package', { waitMs: 0 })).stages.map(({ state }) => state);
    expect(await states()).toEqual(['cached', 'cached', 'cached', 'cached', 'cached']);
    one.write(
      'lib/scale.ts',
      'export const scale = (value: number, most: number): number => value / most / 2;\n',
    );
    expect((await states()).slice(0, 3)).toEqual(['cached', 'cached', 'ran']);
    expect((await resolveBundle(one.context, 'left')).bundle.digest).not.toBe(bundle.digest);
  });

  it('refuse rows in training and in requests, counted and with an example', async () => {
    const project = await open(`if (tenure === 7) throw new Error('seven'); ${plain}`);
    const done = await cascade(project.context, 'package', { waitMs: 0 });
    const { own, rows } = outputOf.featurize(done.records.featurize!);
    const sevens = customers(0, 300).filter(({ tenure }) => tenure === 7);
    expect(sevens.length).toBeGreaterThan(0);
    expect(own?.refused).toBe(sevens.length);
    expect(rows.train + rows.validation + rows.test).toBe(300 - sevens.length);
    expect(cascadeOutcome(done).warnings.join()).toContain('years failed: seven');
    const { predictor } = await openPredictor(project.context, await resolveBundle(project.context, 'left'));
    const { left: _, ...row } = sevens[0]!;
    const issues = [{ path: '/0', message: 'years failed: seven' }];
    expect(predictor.predictRows([row], (at) => `/${at}`)).toEqual({ answers: [], issues });
    expect(predictor.predictRows([row, { ...row, tenure: 8 }], (at) => `/${at}`)).toEqual({
      answers: [],
      issues,
    });
    predictor.dispose();
  });

  it('are not loaded from a bundle before somebody allows it, and that is written down', async () => {
    const { context } = await openTestProject({ 'pipelines/README.md': '' });
    const carried = openBundle(bundleFiles(named.bundle), 'left.tar');
    const foreign = { ...carried, name: 'left' };
    const error = await openPredictor(context, foreign).then(() => expect.unreachable(), asAiengError);
    expect([error.code, error.exitCode]).toEqual(['code-not-allowed', 2]);
    expect(error.hint).toContain('--allow-code');
    await expect(consentTo(context, foreign)).rejects.toMatchObject({ code: 'code-not-allowed' });
    await consentTo({ ...context, allowCode: true }, foreign);
    const { records } = await cascade(home.context, 'featurize', { waitMs: 0 });
    const { code } = outputOf.featurize(records.featurize!).own!;
    expect(await readConsent(context, code)).toMatchObject({ because: 'flag', by: null, bundle: 'left' });
    // From now on without being asked.
    await consentTo(context, foreign);
    const opened = await openVerifiedPredictor(context, foreign);
    opened.predictor.dispose();
  });

  it('are refused where features and code do not belong together', async () => {
    const { bundle } = named;
    const files = new Map(bundle.files).set(
      'features/transforms.js',
      new TextEncoder().encode('var ownCode = {};'),
    );
    await expect(
      openPredictor(home.context, { bundle: { ...bundle, files }, version: 1 }),
    ).rejects.toMatchObject({ code: 'features-damaged' });
  });
});

describe("a team's own checks in a pipeline", () => {
  const checks = (holds: string): string => `import { defineCheck } from 'aieng';
interface Unused { readonly a: number }

export const short = defineCheck({
  name: 'short',
  inputs: { tenure: 'number', plan: 'category' },
  severity: 'warning',
  expected: 'tenure below 60',
  holds: ({ tenure }) => { ${holds} },
});
`;
  const opened = (holds: string): Promise<TestProject> =>
    openTestProject({
      'pipelines/left.yaml': customersPipeline('row_id: id\nchecks: [./checks.ts]\n'),
      'data/customers.csv': csvOf(customers(0, 100)),
      'checks.ts': checks(holds),
    });
  const validated = async ({
    context,
  }: TestProject): Promise<ReturnType<typeof outputOf.validate>['findings']> =>
    outputOf
      .validate((await cascade(context, 'validate', { waitMs: 0 })).records.validate!)
      .findings.filter(({ check }) => check.startsWith('own-'));

  it('are judged with the others, and again when their code changes', async () => {
    const project = await opened('return tenure === null || tenure < 60;');
    const [finding] = await validated(project);
    const long = customers(0, 100).filter(({ tenure }) => tenure >= 60);
    expect(finding).toMatchObject({ check: 'own-short', severity: 'warning', count: long.length });
    project.write('checks.ts', checks('return true;'));
    expect(await validated(project)).toEqual([]);
    const { stages } = await cascade(project.context, 'validate', { waitMs: 0 });
    expect(stages.map(({ state }) => state)).toEqual(['cached', 'cached']);
  });

  it('that throw have failed, with the file and the line, and end with exit code 3', async () => {
    const project = await opened('return tenure.foo.bar > 1;');
    const done = await cascade(project.context, 'validate', { waitMs: 0 });
    expect(cascadeOutcome(done).exitCode).toBe(3);
    const [finding] = await validated(project);
    expect(finding).toMatchObject({
      check: 'own-short',
      severity: 'error',
      at: { file: 'checks.ts', line: 9 },
    });
    expect(finding?.message).toContain('The check short failed (checks.ts:9): Cannot read');
  });
});
