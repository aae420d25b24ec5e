// `npm run long -- bikes [months] [chart.svg]`: a year of bikes hired by the hour, lived through on the built command line as
// cron would. A model of 2011 is asked for 2012 week by week (`predict --log`), labels come by row id in a file that grows, and
// each week ends with `monitor` and `retrain`. Beside it: the same model refitted on everything at the end of every month, and
// the one of 2011 left alone. Only the clock is moved (bench/clock.mjs). Fails where the loop is more than 2 % worse than
// refitting, trains more than half as often, or alarms for ever. Reads data that is not part of this repository, and is skipped
// where that is absent.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { monthChart } from './bikesChart.ts';
import type { Month } from './bikesChart.ts';

const root = path.resolve(import.meta.dirname, '..');
const hours = fileURLToPath(new URL('../../shared/data/reference/bike-sharing/hour.csv', import.meta.url));
const months = Number(process.argv[2] ?? 12);
const chart = process.argv[3];
const hourMs = 3_600_000;
const weekMs = 168 * hourMs;
const start = Date.UTC(2012, 0, 1);
const monthAt = (month: number): number => Date.UTC(2012, month, 1);
const end = monthAt(months);

/** Weather and calendar move with the seasons, which is no fault: what is watched is how good the answers are. */
const seasons = '[dteday, season, mnth, holiday, weathersit, temp, atemp, hum, windspeed]';
const pipelineOf = (split: string, gates: string): string => `goal: "How many bikes are hired in an hour."
source: data/hours.csv
schema: pipelines/bikes.schema.json
label: { column: cnt, task: regression }
row_id: instant
time: dteday
split: ${split}
features: { drop: [registered, casual, yr] }
model: { family: gbdt }
evaluation: { metric: rmse, gates: ${gates} }
monitor:
  labels: data/labels.csv
  window_hours: 800
  drift: { min_effect: 1, ignore: ${seasons} }
# Trees of 12,000 rows cost seconds; the point is what a training is worth: at most one in nine weeks, and only where it got worse.
retrain: { triggers: { drift: false, every_days: null }, cooldown_hours: 1512 }
`;
const ofLoop = pipelineOf('{ strategy: time }', '[{ better_than: baseline }]');
/** Refitting has nothing to judge: nearly all rows teach, up to the last day. */
const ofRefits = pipelineOf('{ strategy: time, train: 0.96, validation: 0.03, test: 0.01 }', '[]');

const [header = '', ...lines] = existsSync(hours) ? readFileSync(hours, 'utf8').trimEnd().split(/\r?\n/) : [];
const names = header.split(',');
const cell = (line: string, name: string): string => line.split(',')[names.indexOf(name)] ?? '';
const between = (from: number, to: number): readonly string[] =>
  lines.filter((line) => Date.parse(cell(line, 'dteday')) >= from && Date.parse(cell(line, 'dteday')) < to);
const text = (rows: readonly string[]): string => `${rows.join('\n')}\n`;

interface Told {
  readonly decision?: string;
  readonly alarms?: readonly { readonly kind: string }[];
  readonly result?: { readonly trainingRows?: number | null; readonly because?: string };
}

/** A project of its own, whose commands live at a time that they are told. */
class Place {
  readonly folder: string;
  constructor(name: string) {
    this.folder = mkdtempSync(path.join(tmpdir(), `aieng-bikes-${name}-`));
    mkdirSync(path.join(this.folder, 'data'));
  }
  write(file: string, rows: readonly string[]): void {
    writeFileSync(path.join(this.folder, file), text(rows));
  }
  run(now: number, ...args: readonly string[]): Promise<Told> {
    const preload = ['--import', path.join(root, 'bench', 'clock.mjs'), path.join(root, 'bin', 'aieng.js')];
    const env = { ...process.env, BENCH_CLOCK: new Date(now).toISOString() };
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [...preload, ...args, '--json'],
        { cwd: this.folder, env, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          // 5: an alarm, which is what is looked for.
          if (error === null || error.code === 5) resolve(JSON.parse(stdout) as Told);
          else reject(new Error(`aieng ${args.join(' ')}: exit ${String(error.code)}\n${stderr}\n${stdout}`));
        },
      );
    });
  }
  async begin(pipeline: string): Promise<void> {
    this.write('data/hours.csv', [header, ...between(0, start)]);
    this.write('data/labels.csv', ['instant,cnt']);
    await this.run(start - hourMs, 'init', '--from', 'data/hours.csv', '--label', 'cnt', '--name', 'bikes');
    writeFileSync(path.join(this.folder, 'pipelines/bikes.yaml'), pipeline);
    await this.run(start - hourMs, 'run', 'bikes');
  }
  /** Asks for rows whose outcome nobody knows yet. */
  async ask(now: number, bundle: string, rows: readonly string[], log: boolean): Promise<readonly Answer[]> {
    this.write(
      'data/asked.csv',
      [header, ...rows].map((line) => line.split(',').slice(0, -3).join(',')),
    );
    const files = ['data/asked.csv', '-o', 'data/answers.csv'];
    await this.run(now, 'predict', bundle, ...files, ...(log ? ['--log'] : []));
    const told: Record<string, string>[] = parse(readFileSync(path.join(this.folder, 'data/answers.csv')), {
      columns: true,
    });
    return told.map(({ id = '', prediction }) => [id, Number(prediction)] as const);
  }
  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
type Answer = readonly [id: string, prediction: number];

interface Look {
  readonly at: number;
  readonly alarmed: boolean;
  readonly trained: boolean;
  readonly promoted: boolean;
}

/** The loop: a week of answers, their labels, a look, and a retraining where there is cause. */
async function liveThrough(): Promise<{
  readonly answers: Map<string, number>;
  readonly looks: readonly Look[];
}> {
  const place = new Place('loop');
  await place.begin(ofLoop);
  const answers = new Map<string, number>();
  const labels = ['instant,cnt'];
  const looks: Look[] = [];
  for (let from = start; from < end; from += weekMs) {
    const at = Math.min(end, from + weekMs);
    const rows = between(from, at);
    for (const [id, answer] of await place.ask(at - 3 * hourMs, 'bikes', rows, true)) answers.set(id, answer);
    labels.push(...rows.map((line) => `${cell(line, 'instant')},${cell(line, 'cnt')}`));
    place.write('data/labels.csv', labels);
    const { alarms = [] } = await place.run(at, 'monitor', 'bikes');
    const { decision = '', result } = await place.run(at, 'retrain', 'bikes');
    const trained = (result?.trainingRows ?? null) !== null;
    looks.push({ at, alarmed: alarms.length > 0, trained, promoted: decision === 'promoted' });
    const said = alarms.map(({ kind }) => kind).join(', ');
    console.log(
      `${new Date(at).toISOString().slice(0, 10)} ${said === '' ? 'calm' : said}; ${decision}${trained ? `: ${result?.because ?? ''}` : ''}`,
    );
  }
  place.end();
  return { answers, looks };
}

/** Refitting at the end of every month, and the first model left alone. */
async function refitMonthly(): Promise<{
  readonly refits: Map<string, number>;
  readonly never: Map<string, number>;
}> {
  const place = new Place('refits');
  await place.begin(ofRefits);
  const [refits, never] = [new Map<string, number>(), new Map<string, number>()];
  for (let month = 0; month < months; month += 1) {
    const rows = between(monthAt(month), monthAt(month + 1));
    if (month > 0) {
      place.write('data/hours.csv', [header, ...between(0, monthAt(month))]);
      await place.run(monthAt(month), 'run', 'bikes');
    }
    for (const [id, answer] of await place.ask(monthAt(month), 'bikes', rows, false)) refits.set(id, answer);
    for (const [id, answer] of await place.ask(monthAt(month), 'bikes@1', rows, false)) never.set(id, answer);
  }
  place.end();
  return { refits, never };
}

function rmse(answers: ReadonlyMap<string, number>, rows: readonly string[]): number {
  const errors = rows.map(
    (line) => (answers.get(cell(line, 'instant')) ?? Number.NaN) - Number(cell(line, 'cnt')),
  );
  return Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
}

/** The longest run of looks that alarm. */
const longestAlarm = (looks: readonly Look[]): number =>
  looks.reduce(
    ({ now, most }, { alarmed }) => {
      const next = alarmed ? now + 1 : 0;
      return { now: next, most: Math.max(most, next) };
    },
    { now: 0, most: 0 },
  ).most;

async function main(): Promise<void> {
  const [{ answers: loop, looks }, { refits, never }] = await Promise.all([liveThrough(), refitMonthly()]);
  const told = Array.from({ length: months }, (_, month): Month => {
    const rows = between(monthAt(month), monthAt(month + 1));
    const own = looks.filter(({ at }) => at > monthAt(month) && at <= monthAt(month + 1));
    return {
      month: month + 1,
      ...{ loop: rmse(loop, rows), refits: rmse(refits, rows), never: rmse(never, rows) },
      trainings: own.filter(({ trained }) => trained).length,
      promotions: own.filter(({ promoted }) => promoted).length,
      ...{ looks: own.length, alarmed: own.filter(({ alarmed }) => alarmed).length },
    };
  });
  console.log('\nmonth | loop | refits | never | trainings, promotions | looks that alarm');
  for (const each of told)
    console.log(
      `${each.month} | ${each.loop.toFixed(1)} | ${each.refits.toFixed(1)} | ${each.never.toFixed(1)} | ${each.trainings}, ${each.promotions} | ${each.alarmed} of ${each.looks}`,
    );
  if (chart !== undefined) writeFileSync(chart, monthChart(told));
  const year = between(start, end);
  const ratio = rmse(loop, year) / rmse(refits, year);
  const trainings = looks.filter(({ trained }) => trained).length;
  const half = (months - 1) / 2;
  const stuck = longestAlarm(looks);
  const fits = ratio <= 1.02 && trainings <= half && stuck <= 13;
  console.log(
    `${fits ? '✔' : '✖'} bikes, ${months} months: RMSE ${rmse(loop, year).toFixed(1)}, ${ratio.toFixed(3)} × refitting every month (${rmse(refits, year).toFixed(1)}; left alone ${rmse(never, year).toFixed(1)}) with ${trainings} trainings against ${months - 1}; at most ${stuck} weeks of alarm at a stretch`,
  );
  if (months === 12 && !fits) process.exitCode = 1;
}

if (lines.length === 0) console.log(`bikes: skipped, ${hours} is not provided here`);
else await main();
