// schemathesis, which makes requests out of a service's own OpenAPI description and holds every answer to it, against a
// running service: no 5xx, no answer that the description does not know, nothing refused that it allows, nothing taken that it forbids.
//   npx tsx bench/openapi.ts [--cases 10000] [--seed 1]
// AIENG_PYTHON names a Python with schemathesis; without one it says so and measures nothing.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fakeManifest } from '../test/system/fakePredictor.ts';

const { cases = '10000', seed = '1' } = parseArgs({
  options: { cases: { type: 'string' }, seed: { type: 'string' } },
}).values;
const python = process.env['AIENG_PYTHON'] ?? 'python3';
const module = ['-c', 'from schemathesis.cli import schemathesis; schemathesis()'];
if (spawnSync(python, [...module, '--version']).status !== 0) {
  console.log(
    `Skipped: ${python} has no schemathesis (pip install schemathesis; AIENG_PYTHON names the Python).`,
  );
  process.exit(0);
}

const folder = mkdtempSync(path.join(tmpdir(), 'aieng-bench-openapi-'));
writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(fakeManifest));
const service = spawn(
  process.execPath,
  [
    ...['--import', 'tsx', path.resolve(import.meta.dirname, '../test/system/fakeServe.ts'), folder],
    ...['--log-folder', path.join(folder, 'logs'), '--announce'],
  ],
  { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
);
const [{ port }] = (await once(service, 'message')) as [{ port: number }];
const url = `http://127.0.0.1:${port}`;

/** A description with every member rewritten. */
function rewritten(value: unknown, change: (fields: Record<string, unknown>) => object): unknown {
  if (Array.isArray(value)) return value.map((member) => rewritten(member, change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, rewritten(member, change)] as const);
  return change(Object.fromEntries(entries));
}

/** The tester's regular expressions do not know halves of UTF-16 pairs, which no JSON in UTF-8 has anyway. */
const whole: unknown = JSON.parse(
  (await (await fetch(`${url}/openapi.json`)).text()).replaceAll('\\\\ud800-\\\\udfff', ''),
);
/** How many rows may be explained depends on the model: what the parameter allows may be refused. */
const unexplained = rewritten(whole, (fields) =>
  Array.isArray(fields['parameters'])
    ? { ...fields, parameters: fields['parameters'].filter(({ name }) => name !== 'explain') }
    : fields,
);
/** Whole numbers beyond 2^53 are good or not one by one: what is said to be good ends there. */
const bordered = rewritten(unexplained, (fields) =>
  [fields['type']].flat().includes('integer') ? { minimum: -(2 ** 53), maximum: 2 ** 53, ...fields } : fields,
);
function written(name: string, description: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(description));
  return file;
}

/** In these the parts of a body depend on each other (as many values as the shape says, every column once): no schema says it. */
const dependent = '/infer$|/invocations$';
const without = (...checks: readonly string[]): readonly string[] => ['--exclude-checks', checks.join(',')];
const parts = [
  // What is allowed is taken,
  [
    ...[written('bordered.json', bordered), '--exclude-path-regex', dependent],
    ...without('negative_data_rejection'),
  ],
  // what is forbidden is refused,
  [written('unexplained.json', unexplained), ...without('positive_data_acceptance')],
  // and with explanations every answer is one that the description knows.
  [
    ...[written('whole.json', whole), '--include-path-regex', '/predict$'],
    ...without('positive_data_acceptance', 'negative_data_rejection'),
  ],
];

let tried = 0;
let failed = 0;
for (let round = 0; tried < Number(cases); round += 1) {
  for (const part of parts) {
    // A first look at few examples of each, then as many as are left to be tried.
    const examples = Math.min(400, Math.max(20, Math.ceil((Number(cases) - tried) / 40)));
    const args = [
      ...[...module, 'run', '--url', url, '-n', String(examples), '-w', '1', '--no-color'],
      ...['--seed', String(Number(seed) + round), '--continue-on-failure', '--generation-database', 'none'],
      ...['--phases', 'examples,coverage,fuzzing', ...part],
    ];
    const run = spawn(python, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    run.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    const [code] = (await once(run, 'close')) as [number | null];
    const generated = Number(/(\d[\d,]*) generated/.exec(said)?.[1]?.replaceAll(',', '') ?? 0);
    tried += generated;
    if (code !== 0 || generated === 0) {
      failed += Number(/found (\d+) unique/.exec(said)?.[1] ?? 1);
      console.log(said);
    }
  }
  if (failed > 0) break;
}
service.kill('SIGTERM');
await once(service, 'exit');
rmSync(folder, { recursive: true, force: true });
console.log(`openapi: ${tried} cases, ${failed} findings`);
process.exitCode = failed > 0 ? 1 : 0;
