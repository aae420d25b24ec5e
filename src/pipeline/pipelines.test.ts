import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Table } from '../data/columns.ts';
import { parseTime } from '../data/cells/times.ts';
import { parseNumber } from '../data/cells/numbers.ts';
import { transformParams, transformSummaries } from '../features/index.ts';
import { familySections } from '../modeling/reference.ts';
import { metrics } from '../statistics/metrics/index.ts';
import { inferSchema } from '../validation/index.ts';
import { checkColumns } from './columnCheck.ts';
import { loadPipeline } from './load.ts';
import { readRowSchema, rowSchemaText } from './loadRowSchema.ts';
import { resolveMetrics } from './judging/metricChoice.ts';
import type { Pipeline } from './pipeline.ts';
import { pipelineReference } from './reference.ts';
import type { KeySchema } from './schema/index.ts';
import { editorSchema, pipelineSchema } from './schema/index.ts';

const root = join(import.meta.dirname, '../..');
const transforms: Readonly<Record<string, KeySchema>> = transformParams();
const vocabulary = { transforms, metrics, families: familySections() };
const load = (name: string): Promise<Pipeline> =>
  loadPipeline(join(root, 'pipelines', `${name}.yaml`), root, { ...vocabulary, variables: {} });

function textTable(file: string): Table {
  const [header = [], ...rows]: string[][] = parse(readFileSync(join(root, file)));
  const columns = header.map(
    (name, at) => [name, { kind: 'text' as const, values: rows.map((row) => row[at]!) }] as const,
  );
  return { rows: rows.length, columns: new Map(columns) };
}

describe.each([
  ['churn', 'binary', 'log_loss'],
  ['penguins-species', 'multiclass', 'log_loss'],
  ['penguins-mass', 'regression', 'rmse'],
] as const)('pipelines/%s.yaml', (name, task, metric) => {
  it('loads, fits its schema, and names metrics that suit its task', async () => {
    const pipeline = await load(name);
    const schema = await readRowSchema(join(root, pipeline.schema));
    checkColumns(pipeline, schema, `pipelines/${name}.yaml`);
    const resolved = resolveMetrics(pipeline, task, metrics);
    expect([pipeline.label.task, resolved.model.metric, resolved.evaluation.metric]).toEqual([
      task,
      metric,
      metric,
    ]);
    expect(
      resolved.evaluation.gates.map((gate) => ('metric' in gate ? gate.metric : gate.kind)),
    ).not.toContain('auto');
  });

  it('has the schema that its data has by its looks', async () => {
    const pipeline = await load(name);
    const table = textTable(pipeline.source.path);
    const { schema } = inferSchema(table, {
      parsers: { number: parseNumber, time: parseTime },
      label: pipeline.label.column,
    });
    expect(readFileSync(join(root, pipeline.schema), 'utf8')).toBe(rowSchemaText(schema));
  });
});

describe('resolveMetrics and checkColumns', () => {
  it('names the flag that names a column which is not there, and no line of the file', async () => {
    for (const [key, value] of [
      ['features.interactions', '[[tenure, zz]]'],
      ['evaluation.fairness.columns', '[zz]'],
    ] as const) {
      const set = [`${key}=${value}`];
      const file = join(root, 'pipelines', 'churn.yaml');
      const pipeline = await loadPipeline(file, root, { ...vocabulary, variables: {}, set });
      const schema = await readRowSchema(join(root, pipeline.schema));
      const found = (): void => checkColumns(pipeline, schema, 'pipelines/churn.yaml');
      expect(found).toThrow(
        expect.objectContaining({
          code: 'column-unknown',
          exitCode: 2,
          message: expect.stringMatching(new RegExp(`^--set '?${key}=.*no column "zz"\\.$`, 'u')),
        }),
      );
    }
  });

  it('refuses a metric that cannot judge the task', async () => {
    const pipeline = await load('churn');
    expect(() => resolveMetrics(pipeline, 'regression', metrics)).toThrow(
      /log_loss cannot judge a regression/,
    );
  });

  it('names unknown columns with their place', async () => {
    const pipeline = await load('churn');
    const schema = await readRowSchema(join(root, pipeline.schema));
    const without = { ...schema, columns: schema.columns.filter(({ name }) => name !== 'contract') };
    const lines = readFileSync(join(root, 'pipelines/churn.yaml'), 'utf8').split('\n');
    const line = 1 + lines.findIndex((text) => text.startsWith('  slices:'));
    expect(() => checkColumns(pipeline, without, 'pipelines/churn.yaml')).toThrow(
      expect.objectContaining({
        code: 'column-unknown',
        at: { file: 'pipelines/churn.yaml', line, column: 12 },
      }),
    );
    const renamed = { ...pipeline, label: { ...pipeline.label, column: 'chrun' } };
    expect(() => checkColumns(renamed, schema, 'x')).toThrow(
      expect.objectContaining({ hint: 'Did you mean "churn"?' }),
    );
    expect(() => checkColumns({ ...pipeline, time: 'contract' }, schema, 'x')).toThrow(
      /expected time or number/,
    );
  });
});

describe('schema', () => {
  const described = (schema: KeySchema, path: string): string[] => {
    const own = schema.description === undefined && path !== '' ? [path] : [];
    const children = Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
      described(child, `${path}.${name}`),
    );
    return [
      ...own,
      ...children,
      ...(schema.items?.properties === undefined ? [] : described(schema.items, `${path}[]`)),
    ];
  };
  const withoutDefault = (schema: KeySchema, path: string): string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, child]) => [
      ...(child.default === undefined && !(schema.required ?? []).includes(name) ? [`${path}${name}`] : []),
      ...withoutDefault(child, `${path}${name}.`),
    ]);

  it('describes every key, and has a default for every key that may be left out', () => {
    const schema = pipelineSchema({ ...vocabulary, transforms: {}, metrics: [] });
    expect(described(schema, '')).toEqual([]);
    expect(withoutDefault(schema, '')).toEqual(['name', 'schema']);
  });

  it('is strict JSON Schema for the checker and for editors, which take the same files', async () => {
    const { Ajv } = await import('ajv');
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    const { parse: parseYaml } = await import('yaml');
    const rules = { strict: true, allowUnionTypes: true, strictRequired: false } as const;
    new Ajv(rules).compile(pipelineSchema(vocabulary));
    const validate = new Ajv2020(rules).compile(editorSchema(vocabulary));
    for (const name of ['churn', 'penguins-species', 'penguins-mass'])
      expect(validate(parseYaml(readFileSync(join(root, 'pipelines', `${name}.yaml`), 'utf8')))).toBe(true);
    const base = { source: 'x.csv', label: 'y' };
    expect(
      validate({
        ...base,
        deploy: { port: '${PORT}' },
        features: { columns: { a: 'one_hot', b: [['log1p'], ['standard']] } },
      }),
    ).toBe(true);
    expect(validate({ $schema: '../pipeline.schema.json', ...base })).toBe(true);
    expect(validate({ ...base, features: { columns: { a: 'one_hott' } } })).toBe(false);
    expect(validate({ ...base, modle: {} })).toBe(false);
    // yaml-language-server ends its list of completions at a key whose default is null.
    expect(JSON.stringify(editorSchema(vocabulary))).not.toContain('"default":null');
  });

  it('writes a reference whose example loads and that names every key', async () => {
    const text = pipelineReference(pipelineSchema(vocabulary), transforms, transformSummaries());
    for (const key of [
      'split.validation',
      'monitor.drift.min_effect',
      'evaluation.gates[].at_least',
      'retrain.triggers.schedule',
      'deploy.body_limit_bytes',
    ])
      expect(text).toContain(`| \`${key}\` |`);
    for (const name of Object.keys(transforms)) expect(text).toContain(`| \`${name}\` |`);
    const { checkPipeline } = await import('./check.ts');
    const { parse: parseYaml } = await import('yaml');
    const example: unknown = parseYaml(/```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '');
    const result = await checkPipeline(example, {
      ...vocabulary,
      variables: {},
      fileName: 'x',
      inPipelines: true,
    });
    expect(result).toMatchObject({ ok: true });
  });
});
