import { mkdtemp, realpath, rm, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnSchema, RowSchema } from '../../data/schema.ts';
import { AiengError } from '../../errors.ts';
import type { Expectation } from '../../validation/expectations/expectation.ts';
import { checkColumns } from '../columnCheck.ts';
import { loadPipeline } from '../load.ts';
import type { Pipeline } from '../pipeline.ts';
import { checkKeys } from '../schema/checks.ts';

let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'aieng-checks-')));
  await mkdir(join(folder, 'pipelines'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A pipeline with these checks, one a line. */
async function load(checks: readonly string[], more = ''): Promise<Pipeline> {
  const file = join(folder, 'pipelines', 'shop.yaml');
  const lines = checks.map((check) => `  - ${check}\n`).join('');
  await writeFile(file, `source: x.csv\nlabel: paid\n${more}checks:\n${lines}`);
  return loadPipeline(file, folder, { transforms: {}, metrics: [], families: {}, variables: {} });
}

async function failure(what: Promise<unknown> | (() => void)): Promise<AiengError> {
  const error: unknown = await (typeof what === 'function' ? Promise.resolve().then(what) : what).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AiengError) return error;
  throw new Error(`expected an AiengError, got ${String(error)}`);
}

const common = { item: 0, mostly: 1, severity: 'error', because: '' } as const;

describe('checks of a pipeline', () => {
  it.each<[string, readonly object[]]>([
    ['{column: age, present: true}', [{ expects: 'presence', column: 'age' }]],
    ['{column: age, type: integer}', [{ expects: 'type', column: 'age', type: 'integer' }]],
    ['{column: id, unique: true}', [{ expects: 'uniqueness', columns: ['id'] }]],
    ['{columns: [order, line], unique: true}', [{ expects: 'uniqueness', columns: ['order', 'line'] }]],
    ['{column: plan, in: [a, 1]}', [{ expects: 'set', column: 'plan', words: ['a', 1], allowed: true }]],
    ['{column: plan, not_in: [x]}', [{ expects: 'set', column: 'plan', words: ['x'], allowed: false }]],
    [
      '{column: age, between: [0, 120], mostly: 0.999, severity: warning, because: sane}',
      [
        {
          expects: 'range',
          column: 'age',
          bounds: { at_least: 0, at_most: 120 },
          mostly: 0.999,
          severity: 'warning',
          because: 'sane',
        },
      ],
    ],
    ['{column: age, above: 0}', [{ expects: 'range', column: 'age', bounds: { above: 0 } }]],
    ['{column: mail, matches: "^a"}', [{ expects: 'pattern', column: 'mail', pattern: '^a' }]],
    ['{column: mail, length: {at_most: 9}}', [{ expects: 'length', column: 'mail', bounds: { at_most: 9 } }]],
    [
      '{column: km, increasing: {by: at, strictly: true}}',
      [{ expects: 'monotony', column: 'km', by: 'at', strictly: true }],
    ],
    ['{rows: {at_least: 1000}}', [{ expects: 'rows', bounds: { at_least: 1000 } }]],
    ['{column: at, fresher_than: 7d}', [{ expects: 'freshness', column: 'at', within: '7d' }]],
    ['{that: a <= b}', [{ expects: 'formula', that: 'a <= b', tolerance: 0 }]],
    ['{that: "a + b == c", tolerance: 0.5}', [{ expects: 'formula', that: 'a + b == c', tolerance: 0.5 }]],
    [
      '{column: p, mean: {between: [10, 20]}}',
      [
        {
          expects: 'statistic',
          column: 'p',
          statistic: 'mean',
          probability: 0.5,
          bounds: { at_least: 10, at_most: 20 },
        },
      ],
    ],
    [
      '{column: p, quantile: {at: 0.9, below: 5}}',
      [{ expects: 'statistic', column: 'p', statistic: 'quantile', probability: 0.9, bounds: { below: 5 } }],
    ],
    [
      '{column: p, distance: {psi: 0.2}}',
      [{ expects: 'distance', column: 'p', measure: 'psi', at_most: 0.2 }],
    ],
    // Several things of one column are as many expectations.
    [
      '{column: id, present: true, unique: true}',
      [
        { expects: 'presence', column: 'id' },
        { expects: 'uniqueness', columns: ['id'] },
      ],
    ],
  ])('%s', async (written, expected) => {
    const { checks } = await load([written]);
    expect(checks).toEqual(expected.map((one) => ({ ...common, ...one })));
  });

  it('takes the order of the rows from the time of the pipeline', async () => {
    const { checks } = await load(['{column: km, increasing: true}'], 'time: at\n');
    expect(checks).toMatchObject([{ expects: 'monotony', by: 'at', strictly: false }]);
  });

  it('names files of a team of its own, in short and at length, each once', async () => {
    const { checks, ownChecks } = await load([
      './checks.ts',
      '{column: age, present: true}',
      '{code: more/checks.ts}',
      './checks.ts',
    ]);
    expect(ownChecks).toEqual(['./checks.ts', 'more/checks.ts']);
    expect(checks.map(({ item }) => item)).toEqual([1]);
  });

  it('reads every key that the schema has', async () => {
    const values: Readonly<Record<string, string>> = {
      columns: '{columns: [a], unique: true}',
      rows: '{rows: {above: 1}}',
      that: '{that: a < b, tolerance: 1}',
      tolerance: '{that: a < b, tolerance: 1}',
      increasing: '{column: a, increasing: {by: t}}',
    };
    const ofColumn: Readonly<Record<string, string>> = {
      present: 'true',
      unique: 'true',
      type: 'time',
      in: '[1]',
      not_in: '[1]',
      between: '[1, 2]',
      matches: 'x',
      fresher_than: '1h',
      quantile: '{at: 0.5, above: 1}',
      distance: '{ks: 1}',
      mostly: '0.5, present: true',
      severity: 'warning, present: true',
      because: 'so, present: true',
      column: 'a, present: true',
    };
    for (const name of checkKeys) {
      if (name === 'code') continue;
      const bound = ['at_least', 'at_most', 'above', 'below'].includes(name) ? '1' : '{above: 1}';
      const text =
        values[name] ??
        (name === 'column'
          ? '{column: a, present: true}'
          : `{column: a, ${name}: ${ofColumn[name] ?? bound}}`);
      const { checks } = await load([text]);
      expect(checks.length, text).toBe(1);
    }
  });

  it.each<[string, string, string]>([
    ['{colum: age, present: true}', 'unknown key "colum" in checks[0]', 'Did you mean "column"?'],
    ['{present: true}', 'checks[0]: expected one of column, columns, rows, that and code', 'column: age'],
    ['{column: age}', 'checks[0]: nothing is expected of it', 'present'],
    [
      '{column: a, that: a < b}',
      'checks[0].that: a check is about one thing, and column is there',
      'two checks',
    ],
    ['{columns: [a], present: true}', 'checks[0].present: it does not go with columns', 'unique'],
    ['{rows: {at_least: 1}, mostly: 0.5}', 'checks[0].mostly: it does not go with rows', 'Take it out.'],
    [
      '{column: a, mean: {above: 1}, mostly: 0.5}',
      'it is a share of rows, and mean is of the whole',
      'two checks',
    ],
    ['{column: a, between: [2, 1]}', 'checks[0]: 2 is above 1', 'Swap'],
    ['{column: a, between: [1, 2], below: 3}', 'between says both ends already', 'Take below out.'],
    ['{column: a, mean: {}}', 'checks[0].mean: expected a bound', 'at_least'],
    ['{column: a, mean: {above: x}}', 'checks[0].mean.above: expected a number', 'number'],
    ['{column: a, quantile: {above: 1}}', 'which quantile is not said', 'at: 0.95'],
    [
      '{column: a, matches: "(?=x)"}',
      'checks[0].matches: no regular expression in RE2 syntax',
      'look-around',
    ],
    ['{column: a, matches: "("}', 'checks[0].matches: no regular expression in RE2 syntax', 'Correct'],
    ['{column: a, fresher_than: soon}', 'checks[0].fresher_than: expected a duration, got "soon"', '7d'],
    ['{column: a, increasing: true}', 'in which order is not said', 'by: <column of times>'],
    ['{that: a = b}', 'checks[0].that: no comparison of columns: "=" at character 3', 'start <= end'],
    ['{column: a, mostly: 0, present: true}', 'checks[0].mostly: expected more than 0', 'more than 0'],
    ['{column: a, present: false}', 'checks[0].present: expected one of true', 'true'],
    ['{column: a, distance: {}}', 'checks[0].distance', ''],
    ['{code: ./c.ts, mostly: 0.5}', 'checks[0].mostly: it does not go with code', 'Take it out.'],
    ['../outside.ts', 'checks[0]', ''],
  ])('%s is refused', async (written, message, hint) => {
    const error = await failure(load([written]));
    expect(error).toMatchObject({ code: 'pipeline-invalid', exitCode: 2 });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });
});

describe('the columns of checks', () => {
  const column = (name: string, kind: ColumnSchema['kind']): ColumnSchema => ({
    name,
    kind,
    type: kind === 'number' ? 'number' : 'string',
    nullable: true,
    required: true,
    closed: false,
  });
  const schema: RowSchema = {
    missing: [''],
    columns: [
      column('age', 'number'),
      column('plan', 'category'),
      column('note', 'text'),
      column('at', 'time'),
      column('paid', 'category'),
    ],
  };
  const refused = async (written: string): Promise<AiengError> => {
    const pipeline = await load([written]);
    return failure(() => checkColumns(pipeline, schema, 'pipelines/shop.yaml'));
  };

  it('must be there, with did-you-mean and the line', async () => {
    for (const written of [
      '{column: agee, present: true}',
      '{columns: [agee], unique: true}',
      '{that: agee < 3}',
      '{column: at, increasing: {by: agee}}',
    ]) {
      const error = await refused(written);
      expect(error).toMatchObject({ code: 'column-unknown', exitCode: 2, hint: 'Did you mean "age"?' });
      expect(error.message).toContain('has no column "agee"');
      expect(error.at).toMatchObject({ file: 'pipelines/shop.yaml', line: 4 });
    }
  });

  it.each([
    [
      '{column: plan, between: [0, 1]}',
      'the column "plan" is of kind category, expected number or time for range',
    ],
    ['{column: age, matches: x}', 'expected category or text for pattern'],
    ['{column: age, fresher_than: 1d}', 'expected time for freshness'],
    ['{column: at, mean: {above: 1}}', 'the mean is of a number'],
    ['{column: at, above: 3}', 'the bound 3 is no time'],
    ['{column: at, above: "2024-13-01"}', 'the bound 2024-13-01 is no time'],
    ['{column: age, above: "x"}', 'the bound "x" is no number'],
    ['{column: note, distance: {psi: 1}}', 'expected number or category for distance'],
    ['{column: age, increasing: {by: plan}}', 'expected number or time to order by'],
    ['{that: plan < age}', 'plan holds words'],
  ])('%s does not go with the kind', async (written, message) => {
    const error = await refused(written);
    expect(error.message).toContain(message);
    expect(error.at).toMatchObject({ line: 4 });
  });

  it.each([
    '{column: plan, distinct: {at_most: 9}}',
    '{column: at, above: "2024-01-01"}',
    '{column: age, increasing: {by: at}}',
    "{that: plan == 'a'}",
  ])('%s does', async (written) => {
    const pipeline = await load([written]);
    expect(() => checkColumns(pipeline, schema, 'pipelines/shop.yaml')).not.toThrow();
    expect(pipeline.checks satisfies readonly Expectation[]).toHaveLength(1);
  });
});
