import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OwnCheck, OwnTransform } from '../../src/index.ts';
import * as api from '../../src/index.ts';
import { testCheck, testTransform } from '../../src/index.ts';
import { csvOf, customers, openTestProject } from '../../src/cascade/testing.fixture.ts';
import { compileCode } from '../../src/ownCode/compile.ts';
import { evaluate } from '../../src/ownCode/realm.ts';

/** What docs/transforms.md shows is compiled as a project's would be, and gives what it says. */
const page = readFileSync(resolve(import.meta.dirname, '../../docs/transforms.md'), 'utf8');
const blocks = new Map(
  [...page.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```/gms)].map(([, file = '', text = '']) => [file, text]),
);
type Growth = OwnTransform<
  { readonly monthly_charges: 'number'; readonly total_charges: 'number'; readonly tenure: 'number' },
  'number',
  { usual: number }
>;
const root = mkdtempSync(join(tmpdir(), 'aieng-docs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let modules: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
beforeAll(async () => {
  writeFileSync(join(root, 'features.ts'), blocks.get('features.ts')!);
  writeFileSync(join(root, 'checks.ts'), blocks.get('checks.ts')!);
  writeFileSync(join(root, 'typed.ts'), blocks.get('typed.ts')!);
  const { javascript } = await compileCode(root, ['./features.ts', './checks.ts', './typed.ts']);
  modules = (evaluate(javascript, 'docs').exported as { modules: typeof modules }).modules;
});

describe('docs/transforms.md', () => {
  it('shows transforms that do what their test says', () => {
    const told = /cells → (.*), refused → (.*), state → (.*)$/m.exec(blocks.get('features.test.ts')!)!;
    const row = { monthly_charges: 60, total_charges: 600, tenure: 20 };
    const growth = modules['features.ts']!['chargesGrowth'] as Growth;
    const { cells, refused, state } = testTransform(growth, [row, { ...row, tenure: null }]);
    const read = (text: string | undefined): unknown => JSON.parse((text ?? '').replace('usual', '"usual"'));
    expect([cells, refused, state]).toEqual([read(told[1]), read(told[2]), read(told[3])]);
  });

  it('shows a transform for the rows of a schema, whose file of types is not even read', () => {
    const { monthsBound } = modules['typed.ts'] as {
      monthsBound: OwnTransform<{ readonly contract: 'category' }, 'number', null>;
    };
    const rows = ['Two year', 'One year', 'weekly', null].map((contract) => ({ contract }));
    expect(testTransform(monthsBound, rows).cells).toEqual([24, 12, 1, 1]);
  });

  it('shows checks that find what their test says', () => {
    const { totalFits, onePlanEach } = modules['checks.ts'] as {
      totalFits: OwnCheck<{ monthly_charges: 'number'; total_charges: 'number' }>;
      onePlanEach: OwnCheck<{ customer: 'text'; contract: 'category' }>;
    };
    const [finding] = testCheck(totalFits, [{ monthly_charges: 60, total_charges: 20 }]);
    const told = /finding\.count → (\d+), finding\.severity → (\w+)$/m.exec(blocks.get('checks.test.ts')!)!;
    expect([String(finding?.count), finding?.severity]).toEqual([told[1], told[2]]);
    const rows = ['a', 'b', 'a'].map((customer, at) => ({ customer, contract: at === 2 ? 'y' : 'x' }));
    expect(testCheck(onePlanEach, rows).map(({ examples }) => examples[0]?.rowId)).toEqual(['2']);
  });

  it('shows a pipeline and a run of it that work', async () => {
    const { context } = await openTestProject({
      'pipelines/churn.pipeline.ts': blocks.get('pipelines/churn.pipeline.ts')!,
      'data/customers.csv': csvOf(customers(0, 150)),
    });
    const lines = blocks
      .get('run.ts')!
      .replace(/^import .*\n/, '')
      .replace("'.'", 'folder');
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is our own page that is run
    const shown = new Function(
      'openContext',
      'run',
      'folder',
      `return (async () => { ${lines} return bundle; })();`,
    );
    const bundle: unknown = await shown(api.openContext, api.run, context.root);
    expect(bundle).toBe((await context.store.versions('churn'))[0]?.digest);
  });

  it('names the packages that are asked for', async () => {
    const { optionalPeers } = await import('../../src/optionalPeer.ts');
    for (const [name, version] of Object.entries(optionalPeers["a team's own code"]))
      expect(page).toContain(`${name}@${version}`);
  });
});
