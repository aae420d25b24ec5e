/**
 * `aieng run` on defaults over a seeded CSV of 1,000,000 rows × 15 columns (8 floats, categories of 3, 10, 50, 200 and
 * 1,000 values, a time, a label that depends on them with noise): the built command line in a process of its own,
 * watched from outside. By stage: seconds, CPU seconds, peak memory, and the longest silence of its progress.
 *
 *   npx tsx bench/million.ts [rows] [--bin path/to/aieng.js] [--model '{family: linear}']
 */
import { createWriteStream, readFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { createRandom } from '../src/random.ts';

const floats = 8;
const categories = [3, 10, 50, 200, 1000];

/** Row by row, so that a file of any size needs no memory; the same rows for the same count. */
async function generate(path: string, rows: number): Promise<void> {
  const random = createRandom('bench/million');
  const effects = categories.map((values) => Float64Array.from({ length: values }, () => random.normal()));
  const out = createWriteStream(path);
  const names = [
    ...Array.from({ length: floats }, (_, i) => `number_${i}`),
    ...categories.map((values) => `category_${values}`),
    'at',
    'label',
  ];
  let text = `${names.join(',')}\n`;
  for (let row = 0; row < rows; row += 1) {
    const numbers = Array.from({ length: floats }, () => random.normal());
    const words = categories.map((values) => Math.floor(values * random.next() ** 2));
    const at = new Date(1.7e12 + Math.floor(random.next() * 3e10));
    const sum =
      numbers[0]! +
      Math.sin(2 * numbers[1]!) +
      numbers[2]! * numbers[3]! * 0.7 +
      words.reduce((total, word, i) => total + 0.5 * effects[i]![word]!, 0) +
      (at.getUTCHours() >= 18 ? 0.8 : 0);
    const label = sum + 1.5 * random.normal() > 0.5 ? 'yes' : 'no';
    const cells = [
      ...numbers.map((value, i) => (i > 5 && random.next() < 0.03 ? '' : value.toFixed(4))),
      ...words.map((word, i) => `c${i}_${word}`),
      `${at.toISOString().slice(0, 19)}Z`,
      label,
    ];
    text += `${cells.join(',')}\n`;
    if (text.length < 1 << 20) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'close');
}

/** Resident memory (MB) and CPU seconds of a process now; undefined once it is gone. */
function look(pid: number): { readonly megabytes: number; readonly cpu: number } | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return { megabytes: (pages * 4096) / 1e6, cpu: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch {
    return undefined;
  }
}

interface Watched {
  readonly stage: string;
  seconds: number;
  cpu: number;
  peak: number;
  /** Longest time between two lines of progress, and the line before it. */
  silence: number;
  after: string;
}

/** Runs the command line and watches it from outside. Stages are told apart by what it says. */
async function watch(bin: string, folder: string, args: readonly string[]): Promise<Watched[]> {
  const child = execa(process.execPath, [bin, ...args], { cwd: folder, buffer: false, reject: false });
  const pid = child.pid!;
  const started = performance.now();
  const stages: Watched[] = [{ stage: 'start', seconds: 0, cpu: 0, peak: 0, silence: 0, after: '' }];
  let since = { at: started, cpu: 0, said: started };
  let last = '';
  let latest = 0;
  const sample = (): void => {
    const seen = look(pid);
    if (seen === undefined) return;
    latest = seen.cpu;
    stages.at(-1)!.peak = Math.max(stages.at(-1)!.peak, seen.megabytes);
  };
  const close = (now: number): void => {
    const stage = stages.at(-1)!;
    stage.seconds = (now - since.at) / 1000;
    stage.cpu = latest - since.cpu;
    since = { at: now, cpu: latest, said: now };
  };
  const timer = setInterval(sample, 20);
  for await (const line of createInterface({ input: child.stderr })) {
    const now = performance.now();
    sample();
    const stage = stages.at(-1)!;
    const silence = (now - since.said) / 1000;
    if (silence > stage.silence) Object.assign(stage, { silence, after: last.trim() });
    last = line;
    since.said = now;
    const starting = /^· (\S+) starts/.exec(line)?.[1];
    if (starting === undefined) {
      if (!line.startsWith('  ')) console.log(`    ${line}`);
      continue;
    }
    close(now);
    stages.push({ stage: starting, seconds: 0, cpu: 0, peak: 0, silence: 0, after: '' });
  }
  const { exitCode } = await child;
  clearInterval(timer);
  close(performance.now());
  console.log(`    exit ${exitCode}`);
  return stages;
}

const line = ({ stage, seconds, cpu, peak, silence, after }: Watched): string =>
  `${stage.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s   CPU ${cpu.toFixed(1).padStart(7)} s   peak ${peak.toFixed(0).padStart(5)} MB   longest silence ${silence.toFixed(1)} s${after === '' ? '' : ` (after: ${after})`}`;

function told(title: string, stages: readonly Watched[]): void {
  console.log(`\n${title}`);
  for (const stage of stages) console.log(`  ${line(stage)}`);
  const sum = (of: (stage: Watched) => number): number =>
    stages.reduce((total, stage) => total + of(stage), 0);
  const most = (of: (stage: Watched) => number): number => Math.max(...stages.map(of));
  console.log(
    `  ${line({
      stage: 'whole',
      seconds: sum((stage) => stage.seconds),
      cpu: sum((stage) => stage.cpu),
      peak: most((stage) => stage.peak),
      silence: most((stage) => stage.silence),
      after: '',
    })}`,
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { bin: { type: 'string' }, model: { type: 'string' } },
});
const rows = Number(positionals[0] ?? 1_000_000);
const bin = values.bin ?? fileURLToPath(new URL('../bin/aieng.js', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'aieng-million-'));
try {
  const path = join(folder, 'rows.csv');
  await generate(path, rows);
  console.log(
    `${rows.toLocaleString('en')} rows × ${floats + categories.length + 2} columns, ${((await stat(path)).size / 1e6).toFixed(0)} MB`,
  );
  told(
    'init',
    await watch(bin, folder, [
      'init',
      '--from',
      'rows.csv',
      '--label',
      'label',
      '--name',
      'rows',
      '--verbose',
    ]),
  );
  if (values.model !== undefined)
    await appendFile(join(folder, 'pipelines', 'rows.yaml'), `\nmodel: ${values.model}\n`);
  told('run', await watch(bin, folder, ['run', 'rows', '--verbose']));
} finally {
  await rm(folder, { recursive: true });
}
