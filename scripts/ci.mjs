// What `.ci/run` runs: npm test, lint, the pages of the API, the demos, the thorough stage, the system and places stages beside each other, and the
// short forms of the long jobs.
// Every stage runs even when one before it failed; the last line counts them all.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { installSystemPackages } from './systemPackages.mjs';

const root = path.resolve(import.meta.dirname, '..');
const totals = { passed: 0, failed: 0, skipped: 0 };

/** Runs a command, streams what it prints, and gives its exit code and its closing count, if it prints one. */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let tail = '';
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk);
      tail = (tail + chunk).slice(-4000);
    });
    child.on('close', (code) => {
      const counts = [...tail.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
      resolve({ code: code ?? 1, counts: counts?.slice(1).map((count) => Number(count ?? 0)) });
    });
  });
}

const stages = [
  ['npm test', ['scripts/test.mjs']],
  ['npm run lint', ['scripts/test.mjs', '--lint']],
  ['pages of the API', ['--import', 'tsx', 'scripts/api.ts', '--check']],
  ['demo', ['scripts/demo.mjs']],
  ['demo, control', ['scripts/demo.mjs', '--control']],
  ['demo, handoff', ['scripts/demo.mjs', '--handoff']],
  ['demo, container', ['scripts/demo.mjs', '--container']],
  ['thorough stage', ['scripts/test.mjs', '--thorough']],
  ['system and places stages', ['scripts/test.mjs', '--system', '--places']],
  ['long jobs, short forms', ['scripts/long.mjs', 'all', '--short']],
];

installSystemPackages();
for (const [name, args] of stages) {
  process.stdout.write(`\n=== ${name}\n\n`);
  const started = Date.now();
  const { code, counts } = await run(args);
  const [passed, failed, skipped] = counts ?? (code === 0 ? [1, 0, 0] : [0, 1, 0]);
  totals.passed += passed;
  // A stage that ended badly without counting a failure is one.
  totals.failed += code !== 0 && failed === 0 ? 1 : failed;
  totals.skipped += skipped;
  process.stdout.write(
    `\n=== ${name}: ${code === 0 ? 'passed' : 'FAILED'} after ${Math.round((Date.now() - started) / 1000)} s\n`,
  );
}

if (totals.skipped > 0)
  process.stdout.write(`\n${totals.skipped} skipped, each allowed by test/allowed-skips.json\n`);
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;
