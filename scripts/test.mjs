#!/usr/bin/env node
// `npm test`: everything that has to hold, two steps at a time. `--thorough` runs the suites that take longest instead,
// `--system` those with servers, kills and packages, `--places` those with engines, registries, databases and cron (two
// of them in one call run beside each other); `--lint` how the sources are written, which no test can notice.
// The last line is `N passed, N failed`: every test of vitest and every other step counts as one. A skipped test is
// printed, and fails the run unless test/allowed-skips.json has it ([{"test": name or how it begins, "reason": why,
// "unless": a path relative to the root}]: allowed only where that path is not there).
import { Buffer } from 'node:buffer';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, 'node_modules', '.cache', 'aieng-test');
const atOnce = 2;

/**
 * @typedef {{name: string, command: string[], after?: string, results?: string}} Step `after`: the step that must
 *   have passed before; `results`: where vitest writes its JSON report
 * @typedef {{passed: number, failed: number, skipped: string[]}} Count
 */

/** @param {string} name @param {string[]} args */
const tool = (name, ...args) => [join(root, 'node_modules', '.bin', name), ...args];

/** @param {string} project @param {string} [after] @param {number} [workers] files at a time @returns {Step} */
function vitest(project, after, workers = 1) {
  const results = join(cache, `${project}.json`);
  const how = [`--maxWorkers=${Math.max(1, Math.floor(workers))}`, '--passWithNoTests'];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  return {
    name: `${project} tests`,
    command: tool('vitest', 'run', '--project', project, ...how, ...reporters),
    results,
    ...(after === undefined ? {} : { after }),
  };
}

/** @returns {Step[]} the long ones first, so that the two lanes end together */
function steps() {
  // With declarations only where the package is tested.
  const quick = process.argv.includes('--system') ? [] : ['--quick'];
  const build = { name: 'build', command: [process.execPath, join(root, 'scripts', 'build.mjs'), ...quick] };
  const asked = ['thorough', 'system', 'places'].filter((name) => process.argv.includes(`--${name}`));
  if (asked.length > 0) return [build, ...asked.map((name) => vitest(name, 'build', atOnce / asked.length))];
  if (process.argv.includes('--lint'))
    return [
      { name: 'lint', command: tool('eslint', '.') },
      { name: 'format', command: tool('prettier', '--check', '.') },
      build,
      { name: 'dead code', command: tool('knip'), after: 'build' },
    ];
  return [
    vitest('unit'),
    build,
    vitest('conformance'),
    vitest('cli', 'build'),
    vitest('mocking'),
    { name: 'types', command: tool('tsc', '--noEmit', '-p', '.') },
    {
      name: 'architecture',
      command: tool('depcruise', '--config', '.dependency-cruiser.mjs', 'src', 'bin'),
      after: 'build',
    },
    { name: 'house', command: [process.execPath, join(root, 'scripts', 'house.mjs')] },
    { name: 'docs', command: tool('tsx', 'scripts/docs.ts', '--check') },
    { name: 'kernel', command: [process.execPath, join(root, 'scripts', 'kernel.mjs'), '--check'] },
  ];
}

const environment = { ...process.env, NO_COLOR: '1', CI: process.env.CI ?? '1' };
// What the tests start must not see where and how the tests themselves were started.
for (const name of [
  'AIENG_STORE',
  'FORCE_COLOR',
  'GITHUB_ACTIONS',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_WORKSPACE',
]) {
  delete environment[name];
}

/** @param {Step} step @returns {Promise<{ok: boolean, output: string, seconds: string}>} */
function runStep({ command: [program, ...args] }) {
  const started = performance.now();
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    const finish = (ok, more = '') =>
      done({
        ok,
        output: Buffer.concat(chunks).toString() + more,
        seconds: `${((performance.now() - started) / 1000).toFixed(1)} s`,
      });
    child.on('error', (error) => finish(false, `${error.message}\n`));
    child.on('close', (code) => finish(code === 0));
  });
}

/** @param {Step} step @param {boolean} ok @returns {Count} */
function countOf({ name, results }, ok) {
  const alone = { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [] };
  if (results === undefined || !existsSync(results)) return alone;
  const report = JSON.parse(readFileSync(results, 'utf8'));
  const skipped = report.testResults.flatMap((file) =>
    file.assertionResults
      .filter(({ status }) => !['passed', 'failed'].includes(status))
      .map(({ fullName }) => `${relative(root, file.name)} > ${fullName}`),
  );
  // A file that could not even be loaded has no test that failed.
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  const failed = report.numFailedTests + unloaded;
  if (!ok && failed === 0) console.log(`${name} failed outside of its tests.`);
  return { passed: report.numPassedTests, failed: ok ? failed : Math.max(1, failed), skipped };
}

/** @returns {(name: string) => string | undefined} why a test may be skipped here, undefined where it may not */
function allowedSkips() {
  const file = join(root, 'test', 'allowed-skips.json');
  const entries = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const exists = (path) => path !== undefined && existsSync(resolve(root, path));
  // `unless` is a path that a machine with the real part has; `where` one that a test wrote when the part did not start.
  const here = entries.filter(({ unless, where }) => !exists(unless) || exists(where));
  return (name) => here.find(({ test }) => name === test || name.startsWith(`${test} `))?.reason;
}

/** @param {Count} total @returns {number} how many skips nobody allowed */
function tellSkips({ skipped }) {
  const allowed = allowedSkips();
  for (const name of skipped) console.log(`skipped: ${name} (${allowed(name) ?? 'NOT ALLOWED'})`);
  return skipped.filter((name) => allowed(name) === undefined).length;
}

function setUp() {
  const args = [join(root, 'scripts', 'setup.mjs'), '--no-build'];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.log('0 passed, 1 failed');
    process.exit(1);
  }
}

async function runAll() {
  const waiting = steps();
  /** @type {Map<string, boolean>} */
  const ended = new Map();
  /** @type {Count} */
  const total = { passed: 0, failed: 0, skipped: [] };
  const running = new Set();
  const isReady = ({ after }) => after === undefined || ended.has(after);
  while (waiting.length > 0 || running.size > 0) {
    const index = waiting.findIndex(isReady);
    if (running.size >= atOnce || index < 0) {
      await Promise.race(running);
      continue;
    }
    const [step] = waiting.splice(index, 1);
    console.log(`… ${step.name}`);
    const work = perform(step, total, ended).finally(() => running.delete(work));
    running.add(work);
  }
  return total;
}

/** @param {Step} step @param {Count} total @param {Map<string, boolean>} ended */
async function perform(step, total, ended) {
  const blocked = step.after !== undefined && ended.get(step.after) === false;
  if (step.results !== undefined) rmSync(step.results, { force: true });
  const { ok, output, seconds } = blocked
    ? { ok: false, output: `not run: ${step.after} failed\n`, seconds: '0.0 s' }
    : await runStep(step);
  ended.set(step.name, ok);
  const count = countOf(step, ok);
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped.push(...count.skipped);
  const tests = step.results === undefined ? '' : `  ${count.passed} passed, ${count.failed} failed`;
  console.log(`${ok ? '✔' : '✖'} ${step.name.padEnd(18)} ${seconds.padStart(8)}${tests}`);
  if (!ok) console.log(output.trimEnd().replace(/^/gm, '    '));
}

mkdirSync(cache, { recursive: true });
setUp();
const total = await runAll();
total.failed += tellSkips(total);
const skips = total.skipped.length === 0 ? '' : `, ${total.skipped.length} skipped`;
console.log(`${total.passed} passed, ${total.failed} failed${skips}`);
process.exitCode = total.failed === 0 ? 0 : 1;
