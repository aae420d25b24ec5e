/**
 * Whole jobs over a long file: `predict` from CSV to CSV beside pandas reading and writing the same file, and `monitor`
 * of the same rows against the reference beside `ingest` of them. Each is a process of its own, in turn; CPU seconds of
 * it and its children, wall seconds, and memory at its largest.
 *
 *   npm run bench -- batch                                   1,000,000 rows, three times
 *   npm run bench -- batch --rows=50000 --repeats=1          a look
 *   AIENG_PYTHON=/path/to/venv/bin/python names a Python that has pandas; without one there is no peer of predict.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../src/random.ts';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    repeats: { type: 'string', default: '3' },
    bin: { type: 'string', default: resolve(import.meta.dirname, '../bin/aieng.js') },
  },
});
const python = process.env['AIENG_PYTHON'] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'aieng-bench-batch-'));

/** Nineteen columns in the shape of the churn set: three numbers, six of 0 and 1, ten of words; the label is told by some. */
function writeRows(name: string, rows: number, seed: string): void {
  const random = createRandom(`bench/batch/${seed}`);
  const words = [3, 3, 3, 3, 3, 3, 3, 3, 3, 4];
  const path = join(folder, name);
  const flags = Array.from({ length: 6 }, (_, at) => `flag_${at}`);
  const names = ['tenure', 'monthly', 'total', ...flags, ...words.map((_, at) => `word_${at}`), 'left'];
  writeFileSync(path, `${names.join()}\n`);
  let lines = '';
  for (let row = 0; row < rows; row += 1) {
    const [tenure, monthly] = [1 + random.integer(72), 18 + 100 * random.next()];
    const codes = words.map((size) => random.integer(size));
    const bits = flags.map(() => random.integer(2));
    const sum = 0.6 - tenure / 24 + monthly / 60 + (codes[0] === 1 ? 1 : 0) - bits[0]!;
    const label = random.next() < 1 / (1 + Math.exp(1 - sum)) ? 'Yes' : 'No';
    const cells = [tenure, monthly.toFixed(2), (tenure * monthly).toFixed(2), ...bits];
    lines += `${[...cells, ...codes.map((code, at) => `Word ${at} is ${code}`), label].join()}\n`;
    if (lines.length < 1 << 20 && row < rows - 1) continue;
    appendFileSync(path, lines);
    lines = '';
  }
}

interface Took {
  readonly cpu: number;
  readonly seconds: number;
  readonly megabytes: number;
}

// Told by the parent, so that both are measured by one clock.
const watch = `import resource, subprocess, sys, time
s = time.time(); c = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
r = resource.getrusage(resource.RUSAGE_CHILDREN)
print(r.ru_utime + r.ru_stime, time.time() - s, r.ru_maxrss / 1024, c)`;

/** Runs a command; an alarm (5) is its work done. */
function took(command: string, args: readonly string[], cwd = folder): Took {
  const { stdout } = spawnSync(python, ['-c', watch, command, ...args], { cwd, encoding: 'utf8' });
  const [cpu = 0, seconds = 0, megabytes = 0, exit = 1] = stdout.split(' ').map(Number);
  if (exit !== 0 && exit !== 5) throw new Error(`${command} ${args.join(' ')} ended with ${exit}`);
  return { cpu, seconds, megabytes };
}
const aieng = (...args: readonly string[]): Took => took(process.execPath, [options.bin, ...args]);
/** A project of its own, whose store is new each time. */
const ingesting = join(folder, 'ingesting');
const aiengThere = (...args: readonly string[]): Took =>
  took(process.execPath, [options.bin, ...args], ingesting);

const best = (runs: readonly Took[]): Took =>
  runs.reduce((one, other) => (other.cpu < one.cpu ? other : one));
function tell(what: string, runs: readonly Took[], peer?: readonly Took[]): void {
  const { cpu, seconds, megabytes } = best(runs);
  const ratio =
    peer === undefined
      ? ''
      : `; ${(cpu / best(peer).cpu).toFixed(2)} × its CPU, ${(seconds / best(peer).seconds).toFixed(2)} × its time`;
  console.log(
    `${what.padEnd(40)} ${cpu.toFixed(2)} CPU s, ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB${ratio}`,
  );
}

try {
  writeRows('train.csv', 7000, 'train');
  writeRows('new.csv', Number(options.rows), 'new');
  const names = ['linear', 'gbdt'];
  for (const name of names) {
    aieng('init', '--from', 'train.csv', '--label', 'left', '--name', name);
    appendFileSync(join(folder, 'pipelines', `${name}.yaml`), `\nmodel:\n  family: ${name}\n`);
    aieng('run', name, '--to', 'package');
  }
  mkdirSync(ingesting);
  aiengThere('init', '--from', '../new.csv', '--label', 'left', '--name', 'all');
  const hasPandas = spawnSync(python, ['-c', 'import pandas']).status === 0;
  const copy = "import pandas as pd; pd.read_csv('new.csv').to_csv('copy.csv', index=False)";
  const withoutLabel = `import sys
with open('new.csv') as a, open('inputs.csv', 'w') as b:
  for line in a: b.write(line[:line.rindex(',')] + '\\n')`;
  took(python, ['-c', withoutLabel]);
  const runs: Record<string, Took[]> = {};
  const add = (what: string, run: Took): void => void (runs[what] ??= []).push(run);
  for (let time = 0; time < Number(options.repeats); time += 1) {
    if (hasPandas) add('pandas', took(python, ['-c', copy]));
    for (const name of names) add(name, aieng('predict', name, 'new.csv', '-o', 'out.csv'));
    rmSync(join(ingesting, '.aieng'), { recursive: true, force: true });
    add('ingest', aiengThere('ingest', 'all'));
    add('monitor', aieng('monitor', 'linear', '--current', 'inputs.csv'));
    add('labelled', aieng('monitor', 'linear', '--current', 'new.csv'));
  }
  console.log(
    `${options.rows} rows × 19 columns and a label; the run of the least CPU of ${options.repeats}`,
  );
  if (runs['pandas'] !== undefined) tell('pandas reading and writing it', runs['pandas']);
  for (const name of names) tell(`predict, ${name}, CSV to CSV`, runs[name]!, runs['pandas']);
  tell('ingest', runs['ingest']!);
  tell('monitor --current, without labels', runs['monitor']!, runs['ingest']);
  tell('monitor --current, each row with its label', runs['labelled']!, runs['ingest']);
} finally {
  rmSync(folder, { recursive: true });
}
