import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

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

/** Stages whose code is another one with these files changed. */
async function changedBy(files: readonly string[], change: (text: string) => string): Promise<string[]> {
  const then = await codeOfStages(new Map(files.map((file) => [join(root, file), change(read(file))])));
  return stages.filter((stage) => then[stage]!.digest !== now[stage]!.digest);
}

describe('the code of a stage', () => {
  it('is the same with a comment before, behind and between the statements of every file', async () => {
    const comment = (text: string): string =>
      `/** A word. */\n// Another.\n${text.replaceAll(/;\n/g, '; // why\n')}\n/* The end. */\n`;
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
    ['src/validation/checks/constant.ts', "'warning'", "'error'", ['validate']],
    ['src/evaluation/threshold.ts', '+= 1', '+= 2', ['train']],
    ['src/packaging/card.ts', '##', '#', ['package']],
    ['src/statistics/normalQuantile.ts', '0.5', '0.25', ['featurize', 'train', 'package']],
  ])('is another one when %s says %j → %j', async (file, before, after, stale) => {
    expect([file, read(file).includes(before)]).toEqual([file, true]);
    expect(await changedBy([file], (text) => text.replaceAll(before, after))).toEqual(stale);
  });

  it('is another one when any of its files is: no file counts for nothing', async () => {
    const every = [...new Set(stages.flatMap((stage) => now[stage]!.files))].sort();
    const some = every.filter((_, index) => index % Math.ceil(every.length / 5) === 3);
    for (const file of some)
      expect([file, await changedBy([file], (text) => `${text}\nglobalThis.escape('touched');\n`)]).toEqual([
        file,
        stages.filter((stage) => now[stage]!.files.includes(file)),
      ]);
  });

  // Fewer is better: what stands in here, and is not about the stage, makes it stale for nothing.
  it.each([
    // Every kind of source, the databases and the web among them.
    ['ingest', 150],
    ['validate', 115],
    ['featurize', 75],
    ['train', 185],
    ['package', 145],
  ])('of %s is made of at most %i files', (stage, most) => {
    expect(now[stage]!.files.length).toBeLessThanOrEqual(most);
  });
});
