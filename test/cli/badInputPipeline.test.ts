import { mkdirSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Project, Refusal } from './refusals.ts';
import { expectRefusal, preparedProject } from './refusals.ts';

const project = preparedProject();
const file = 'pipelines/churn.yaml';
const schema = 'pipelines/churn.schema.json';

/** The whole pipeline file. */
const yaml =
  (text: string) =>
  (of: Project): void =>
    of.write(file, text);

/** The pipeline file, with this appended. */
const more =
  (text: string) =>
  (of: Project): void =>
    of.edit(file, (before) => before + text);

const invalid = (
  line: number,
  says: readonly string[],
  hints: string,
  code = 'pipeline-invalid',
): Refusal => ({
  exitCode: 2,
  code,
  says: [`${file}:${line}:`, ...says],
  hints,
  at: { file, line },
});

const wrong: readonly (readonly [name: string, spoil: (of: Project) => void, wanted: Refusal])[] = [
  [
    'a tab',
    yaml('source: rows.csv\nlabel:\n\tcolumn: churn\n'),
    invalid(3, ['not valid YAML', 'Tabs'], 'spaces'),
  ],
  ['an unknown key', more('modle: {}\n'), invalid(5, ['unknown key "modle"'], 'Did you mean "model"?')],
  [
    'an unknown key in a section',
    more('monitor: { window_row: 10 }\n'),
    invalid(5, ['unknown key "window_row"', 'monitor'], 'Did you mean "window_rows"?'),
  ],
  [
    'a word where a number belongs',
    more('monitor: { window_rows: many }\n'),
    invalid(5, ['monitor.window_rows', 'a whole number', 'the text "many"'], 'Write a whole number'),
  ],
  [
    'NaN',
    more('monitor: { window_rows: .nan }\n'),
    invalid(5, ['monitor.window_rows', 'the number NaN'], 'Write a whole number'),
  ],
  [
    '1e400',
    more('monitor: { window_rows: 1e400 }\n'),
    invalid(5, ['monitor.window_rows', 'the number Infinity'], 'Write a whole number'),
  ],
  [
    'a word that is none of those allowed',
    yaml('source: rows.csv\nlabel: churn\nmodel: { family: tree }\n'),
    invalid(3, ['model.family', 'linear, gbdt, mlp', '"tree"'], 'linear'),
  ],
  ['__proto__', more('__proto__: { family: x }\n'), invalid(5, ['__proto__ is refused'], 'Take it out')],
  ['a key twice', more('source: b.csv\n'), invalid(5, ['not valid YAML', 'unique'], 'Keep one')],
  ['no source', yaml('label: churn\n'), invalid(1, ['"source" is missing'], 'source: …')],
  ['nothing at all', yaml(''), invalid(1, ['expected an object', 'got nothing'], 'keys with values')],
  ['a list', yaml('- a\n'), invalid(1, ['expected an object', 'got a list'], 'keys with values')],
  [
    'aliases that explode',
    yaml(
      `a: &a [${'1,'.repeat(10)}]\nb: &b [${'*a,'.repeat(10)}]\nc: &c [${'*b,'.repeat(10)}]\nd: [${'*c,'.repeat(10)}]\n`,
    ),
    invalid(1, ['aliases'], 'Write the values out'),
  ],
  [
    'an environment variable that is not set',
    yaml('source: ${AIENG_NO_SUCH}/rows.csv\nlabel: churn\n'),
    invalid(1, ['AIENG_NO_SUCH is not set'], 'export AIENG_NO_SUCH'),
  ],
  [
    'a path out of the project',
    more('schema: ../../etc/x.json\n'),
    invalid(5, ['leaves the project'], 'Keep it in the project'),
  ],
  [
    'a format that is none',
    yaml('source: { path: rows.csv, format: exel }\nlabel: churn\n'),
    invalid(1, ['source.format', 'exel'], 'xlsx'),
  ],
  [
    'a column that the data do not have, also where nothing would run again',
    more('features: { drop: [tenrue] }\n'),
    invalid(5, ['no column "tenrue"'], 'Did you mean "tenure"?', 'column-unknown'),
  ],
];

const others: readonly (readonly [
  name: string,
  spoil: (of: Project) => void,
  args: readonly string[],
  wanted: Refusal,
])[] = [
  [
    'a file that is not UTF-8',
    (of) => of.write(file, Buffer.from('source: rows.csv\nlabel: ch\xffurn\n', 'latin1')),
    ['validate'],
    { exitCode: 2, code: 'file-unreadable', says: [file, 'UTF-8'], hints: 'Save it as UTF-8', at: { file } },
  ],
  [
    'a name with a typo',
    () => undefined,
    ['validate', 'chrun'],
    {
      exitCode: 2,
      code: 'pipeline-not-found',
      says: ['"chrun"', 'churn'],
      hints: 'Did you mean "churn"?',
    },
  ],
  [
    'a path with a typo',
    () => undefined,
    ['validate', 'pipelines/chrun.yaml'],
    {
      exitCode: 2,
      code: 'pipeline-not-found',
      says: ['pipelines/chrun.yaml'],
      hints: 'Did you mean pipelines/churn.yaml?',
    },
  ],
  [
    'two pipelines and none named',
    (of) => of.write('pipelines/other.yaml', of.read(file)),
    ['validate'],
    { exitCode: 2, code: 'pipeline-not-named', says: ['2 pipelines: churn, other'], hints: 'churn' },
  ],
  [
    'two pipelines of one name',
    (of) => of.write('pipelines/churn.yml', of.read(file)),
    ['validate', 'churn'],
    {
      exitCode: 2,
      code: 'pipeline-ambiguous',
      says: ['pipelines/churn.yaml', 'pipelines/churn.yml'],
      hints: 'Rename',
    },
  ],
  [
    'a project without a pipeline',
    ({ path }) => {
      rmSync(path('pipelines'), { recursive: true });
      mkdirSync(path('pipelines'));
    },
    ['validate'],
    { exitCode: 2, code: 'pipeline-not-found', says: ['no pipeline'], hints: 'aieng init' },
  ],
  [
    'no project',
    ({ path }) => rmSync(path('pipelines'), { recursive: true }),
    ['validate'],
    { exitCode: 2, code: 'no-project', says: ['no aieng project here'], hints: 'aieng init' },
  ],
  [
    '-C that is no folder',
    () => undefined,
    ['validate', '-C', 'nowhere'],
    { exitCode: 2, code: 'folder-not-found', says: ['nowhere'], hints: '-C' },
  ],
  [
    'a metric of another task',
    (of) => of.edit(file, (text) => text.replace('bootstrap: 100,', 'metric: rmse, bootstrap: 100,')),
    ['train'],
    {
      exitCode: 2,
      code: 'metric-unsuited',
      says: ['rmse', 'binary'],
      hints: 'log_loss',
      at: { file, line: 4 },
    },
  ],
  [
    'a row schema that is no JSON',
    (of) => of.write(schema, '{ "properties": '),
    ['validate'],
    {
      exitCode: 2,
      code: 'schema-invalid',
      says: [schema, 'not valid JSON'],
      hints: 'bracket',
      at: { file: schema },
    },
  ],
  [
    'a row schema that is a list',
    (of) => of.write(schema, '[]'),
    ['validate'],
    {
      exitCode: 2,
      code: 'schema-invalid',
      says: ['"properties"', 'a list'],
      hints: 'aieng init',
      at: { file: schema, line: 1 },
    },
  ],
  [
    'a row schema with an unknown kind',
    (of) => of.edit(schema, (text) => text.replace('"kind": "number"', '"kind": "nubmer"')),
    ['validate'],
    {
      exitCode: 2,
      code: 'schema-invalid',
      says: ['x-aieng.kind', '"nubmer"'],
      hints: 'kind',
      at: { file: schema },
    },
  ],
  [
    '--only where the stage before never ran',
    ({ path }) => rmSync(path('.aieng'), { recursive: true }),
    ['train', '--only'],
    { exitCode: 2, code: 'stage-not-run', says: ['--only'], hints: 'aieng featurize churn' },
  ],
];

describe.concurrent('a pipeline file that is wrong', () => {
  it.each(wrong)('%s: is told with line and column', async (_name, spoil, wanted) => {
    const of = project();
    spoil(of);
    await expectRefusal(of, ['validate'], wanted);
  });
});

describe.concurrent('a project that is wrong', () => {
  it.each(others)('%s', async (_name, spoil, args, wanted) => {
    const of = project();
    spoil(of);
    await expectRefusal(of, args, wanted);
  });

  it('tells every mistake of a file at once, in its order', async () => {
    const of = project();
    more('modle: {}\nmonitor: { window_rows: many }\n')(of);
    const { json } = await of.run(['validate', '--json']);
    expect(json.error.message).toMatch(/has 2 problems:\n {2}5:1 .*modle.*\n {2}6:25 .*window_rows/);
  });
});
