/**
 * Ingest beside pandas: the built command line and `read_csv` + `to_parquet` (zstd), each a process of its own, in turn;
 * medians of whole processes, start-up included. pandas also does the same work (`describe`, a hash of each row) where
 * that is asked. Files: 1M × 15 of every kind, 10M × 5, 400k × 15 of 17 digits, 100k × 500, and the first as Parquet.
 *
 *   npm run bench -- ingest                            five of each
 *   npm run bench -- ingest --share=0.1 --repeats=1    a look
 *   AIENG_PYTHON=/path/to/venv/bin/python names a Python that has pandas and pyarrow; without one there is no peer.
 */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { quantile, sortedFinite } from '../src/statistics/quantiles.ts';
import { madeFiles, writeMadeFile } from './ingestData.ts';

const { values: options } = parseArgs({
  options: {
    share: { type: 'string', default: '1' },
    repeats: { type: 'string', default: '5' },
    only: { type: 'string' },
    bin: { type: 'string', default: fileURLToPath(new URL('../bin/aieng.js', import.meta.url)) },
  },
});
const share = Number(options.share);
const repeats = Number(options.repeats);
const python = process.env['AIENG_PYTHON'] ?? 'python3';

/** What one process took. */
interface Took {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

// Both tell at their end, on descriptor 3, what they took: µs of CPU and KiB of memory.
const tellNode = `import {writeSync} from 'node:fs'; process.on('exit', () => { const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage(); writeSync(3, (userCPUTime + systemCPUTime) + ' ' + maxRSS) });`;
const tellPython =
  'import os, resource; u = resource.getrusage(resource.RUSAGE_SELF); os.write(3, f"{(u.ru_utime + u.ru_stime) * 1e6} {u.ru_maxrss}".encode())';

async function took(file: string, args: readonly string[], cwd: string): Promise<Took> {
  const started = performance.now();
  const { stdio } = await execa(file, args, { cwd, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  const [cpu = '0', kibibytes = '0'] = stdio[3].split(' ');
  return {
    seconds: (performance.now() - started) / 1000,
    cpu: Number(cpu) / 1e6,
    megabytes: Number(kibibytes) / 1024,
  };
}

const aieng = (project: string, ...args: readonly string[]): Promise<Took> =>
  took(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(tellNode)}`, options.bin, ...args, '--quiet'],
    project,
  );

const pandas = (folder: string, ...lines: readonly string[]): Promise<Took> =>
  took(python, ['-c', ['import pandas as pd', ...lines, tellPython].join('\n')], folder);

const hasPandas = await execa(python, ['-c', 'import pandas, pyarrow']).then(
  () => true,
  () => false,
);

const median = (numbers: readonly number[]): number => quantile(sortedFinite(numbers), 0.5);
const middle = (runs: readonly Took[]): Took => ({
  seconds: median(runs.map(({ seconds }) => seconds)),
  cpu: median(runs.map(({ cpu }) => cpu)),
  megabytes: median(runs.map(({ megabytes }) => megabytes)),
});

/** One line of the table, with the ratios to a peer of the same run. */
function tell(what: string, runs: readonly Took[], peer?: readonly Took[]): void {
  const own = middle(runs);
  const figures = `${own.seconds.toFixed(2)} s   CPU ${own.cpu.toFixed(2)} s   ${own.megabytes.toFixed(0)} MB`;
  const other = peer === undefined || peer.length === 0 ? undefined : middle(peer);
  const ratio = (of: keyof Took): string => `${(own[of] / other![of]).toFixed(2)} ×`;
  const ratios =
    other === undefined
      ? ''
      : `   wall ${ratio('seconds')}, CPU ${ratio('cpu')}, memory ${ratio('megabytes')}`;
  console.log(`${what.padEnd(52)} ${figures.padEnd(36)}${ratios}`);
}

/** Everything that is measured of one file: each process once, in turn, as often as asked. */
async function measure(
  folder: string,
  path: string,
  what: string,
  label: string,
  of: ReadonlySet<string>,
): Promise<void> {
  const project = join(folder, 'project');
  await mkdir(project);
  const took: Record<'init' | 'ingest' | 'again' | 'validate' | 'pandas' | 'same', Took[]> = {
    init: [],
    ingest: [],
    again: [],
    validate: [],
    pandas: [],
    same: [],
  };
  const read = path.endsWith('.parquet')
    ? `df = pd.read_parquet(${JSON.stringify(path)})`
    : `df = pd.read_csv(${JSON.stringify(path)})`;
  const write = `df.to_parquet(${JSON.stringify(join(folder, 'pandas.parquet'))}, compression="zstd")`;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    if (repeat === 0 || of.has('init')) {
      await rm(project, { recursive: true });
      await mkdir(project);
      took.init.push(await aieng(project, 'init', '--from', path, '--label', label));
    }
    await rm(join(project, '.aieng'), { recursive: true, force: true });
    took.ingest.push(await aieng(project, 'ingest'));
    if (hasPandas) took.pandas.push(await pandas(folder, read, write));
    if (of.has('again')) took.again.push(await aieng(project, 'ingest'));
    if (of.has('validate')) took.validate.push(await aieng(project, 'validate'));
    if (hasPandas && of.has('same'))
      took.same.push(
        await pandas(folder, read, 'df.describe(include="all")', 'pd.util.hash_pandas_object(df)', write),
      );
  }
  const megabytes = ((await stat(path)).size / 1e6).toFixed(0);
  console.log(`\n${what} (${megabytes} MB)`);
  tell('aieng ingest / pandas read and to_parquet', took.ingest, took.pandas);
  if (took.pandas.length > 0) tell('pandas', took.pandas);
  if (took.same.length > 0) {
    tell('aieng ingest / pandas doing the same work', took.ingest, took.same);
    tell('pandas doing the same work', took.same);
  }
  if (of.has('again')) tell('aieng ingest of an unchanged source', took.again);
  if (of.has('validate')) tell('aieng validate / aieng ingest', took.validate, took.ingest);
  if (of.has('init')) tell('aieng init', took.init);
}

/** The same rows as a Parquet file. */
async function toParquet(from: string, to: string): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run('COPY (SELECT * FROM read_csv($1)) TO $2 (FORMAT parquet, COMPRESSION zstd)', [
    from,
    to,
  ]);
  connection.closeSync();
}

const extras: Readonly<Record<keyof typeof madeFiles, readonly string[]>> = {
  rows: ['init', 'again', 'validate', 'same'],
  narrow: ['same'],
  floats: [],
  wide: ['init'],
};

if (!hasPandas)
  console.log(`No peer: ${python} has no pandas and pyarrow (name a Python that has them in AIENG_PYTHON).`);
console.log(`Medians of ${repeats} whole processes, on ${share * 100} % of the rows.`);
for (const name of ['rows', 'narrow', 'floats', 'wide'] as const) {
  const made = madeFiles[name];
  const folder = await mkdtemp(join(tmpdir(), 'aieng-bench-'));
  try {
    const path = join(folder, `${name}.csv`);
    const isAsked = (asked: string): boolean =>
      options.only === undefined || options.only.split(',').includes(asked);
    if (isAsked(name) || (name === 'rows' && isAsked('parquet'))) await writeMadeFile(path, made, share);
    if (isAsked(name)) await measure(folder, path, made.what, made.label, new Set(extras[name]));
    if (name === 'rows' && isAsked('parquet')) {
      const parquet = join(folder, 'rows.parquet');
      await toParquet(path, parquet);
      await rm(join(folder, 'project'), { recursive: true, force: true });
      await measure(folder, parquet, 'the same as Parquet', made.label, new Set());
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
