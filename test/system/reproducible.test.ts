import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.ts';
import { repository, runCli } from '../cli/support.ts';
import type { CliResult } from '../cli/support.ts';
import { createPenguinsProject, penguins, penguinsPipeline } from './penguinsProject.ts';
import { createProject, fixtureLines, scratchFolder } from './project.ts';
import { sourcesCopy } from './sourcesCopy.ts';

interface StageSaid {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
}
const stagesOf = ({ json }: CliResult): StageSaid[] => json.stages;
const ranIn = (result: CliResult): string[] =>
  stagesOf(result).flatMap(({ name, state }) => (state === 'ran' ? [name] : []));

const project = createPenguinsProject();
let first: CliResult;
beforeAll(async () => {
  first = await project.must('run', '--json');
});

const weightsOf = (folder: string, result: CliResult): Buffer =>
  readFileSync(join(folder, result.json.result.package.path, 'model', 'weights.bin'));

describe('the same data, pipeline and version', () => {
  it('give the same bytes in another folder, in another order, in a new process', async () => {
    const { header, lines } = fixtureLines('penguins.csv');
    const shuffled = createRandom('another order').shuffle([...lines]);
    expect(shuffled).not.toEqual(lines);
    const other = createPenguinsProject(`${[header, ...shuffled].join('\n')}\n`);
    const second = await other.must('run', '--json');
    for (const digest of ['snapshot', 'featureSet', 'model', 'bundle'])
      expect(second.json[digest], digest).toBe(first.json[digest]);
    expect(second.json.version).toBe(1);
    expect(weightsOf(other.folder, second)).toEqual(weightsOf(project.folder, first));
    await other.must('package', '-o', 'a.tar', '--json');
    await project.must('package', '-o', 'a.tar', '--json');
    expect(readFileSync(join(other.folder, 'a.tar'))).toEqual(readFileSync(join(project.folder, 'a.tar')));
  });

  it('give the same version when all is computed once more', async () => {
    const store = join(project.folder, 'another-store');
    const again = await project.must('run', '--store', store, '--json');
    expect(ranIn(again)).toHaveLength(5);
    expect(again.json.bundle).toBe(first.json.bundle);
    const packaged = await project.must('package', '--json');
    expect(packaged.json).toMatchObject({ version: 1, result: { existed: true, version: 1 } });
  });
});

/** A process that believes in so many cores. */
const withCores = (count: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    `import os from 'node:os'; import { syncBuiltinESMExports } from 'node:module'; const all = os.cpus(); os.cpus = () => Array(${count}).fill(all[0]); syncBuiltinESMExports();`,
  )}`,
});

describe('a search of parameters', () => {
  it('comes to the same on one core and on three, trial for trial', async () => {
    const { folder } = createPenguinsProject();
    const searched = async (cores: number): Promise<CliResult> => {
      const words = ['--family', 'gbdt', '--set', 'model.gbdt.trees=8', '--search', '5'];
      const store = join(folder, `store-${cores}`);
      const result = await runCli(['train', ...words, '--store', store, '--json'], {
        cwd: folder,
        env: { ...withCores(cores), NODE_DEBUG: 'worker' },
      });
      expect(result.exitCode, result.stderr).toBe(0);
      return result;
    };
    const one = await searched(1);
    const three = await searched(3);
    expect(one.json.result.search.trials).toHaveLength(5);
    expect(three.json.result).toEqual(one.json.result);
    const threads = ({ stderr }: CliResult): number => stderr.match(/instantiating Worker/g)?.length ?? 0;
    expect([threads(one), threads(three)]).toEqual([0, 3]);
  });
});

describe('what is stale', () => {
  it('is nothing on a second run, which says so', async () => {
    const again = await project.must('run', '--json');
    expect(stagesOf(again).map(({ state, reason }) => `${state}: ${reason}`)).toEqual(
      Array.from({ length: 5 }, () => 'cached: nothing changed'),
    );
    expect(again.json.bundle).toBe(first.json.bundle);
    const told = await project.must('run');
    expect(told.stderr).not.toContain('epoch');
    expect(told.stderr.match(/nothing changed/g)).toHaveLength(5);
  });

  it('is nothing, and no TensorFlow.js was loaded to know it', async () => {
    const { exitCode, stderr } = await runCli(['run'], {
      cwd: project.folder,
      env: { NODE_DEBUG: 'esm,module' },
    });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('dist/main.js');
    // The package's own description says its version.
    expect(stderr).not.toMatch(/@tensorflow\/[\w-]+\/dist/);
  });

  it('is nothing after a comment, another order of keys, or what only a running service reads', async () => {
    const text = penguinsPipeline('data/penguins.csv');
    const moved = text.trimEnd().split('\n').toReversed().join('\n');
    project.write(
      'pipelines/species.yaml',
      `# reviewed\n${moved}\ndeploy: { port: 9999 }\nmonitor: { window_rows: 77 }\n`,
    );
    expect(ranIn(await project.must('run', '--json'))).toEqual([]);
  });

  it('is train where the epochs change, and explain names exactly that', async () => {
    project.write('pipelines/species.yaml', penguinsPipeline('data/penguins.csv', 29));
    const explained = await project.must('explain', 'stage', '--json');
    expect(explained.json.result.data).toEqual([
      { name: 'ingest', stale: false, reasons: ['nothing changed since it ran'] },
      { name: 'validate', stale: false, reasons: ['nothing changed since it ran'] },
      { name: 'featurize', stale: false, reasons: ['nothing changed since it ran'] },
      { name: 'train', stale: true, reasons: ['pipeline model.mlp.epochs: 30 → 29'] },
      { name: 'package', stale: true, reasons: ['follows train, which has to run first'] },
    ]);
    const run = await project.must('run', '--json');
    expect(ranIn(run)[0]).toBe('train');
    expect(stagesOf(run)[3]).toMatchObject({ name: 'train', reason: 'pipeline model.mlp.epochs: 30 → 29' });
    const after = await project.must('explain', 'stage', 'train', '--json');
    expect(after.json.result.lines.join('\n')).toContain(
      'last ran because: pipeline model.mlp.epochs: 30 → 29',
    );
    // And back: known from the first run, nothing is computed.
    project.write('pipelines/species.yaml', penguinsPipeline('data/penguins.csv'));
    const back = await project.must('run', '--json');
    expect(ranIn(back)).toEqual([]);
    expect(back.json).toMatchObject({ bundle: first.json.bundle, version: 1 });
  });

  it('is everything that follows a changed row, with the file named', async () => {
    const changed = createPenguinsProject();
    await changed.must('ingest', '--json');
    changed.write('data/penguins.csv', penguins().replace('39.1', '39.2'));
    const { json } = await changed.must('explain', 'stage', 'ingest', '--json');
    expect(json.result.data).toEqual([
      { name: 'ingest', stale: true, reasons: ['source data/penguins.csv changed'] },
    ]);
  });
});

describe('a build', () => {
  const digestsIn = (folder: string): Record<string, unknown> =>
    JSON.parse(readFileSync(join(folder, 'dist', 'code-digests.json'), 'utf8'));

  it('makes no stage stale for a help text, and those that compute with it for a transform', async () => {
    const copy = sourcesCopy('src', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json');
    const edit = (file: string, from: string, to: string): void => {
      const text = readFileSync(join(copy, file), 'utf8');
      expect(text).toContain(from);
      writeFileSync(join(copy, file), text.replace(from, to));
    };
    const build = async (): Promise<Record<string, unknown>> => {
      await execa(process.execPath, [join(copy, 'scripts', 'build.mjs'), '--quick'], { cwd: copy });
      return digestsIn(copy);
    };
    edit('src/verbs/run/command.ts', 'Runs what is stale', 'Computes what is stale');
    const built = digestsIn(repository);
    expect(await build()).toEqual(built);
    edit('src/features/transforms/log1p.ts', 'Math.log1p', 'Math.log2');
    const changed = await build();
    const stale = Object.keys(built).filter(
      (stage) => JSON.stringify(built[stage]) !== JSON.stringify(changed[stage]),
    );
    expect(stale).toEqual(['featurize', 'train', 'package']);
  });
});

describe('CSV, NDJSON and Parquet of the same rows', () => {
  const snapshotOf = async (
    files: Readonly<Record<string, string>>,
    source: string,
    copied?: string,
  ): Promise<CliResult> => {
    const each = createProject({ ...files, 'pipelines/species.yaml': penguinsPipeline(source) });
    if (copied !== undefined) cpSync(copied, join(each.folder, source));
    return each.must('ingest', '--json');
  };

  it('are the same snapshot, whatever wrote them', async () => {
    const rows = parse<Record<string, string>>(penguins(), { columns: true });
    const numeric = ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g'];
    const cell = (name: string, text: string): string | number | null =>
      text === '' ? null : numeric.includes(name) ? Number(text) : text;
    const ndjson = rows
      .map((row) => Object.fromEntries(Object.entries(row).map(([name, text]) => [name, cell(name, text)])))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
    const folder = scratchFolder();
    const csv = join(folder, 'penguins.csv');
    const parquet = join(folder, 'penguins.parquet');
    const zipped = join(folder, 'penguins.csv.gz');
    writeFileSync(csv, penguins());
    writeFileSync(zipped, gzipSync(penguins()));
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`COPY (SELECT * FROM read_csv('${csv}')) TO '${parquet}' (FORMAT parquet)`);
    connection.closeSync();

    const expected = await snapshotOf({ 'penguins.csv': penguins() }, 'penguins.csv');
    const others = [
      await snapshotOf({ 'penguins.ndjson': ndjson }, 'penguins.ndjson'),
      await snapshotOf({}, 'penguins.parquet', parquet),
      await snapshotOf({}, 'penguins.csv.gz', zipped),
    ];
    expect(expected.json.snapshot).toBe(first.json.snapshot);
    expect(others.map(({ json }) => json.snapshot)).toEqual(others.map(() => expected.json.snapshot));
  });
});
