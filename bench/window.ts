// What a look at the newest 10,000 predictions costs, however long the log is: time, bytes read and peak memory of reading
// the window, beside reading the whole log in the same run (what a look did before).
//   npx tsx bench/window.ts [rows]
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readEnvironment } from '../src/environment/index.ts';
import { readLabelledWindow } from '../src/traffic/labelled.ts';
import { outcomeReader } from '../src/traffic/outcome.ts';
import { openPredictionLog } from '../src/traffic/predictionLog.ts';
import { readLog } from '../src/traffic/readLog.ts';

const rows = Number(process.argv[2] ?? 600_000);
const environment = readEnvironment({ variables: {}, cwd: process.cwd() });
const folder = await mkdtemp(path.join(os.tmpdir(), 'aieng-bench-window-'));
const now = environment.now();

try {
  const log = openPredictionLog({ folder: path.join(folder, 'one'), aieng: 'bench', flushRecords: 5000 });
  let oldest = '';
  for (let at = 0; at < rows; at += 1) {
    const id = environment.newId();
    if (at === 0) oldest = id;
    log.prediction({
      id,
      rowId: `customer-${at}`,
      at: now - (rows - at),
      version: 1,
      bundle: 'b'.repeat(64),
      features: Object.fromEntries(
        Array.from({ length: 15 }, (_, n) => [`column_${n}`, n % 3 === 0 ? `w${at % 7}` : at / (n + 1)]),
      ),
      prediction: 'Yes',
      scores: [0.25, 0.75],
    });
    if (at % 5000 === 4999) await log.flush();
  }
  // One old label, and one by row: what used to make a look read everything again.
  await log.labels([
    { id: oldest, label: 'Yes', at: now },
    { id: 'customer-3', label: 'No', at: now },
  ]);
  await log.close();
  const measure = async (what: string, work: () => Promise<string>): Promise<void> => {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
    const started = performance.now();
    const said = await work();
    const seconds = (performance.now() - started) / 1000;
    clearInterval(watch);
    peak = Math.max(peak, process.memoryUsage().rss);
    console.log(`${what}: ${seconds.toFixed(2)} s, +${Math.round((peak - before) / 1e6)} MB; ${said}`);
  };
  await measure(`the newest 10,000 of ${rows.toLocaleString('en-US')} rows`, async () => {
    const meter = { bytes: 0 };
    const { predictions, account } = await readLabelledWindow(
      {
        logFolder: folder,
        doors: [],
        read: outcomeReader({ kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' }),
        expiredBefore: null,
        window: { fromMs: -Infinity, lastRows: 10_000, bundle: 'b'.repeat(64) },
      },
      meter,
    );
    return `${(meter.bytes / 1e6).toFixed(1)} MB read, ${predictions.length} rows, ${account.outside} labels outside`;
  });
  await measure('the whole log', async () => `${(await readLog(folder)).predictions.length} rows`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
