// Start-up: the command line against a bare `node -e 0`, taken in turn in one run. Goal: at most 1.5 times.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { quantile, sortedFinite } from '../src/statistics/quantiles.ts';

const bin = path.resolve(import.meta.dirname, '../bin/aieng.js');
const runs = 21;

function milliseconds(args: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status ?? 'a signal'}`);
  return performance.now() - started;
}

const median = (values: readonly number[]): number => quantile(sortedFinite(values), 0.5);

const candidates = {
  'node -e 0': ['-e', '0'],
  'aieng --version': [bin, '--version'],
  'aieng --help': [bin, '--help'],
  'aieng train --help': [bin, 'train', '--help'],
};
const times: Record<string, number[]> = {};
for (const args of Object.values(candidates)) milliseconds(args);
for (let run = 0; run < runs; run += 1)
  for (const [name, args] of Object.entries(candidates)) (times[name] ??= []).push(milliseconds(args));
const bare = median(times['node -e 0']!);
console.log(`start-up, median of ${runs} runs each, taken in turn`);
for (const [name, values] of Object.entries(times))
  console.log(
    `  ${name.padEnd(20)} ${median(values).toFixed(0).padStart(5)} ms  ${(median(values) / bare).toFixed(2)} ×`,
  );
