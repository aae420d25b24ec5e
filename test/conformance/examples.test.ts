import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { csvOf, customers, customersPipeline, openTestProject } from '../../src/cascade/testing.fixture.ts';
import * as api from '../../src/index.ts';

/**
 * Every `@example` in a docstring is run. One on its line: `expression === value`, or `expression // → value` for values that are not
 * the same object. An example may use what its file exports and what its file imports from src; one that cannot be run
 * fails.
 */
const root = resolve(import.meta.dirname, '../..');

interface Example {
  readonly file: string;
  readonly text: string;
}

const examples: readonly Example[] = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
  .flatMap((name) => {
    const source = readFileSync(join(root, 'src', name), 'utf8');
    return [...source.matchAll(/^ *\* @example (.+(?:\n *\* (?![ @]*@).+)*)/gm)].map(([, text = '']) => ({
      file: join(root, 'src', name),
      text: text.replaceAll(/\n *\* /g, ' '),
    }));
  });

/** What an example may name: exports of its file, and of the files of src that it imports. */
async function scopeOf(file: string): Promise<Record<string, unknown>> {
  const source = readFileSync(file, 'utf8');
  const imported = [...source.matchAll(/^import [^;]*? from '(\.[^']+)';/gm)].map(([, path = '']) =>
    resolve(dirname(file), path),
  );
  const scope: Record<string, unknown> = {};
  for (const path of [...imported, file]) Object.assign(scope, await import(path));
  return scope;
}

describe('@example', () => {
  it('stands in docstrings', () => {
    expect(examples.length).toBeGreaterThan(20);
  });

  it.each(examples.map(({ file, text }) => [relative(root, file), text, file] as const))(
    '%s: %s',
    async (_name, text, file) => {
      const scope = await scopeOf(file);
      const evaluate = (expression: string): unknown =>
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is our own docstring that is run
        new Function(...Object.keys(scope), `return (${expression});`)(...Object.values(scope));
      const [expression = '', value] = text.split(' // → ');
      if (value === undefined) expect(evaluate(expression)).toBe(true);
      else expect(evaluate(expression)).toEqual(evaluate(value));
    },
  );
});

/**
 * Examples of several lines are of functions that need a project: they are run in one, in an order in which each finds what it
 * asks for. `// expression → value` in them holds.
 */
const inProject = new Map(
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const source = readFileSync(join(root, 'src', name), 'utf8');
      const found = source.matchAll(
        /@example\n \* ```ts\n((?: \* .*\n)+?) \* ```\n(?: \* .*\n)* \*\/\nexport (?:async )?function (\w+)/g,
      );
      return [...found].map(([, text = '', of = '']) => [of, text.replaceAll(/^ \* /gm, '')] as const);
    }),
);
const order = [
  ...['openContext', 'ingest', 'validate', 'train', 'packageModel', 'run'],
  ...['predict', 'monitor', 'runs', 'explain', 'status', 'schema'],
];

describe('@example in a project', () => {
  let context: api.Context;
  beforeAll(async () => {
    const project = await openTestProject({
      'pipelines/churn.yaml': customersPipeline(),
      'data/customers.csv': csvOf(customers(0, 150)),
    });
    context = await api.openContext({ cwd: project.context.root });
  });

  it('is run, each of them', () => {
    expect([...inProject.keys()].sort()).toEqual(order.toSorted());
  });

  it.each(order)('%s', async (of) => {
    const lines = (inProject.get(of) ?? '').replaceAll(
      /^\/\/ (.+) → (.+)$/gm,
      (_, expression: string, value: string) => `told.push([${expression}, ${value}]);`,
    );
    const told: [unknown, unknown][] = [];
    const openContext = (options: api.WorkspaceOptions): Promise<api.Context> =>
      api.openContext({ ...options, cwd: context.root });
    const scope: Record<string, unknown> = { ...api, openContext, told };
    if (of !== 'openContext') scope['context'] = context;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is our own docstring that is run
    const run = new Function(...Object.keys(scope), `return (async () => { ${lines} })();`);
    await run(...Object.values(scope));
    expect(told.length).toBeGreaterThan(0);
    expect(told.map(([got]) => got)).toEqual(told.map(([, expected]) => expected));
  });
});
