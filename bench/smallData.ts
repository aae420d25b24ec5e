// `npm run long -- small-data [runs] [words of a case]`: how often a pipeline on few rows passes its gate, on data whose truth is known, and how
// often `auto` finds that a truth is linear. The real stages run, on defaults but for the family; the job fails where a rate leaves its bounds
// by more than chance.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cascade } from '../src/cascade/cascade.ts';
import { fakeEnvironment } from '../src/environment/index.ts';
import type { Context } from '../src/project/context.ts';
import { createRandom } from '../src/random.ts';
import { openStore } from '../src/store/index.ts';
import { outputOf } from '../src/tracking/stages.ts';

const runs = Number(process.argv[2] ?? 40);

/** Ten figures, five of which tell the answer; `strength` is the log odds that one standard deviation of each moves. */
function table(rows: number, strength: number, base: number, seed: string): string {
  const random = createRandom(seed);
  const names = Array.from({ length: 10 }, (_, column) => `x${column}`);
  const lines = Array.from({ length: rows }, (_, at) => {
    const cells = names.map(() => random.normal());
    const odds = base + strength * cells.slice(0, 5).reduce((sum, cell) => sum + cell, 0);
    const yes = random.next() < 1 / (1 + Math.exp(-odds));
    return [`r${at}`, ...cells.map((cell) => cell.toFixed(3)), yes ? 'yes' : 'no'].join(',');
  });
  return `id,${names.join(',')},y\n${lines.join('\n')}\n`;
}

async function passes(
  csv: string,
  family: string,
): Promise<{ passed: boolean; byTest: boolean; kept: string }> {
  const root = mkdtempSync(join(tmpdir(), 'aieng-small-'));
  try {
    for (const folder of ['pipelines', 'data']) mkdirSync(join(root, folder));
    const pipeline = `source: data/rows.csv\nrow_id: id\nlabel: { column: y, positive: 'yes' }\nsplit: { strategy: stratified }\nmodel: { family: ${family}, backend: wasm }\n`;
    writeFileSync(join(root, 'pipelines', 'p.yaml'), pipeline);
    writeFileSync(join(root, 'data', 'rows.csv'), csv);
    const environment = fakeEnvironment({ cwd: root });
    const context: Context = {
      root,
      store: await openStore({ folder: join(root, '.aieng'), environment }),
      environment,
      git: () => Promise.resolve(null),
      progress: () => undefined,
      signal: new AbortController().signal,
      command: 'bench',
    };
    const { last } = await cascade(context, 'train', { waitMs: 0, only: false });
    const { verdict, evaluation, model } = outputOf.train(last);
    const worst = Math.min(...evaluation.baselines.map(({ improvement }) => improvement?.low ?? -1));
    return { passed: verdict.passed, byTest: worst > 0, kept: model.family };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

interface Truth {
  readonly name: string;
  readonly rows: number;
  readonly strength: number;
  readonly base: number;
  /** Bounds of how often it passes. */
  readonly low: number;
  readonly high: number;
  /** So often at least `auto` keeps the linear family, which is the truth. */
  readonly linear?: number;
}

const truths: readonly Truth[] = [
  { name: 'AUC .86, 2,000 rows', rows: 2000, strength: 0.75, base: 0, low: 0.98, high: 1, linear: 0.9 },
  { name: 'AUC .72, 1,000 rows', rows: 1000, strength: 0.385, base: 0, low: 0.95, high: 1 },
  { name: 'AUC .72, 500 rows', rows: 500, strength: 0.385, base: 0, low: 0.8, high: 1 },
  { name: 'AUC .72, 300 rows', rows: 300, strength: 0.385, base: 0, low: 0.5, high: 1 },
  { name: 'noise, 150 rows', rows: 150, strength: 0, base: 0, low: 0, high: 0.03 },
];
// `auto` may ship one rule where nothing is better than that.
const cases = truths.flatMap((truth) => ['linear', 'auto'].map((family) => ({ ...truth, family })));

let outside = 0;
const asked = process.argv[3] ?? '';
let judged = 0;
for (const { name, family, rows, strength, base, low, high, linear } of cases) {
  if (!`${family}: ${name}`.includes(asked)) continue;
  judged += 1;
  let hits = 0;
  let before = 0;
  let rules = 0;
  let found = 0;
  for (let run = 0; run < runs; run += 1) {
    const csv = table(rows, strength, base, `small/${name}/${run}`);
    const { passed, byTest, kept } = await passes(csv, family);
    if (passed) hits += 1;
    if (passed && kept === 'rule') rules += 1;
    if (kept === 'linear') found += 1;
    if (byTest) before += 1;
  }
  const rate = hits / runs;
  const slackOf = (share: number): number =>
    2 * Math.sqrt((Math.max(0.05, share) * Math.max(0.05, 1 - share)) / runs);
  const asLinear = family === 'auto' ? (linear ?? 0) : 0;
  const fits =
    rate >= low - slackOf(rate) &&
    rate <= high + slackOf(rate) &&
    found / runs >= asLinear - slackOf(found / runs);
  if (!fits) outside += 1;
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  console.log(
    `${fits ? '✔' : '✖'} ${family}, ${name}: passes ${percent(rate)} (${percent(low)} to ${percent(high)}), by the test part alone ${percent(before / runs)}${rules === 0 ? '' : `, as one rule ${percent(rules / runs)}`}${family === 'auto' ? `, linear is kept in ${percent(found / runs)}${asLinear > 0 ? ` (at least ${percent(asLinear)})` : ''}` : ''}`,
  );
}
console.log(`small data: ${judged - outside} of ${judged} rates within their bounds, ${runs} runs each`);
process.exitCode = outside === 0 ? 0 : 1;
