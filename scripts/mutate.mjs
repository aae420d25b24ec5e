// `node scripts/mutate.mjs <room …> [--files glob …] [--changed] [--survivors] [--sample share [--seed text]] [--quick]`: plants small faults in the files of a room
// one at a time (StrykerJS) and counts how many the room's own tests notice. Exits 1 where a room is below 85 %.
//   --files      only these files of the room (an idea for a while of editing; no verdict)
//   --changed    keeps what the last run found for faults whose code and tests are as they were
//   --survivors  lists the faults that no test noticed
//   --sample     plants only this share of the faults (0.2: a fifth), always the same ones: an estimate in a fifth of the time
//   --quick      leaves out faults in constants, for which every test has to be run: a tenth of the faults and most of the time
//   --seed       draws another sample: what tests written for the survivors of one sample are worth is told by another
// Rooms are named in scripts/mutation/rooms.mjs. The whole report is node_modules/.cache/aieng-mutation/<room>.json.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

import { Stryker } from '@stryker-mutator/core';

import { addMutators, ours, plant } from './mutation/mutators.mjs';
import { neverMutated, rooms } from './mutation/rooms.mjs';

/** The share of planted faults that a room's tests have to notice. */
const threshold = 0.85;
const root = path.resolve(import.meta.dirname, '..');
const cache = path.join(root, 'node_modules', '.cache', 'aieng-mutation');

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', multiple: true, default: [] },
    changed: { type: 'boolean', default: false },
    survivors: { type: 'boolean', default: false },
    sample: { type: 'string', default: '1' },
    seed: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
  },
});

const sampled = Number(flags.sample);
if (!(sampled > 0 && sampled <= 1)) {
  console.error(`--sample: expected a share above 0 and at most 1, got ${flags.sample}`);
  process.exit(2);
}

/** @param {string} name @param {import('./mutation/rooms.mjs').Room} room */
function options(name, room) {
  return {
    mutate: [...(flags.files.length > 0 ? flags.files : room.mutate), ...neverMutated],
    testRunner: 'vitest',
    // No test notices a fault in a file that it does not import: a fault in a constant needs no others.
    vitest: { configFile: 'scripts/mutation/vitest.config.mjs', related: true },
    plugins: ['@stryker-mutator/vitest-runner'],
    coverageAnalysis: 'perTest',
    ignoreStatic: flags.quick,
    concurrency: 1,
    timeoutMS: 10_000,
    // A room of trainings on a machine that is busy with others.
    dryRunTimeoutMinutes: 30,
    // What the tests read; all the rest need not be copied for every room.
    ignorePatterns: [
      '/*',
      '!/src',
      '!/test',
      '!/scripts',
      '!/pipelines',
      '!/fixtures',
      '!/package.json',
      '!/tsconfig.json',
    ],
    tempDirName: `.stryker-tmp/${name}`,
    cleanTempDir: 'always',
    allowEmpty: true,
    reporters: ['json', ...(process.stdout.isTTY ? ['progress'] : ['progress-append-only'])],
    jsonReporter: { fileName: path.join(cache, `${name}.json`) },
    incremental: flags.changed,
    incrementalFile: path.join(
      cache,
      `${name}.${sampled === 1 ? '' : `${sampled}${flags.seed}.`}incremental.json`,
    ),
    logLevel: 'warn',
  };
}

/** @typedef {Awaited<ReturnType<Stryker['runMutationTest']>>[number]} Mutant */
/** @typedef {{killed: number, all: number}} Score */

/** @param {Mutant[]} mutants @returns {Score} */
function scoreOf(mutants) {
  const judged = mutants.filter(
    ({ status }) => !['Ignored', 'CompileError', 'RuntimeError'].includes(status),
  );
  return {
    killed: judged.filter(({ status }) => status === 'Killed' || status === 'Timeout').length,
    all: judged.length,
  };
}

/** @param {Score} score */
const share = ({ killed, all }) => (all === 0 ? 1 : killed / all);
/** @param {Score} score */
const told = (score) => `${score.killed} of ${score.all} (${(100 * share(score)).toFixed(1)} %)`;

/** @param {Mutant[]} mutants */
function tellSurvivors(mutants) {
  for (const { status, fileName, location, mutatorName, replacement } of mutants) {
    if (status !== 'Survived' && status !== 'NoCoverage') continue;
    const at = `${path.relative(root, fileName)}:${location.start.line}:${location.start.column + 1}`;
    const note = status === 'NoCoverage' ? ', no test runs it' : '';
    console.log(`  ${at} ${mutatorName}${note}: ${replacement.replaceAll(/\s+/g, ' ').slice(0, 120)}`);
  }
}

/** @param {string} name @returns {Promise<boolean>} whether enough of its faults were noticed */
async function mutateRoom(name) {
  const room = rooms[name];
  plant({ properties: room.keys === true, share: sampled, seed: flags.seed });
  process.env.AIENG_MUTATION_TESTS = JSON.stringify(room.tests);
  const started = performance.now();
  const mutants = await new Stryker(options(name, room)).runMutationTest();
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  if (flags.survivors) tellSurvivors(mutants);
  const score = scoreOf(mutants);
  const margin =
    sampled === 1
      ? ''
      : ` ± ${(196 * Math.sqrt((share(score) * (1 - share(score))) / score.all)).toFixed(1)}`;
  const own = scoreOf(mutants.filter(({ mutatorName }) => ours.includes(mutatorName)));
  const theirs = scoreOf(mutants.filter(({ mutatorName }) => !ours.includes(mutatorName)));
  console.log(
    `${name}: ${told(score)}${margin} noticed in ${minutes} min; StrykerJS's own ${told(theirs)}, numbers and arguments ${told(own)}`,
  );
  rmSync(path.join(root, '.stryker-tmp', name), { recursive: true, force: true });
  // A room without a fault is a room whose files have moved: no check that cannot fail.
  if (score.all === 0)
    console.log(`${name}: nothing was planted; are its files where scripts/mutation/rooms.mjs says?`);
  const passed = score.all > 0 && share(score) >= threshold && share(theirs) >= threshold;
  return passed || flags.files.length > 0 || flags.quick;
}

const names = positionals.length > 0 ? positionals : Object.keys(rooms);
const unknown = names.find((name) => rooms[name] === undefined);
if (unknown !== undefined) {
  console.error(`there is no room "${unknown}"; the rooms are ${Object.keys(rooms).join(', ')}`);
  process.exit(2);
}
process.chdir(root);
mkdirSync(cache, { recursive: true });
await addMutators();
const below = [];
for (const name of names) if (!(await mutateRoom(name))) below.push(name);
if (flags.files.length > 0 || flags.quick) process.exit(0);
console.log(
  below.length === 0
    ? `mutation: every room notices at least ${100 * threshold} % of the faults`
    : `mutation: below ${100 * threshold} %: ${below.join(', ')}`,
);
process.exitCode = below.length === 0 ? 0 : 1;
