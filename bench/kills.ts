/**
 * Bad days: kill -9 at random instants of a retraining that promotes and deploys, of the supervisor, of workers and of
 * `gc`; a full disk, on which worker and supervisor are killed too, and one that takes no writes. After each: the old or the new version answers, `doctor` finds
 * nothing, the next command works, what serves is what the history says, no process and no half-written file is left,
 * and the log lacks nothing but its documented tail.
 *
 *   npx tsx bench/kills.ts [--retrain 40] [--each 20] [--seed 1] [--rows retrain,supervisor,workers,gc,full,readonly]
 *
 * The built command line is what is killed. The rows of disks need root (they mount a small tmpfs); elsewhere they say so.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seeded } from './fuzzRequests.ts';
import { brokenDisk } from './killsDisk.ts';
import { killGc, killRetrain, killSupervisor, killWorkers } from './killsRows.ts';
import type { Row } from './killsRows.ts';
import { KillsProject } from './killsProject.ts';

const { values: flags } = parseArgs({
  options: {
    retrain: { type: 'string', default: '40' },
    each: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    rows: { type: 'string', default: 'retrain,supervisor,workers,gc,full,readonly' },
  },
});

const rows: Readonly<Record<string, { readonly times: number; readonly run: Row }>> = {
  retrain: { times: Number(flags.retrain), run: killRetrain },
  supervisor: { times: Number(flags.each), run: killSupervisor },
  workers: { times: Number(flags.each), run: killWorkers },
  gc: { times: Number(flags.each), run: killGc },
  full: { times: 1, run: brokenDisk('full') },
  readonly: { times: 1, run: brokenDisk('read-only') },
};

const root = mkdtempSync(join(tmpdir(), 'aieng-kills-'));
const random = seeded(Number(flags.seed));
const folder = join(root, 'project');
mkdirSync(folder);
const faults: string[] = [];
const told: string[] = [];
let project: KillsProject | undefined;
try {
  project = await KillsProject.create(folder);
  const copy = join(root, 'copy');
  project.keepCopy(copy);
  for (const name of flags.rows.split(',')) {
    const row = rows[name];
    if (row === undefined)
      throw new RangeError(`there is no row "${name}"; there are ${Object.keys(rows).join(', ')}`);
    const { figures, wrong } = await row.run({ project, copy, random, times: row.times });
    console.log(`${name.padEnd(11)} ${figures}; ${wrong.length} wrong`);
    for (const fault of wrong) console.log(`  WRONG ${fault}`);
    told.push(`${name} ${figures}`);
    faults.push(...wrong);
  }
} finally {
  await project?.aieng('destroy', 'churn').catch(() => undefined);
  rmSync(root, { recursive: true, force: true });
}
console.log(
  `kills: ${told.join(' · ')}; ${faults.length === 0 ? 'nothing wrong' : `${faults.length} WRONG`}`,
);
if (faults.length > 0) process.exitCode = 1;
