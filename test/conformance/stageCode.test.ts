import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { familiesConcerned } from '../../src/modeling/concerned.ts';
import { families } from '../../src/modeling/index.ts';

interface StageCode {
  readonly digest: string;
  readonly packages: readonly string[];
  readonly files: readonly string[];
}

const { codeOfStages, root, stages } = (await import(
  new URL('../../scripts/codeDigests.mjs', import.meta.url).href
)) as {
  codeOfStages: (changed?: ReadonlyMap<string, string>) => Promise<Record<string, StageCode>>;
  root: string;
  stages: readonly string[];
};

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
  .map((file) => `src/${file}`);

let now: Record<string, StageCode>;
beforeAll(async () => {
  now = await codeOfStages();
});

/** Stages, and families, whose code is another one with these files changed. */
async function changedBy(files: readonly string[], change: (text: string) => string): Promise<string[]> {
  const then = await codeOfStages(new Map(files.map((file) => [join(root, file), change(read(file))])));
  return Object.keys(now).filter((name) => then[name]!.digest !== now[name]!.digest);
}

describe('the code of a stage', () => {
  it('is the same with a comment before, behind and between the statements of every file', async () => {
    // Not within backquotes: what stands there is text, and may be a program.
    const between = (text: string): string =>
      text
        .split('`')
        .map((piece, at) => (at % 2 === 0 ? piece.replaceAll(/;\n/g, '; // why\n') : piece))
        .join('`');
    const comment = (text: string): string =>
      `/** A word. */\n// Another.\n${between(text)}\n/* The end. */\n`;
    expect(await changedBy(sources, comment)).toEqual([]);
  });

  it('is the same with more code in every file that no stage calls', async () => {
    const more = (text: string): string =>
      `${text}\nexport const nobodyCalls = (): string => 'x';\nexport const nobodyAsks = new Date(...[1].map(String));\n`;
    expect(await changedBy(sources, more)).toEqual([]);
  });

  it('is the same whatever the schemas of pipeline files, sinks and shards do', async () => {
    const elsewhere = sources.filter((file) => /^src\/(pipeline\/schema|data\/(sinks|shards))\//.test(file));
    expect(elsewhere.length).toBeGreaterThan(10);
    expect(await changedBy(elsewhere, (text) => text.replaceAll('return ', 'return void '))).toEqual([]);
  });

  it.each([
    ['src/data/quarantine.ts', 'JSON.stringify(', 'String(', ['ingest']],
    [
      'src/statistics/ordering.ts',
      'code >= 255',
      'code > 255',
      ['validate', 'featurize', 'train', 'package'],
    ],
    ['src/modeling/families/gbdt/grow.ts', 'Infinity', 'NaN', ['family gbdt']],
    ['src/modeling/networks/parameters.ts', '0.99', '0.98', ['family mlp', 'family tabm']],
    ['src/modeling/networks/loop.ts', '+= 1', '+= 2', ['family mlp', 'family tabm']],
    ['src/modeling/families/linear/descend.ts', '1e-4', '1e-3', ['family linear']],
    ['src/modeling/families/rule/fitRule.ts', '1e-7', '1e-6', ['family rule']],
    ['src/validation/checks/constant.ts', "'warning'", "'error'", ['validate']],
    ['src/evaluation/threshold.ts', '+= 1', '+= 2', ['train']],
    ['src/packaging/card.ts', '##', '#', ['package']],
    ['src/statistics/normalQuantile.ts', '0.5', '0.25', ['featurize', 'train', 'package']],
  ])('is another one when %s says %j → %j', async (file, before, after, stale) => {
    expect([file, read(file).includes(before)]).toEqual([file, true]);
    expect(await changedBy([file], (text) => text.replaceAll(before, after))).toEqual(stale);
  });

  it('is another one when any of its files is: no file counts for nothing', async () => {
    const every = [...new Set(Object.values(now).flatMap(({ files }) => files))].sort();
    expect(every.filter((file) => /families\/gbdt\//.test(file)).length).toBeGreaterThan(10);
    const some = every.filter((_, index) => index % Math.ceil(every.length / 5) === 3);
    for (const file of some)
      expect([file, await changedBy([file], (text) => `${text}\nglobalThis.escape('touched');\n`)]).toEqual([
        file,
        Object.keys(now).filter((name) => now[name]!.files.includes(file)),
      ]);
  });

  it('has every family by its name, and no stage has any: a pipeline names those that it works with', () => {
    const names = families.map(({ name }) => `family ${name}`);
    expect(Object.keys(now)).toEqual([...stages, 'pages', ...names.sort()]);
    for (const stage of stages)
      expect(now[stage]!.files.filter((file) => /^src\/modeling\/families\/(?!index)/.test(file))).toEqual(
        [],
      );
  });

  // Fewer is better: what stands in here, and is not about the stage, makes it stale for nothing.
  it.each([
    // Every kind of source, the databases and the web among them, and what rows know of those before them.
    ['ingest', 157],
    ['validate', 120],
    // 77, and own transforms.
    ['featurize', 82],
    // 216, what a program that trains is handed and leaves, and own transforms.
    ['train', 241],
    // 135, in which parts of the columns scored rows lie, and own transforms.
    ['package', 153],
    // A family, its fitting and its loading are files of their own: a service loads one family, and without fitting.
    ['family gbdt', 46],
    ['family imported', 60],
    // 33, and how a model of aieng 0.1 is loaded.
    ['family linear', 36],
    // The race that ends a net beyond reach is a file of its own.
    ['family mlp', 30],
    ['family rule', 32],
    // What it leaves is of family imported.
    ['family script', 62],
    // 35, and the scorer of all nets that the kernel answers.
    ['family tabm', 36],
  ])('of %s is made of at most %i files', (stage, most) => {
    expect(now[stage]!.files.length).toBeLessThanOrEqual(most);
  });
});

describe('the families that a training may fit', () => {
  it('are all that auto tries for auto, and the linear one beside a net', () => {
    const tried = families.filter(({ byName }) => byName !== true).map(({ name }) => name);
    expect(familiesConcerned('auto')).toEqual(tried.sort());
    expect(familiesConcerned('tabm')).toEqual(['linear', 'tabm']);
    expect(familiesConcerned('gbdt')).toEqual(['gbdt']);
    expect(familiesConcerned('linear')).toEqual(['linear']);
    expect(familiesConcerned('mlp')).toEqual(['linear', 'mlp']);
  });
});
