/**
 * Reading: a seeded CSV of 1,000,000 rows × 15 columns (numbers, categories, booleans, times) becomes a typed table and
 * then a Parquet snapshot, each run in a process of its own. Beside it, in the same run: DuckDB's bare
 * `COPY read_csv TO parquet`, which checks and types nothing by our rules and gives no table. Then the same file is
 * streamed as batch prediction reads it, at three sizes, to show that memory does not grow.
 *
 *   npx tsx bench/stream.ts [rows]
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { dialectOf } from '../src/data/dialect.ts';
import { logicalDigest } from '../src/data/logicalDigest.ts';
import { gatherRows, openRows } from '../src/data/openRows.ts';
import { writeParquet } from '../src/data/parquet.ts';
import type { ColumnSchema, RowSchema } from '../src/data/schema.ts';
import type { RowsFile } from '../src/data/source.ts';
import { createRandom } from '../src/random.ts';
import { quantile, sortedFinite } from '../src/statistics/quantiles.ts';

const column = (name: string, kind: ColumnSchema['kind'], type: ColumnSchema['type']): ColumnSchema => ({
  name,
  kind,
  type,
  nullable: true,
  required: true,
  closed: false,
});
const schema: RowSchema = {
  missing: ['', 'NA'],
  columns: [
    ...Array.from({ length: 7 }, (_, i) => column(`number_${i}`, 'number', 'number')),
    column('count', 'number', 'integer'),
    ...Array.from({ length: 4 }, (_, i) => column(`category_${i}`, 'category', 'string')),
    column('flag', 'category', 'boolean'),
    column('since', 'time', 'string'),
    column('at', 'time', 'string'),
  ],
};
const payments = ['Electronic check', 'Mailed check', 'Bank transfer (automatic)', 'Credit card (automatic)'];

async function generate(path: string, rows: number): Promise<void> {
  const random = createRandom('bench/ingest');
  const out = createWriteStream(path);
  let text = `${schema.columns.map(({ name }) => name).join(',')}\n`;
  for (let row = 0; row < rows; row += 1) {
    const numbers = Array.from({ length: 7 }, (_, i) =>
      i > 3 && random.next() < 0.03 ? '' : (random.next() * 1000 - 200).toFixed(i < 3 ? 2 : 6),
    );
    const time = new Date(1.6e12 + random.integer(1e11)).toISOString();
    const cells = [
      ...numbers,
      random.integer(73),
      ['red', 'green', 'blue'][random.integer(3)],
      payments[random.integer(4)],
      `city_${random.integer(500)}`,
      random.next() < 0.5 ? 'Yes' : 'No',
      random.next() < 0.5,
      time.slice(0, 10),
      `${time.slice(0, 19)}Z`,
    ];
    text += `${cells.join(',')}\n`;
    if (text.length < 1 << 20) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'close');
}

const fileOf = (path: string, batchRows: number): RowsFile => ({
  path,
  displayPath: path,
  dialect: dialectOf(path),
  declarable: false,
  batchRows,
});
const plan = { schema, required: schema.columns.map(({ name }) => name), optional: [] };

/** What one process of its own does; the last line it prints is its result. */
const tasks: Readonly<Record<string, (path: string) => Promise<string>>> = {
  aieng: async (path) => {
    const { table } = await gatherRows(fileOf(path, 65_536), () => plan);
    await writeParquet(table, `${path}.aieng.parquet`);
    return `${table.rows}`;
  },
  digest: async (path) => {
    const { table } = await gatherRows(fileOf(path, 65_536), () => plan);
    const started = performance.now();
    logicalDigest(table);
    return ((performance.now() - started) / 1000).toFixed(2);
  },
  duckdb: async (path) => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run('COPY (SELECT * FROM read_csv($1)) TO $2 (FORMAT parquet, COMPRESSION zstd)', [
      path,
      `${path}.duckdb.parquet`,
    ]);
    return '';
  },
  stream: async (path) => {
    let rows = 0;
    for await (const part of openRows(fileOf(path, 8_192), () => plan))
      if (part.kind === 'batch') rows += part.table.rows;
    return `${rows}`;
  },
};

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly maxMegabytes: number;
  readonly result: string;
}

/** Whole process, start-up included. */
async function measure(task: string, path: string): Promise<Measured> {
  const started = performance.now();
  const { stdout } = await execa(process.execPath, [
    '--import',
    'tsx',
    fileURLToPath(import.meta.url),
    '--task',
    task,
    path,
  ]);
  const seconds = (performance.now() - started) / 1000;
  const [result = '', cpu = '0', memory = '0'] = (stdout.split('\n').at(-1) ?? '').split('\t');
  return { seconds, cpuSeconds: Number(cpu) / 1e6, maxMegabytes: Number(memory) / 1024, result };
}

async function runTask(task: string, path: string): Promise<void> {
  const result = (await tasks[task]?.(path)) ?? '';
  const { user, system } = process.cpuUsage();
  console.log([result, user + system, process.resourceUsage().maxRSS].join('\t'));
}

const median = (values: readonly number[]): number => quantile(sortedFinite(values), 0.5);
const row = (name: string, runs: readonly Measured[], rows: number): string => {
  const seconds = median(runs.map((run) => run.seconds));
  const cpu = median(runs.map((run) => run.cpuSeconds));
  const memory = Math.max(...runs.map((run) => run.maxMegabytes));
  return `${name.padEnd(44)} ${seconds.toFixed(2)} s   CPU ${cpu.toFixed(2)} s   ${Math.round(rows / seconds).toLocaleString('en')} rows/s   max ${memory.toFixed(0)} MB`;
};

async function main(rows: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'aieng-bench-'));
  try {
    const path = join(folder, 'rows.csv');
    await generate(path, rows);
    console.log(
      `${rows.toLocaleString('en')} rows × ${schema.columns.length} columns, ${((await stat(path)).size / 1e6).toFixed(0)} MB; median of 3 whole processes`,
    );
    const aieng: Measured[] = [];
    const duckdb: Measured[] = [];
    for (let repeat = 0; repeat < 3; repeat += 1) {
      aieng.push(await measure('aieng', path));
      duckdb.push(await measure('duckdb', path));
    }
    console.log(row('aieng: CSV → typed table → Parquet', aieng, rows));
    console.log(row('DuckDB: COPY read_csv TO parquet', duckdb, rows));
    const ratio = median(aieng.map((run) => run.seconds)) / median(duckdb.map((run) => run.seconds));
    console.log(
      `ratio ${ratio.toFixed(2)}; logical digest of the table ${(await measure('digest', path)).result} s`,
    );
    for (const share of [0.1, 0.3, 1]) {
      const part = join(folder, `part-${share}.csv`);
      await generate(part, Math.round(rows * share));
      console.log(
        row(
          `streamed as predict reads it, ${Math.round(rows * share).toLocaleString('en')} rows`,
          [await measure('stream', part)],
          rows * share,
        ),
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [flag, task, path] = process.argv.slice(2);
if (flag === '--task') await runTask(task ?? '', path ?? '');
else await main(Number(flag ?? 1_000_000));
