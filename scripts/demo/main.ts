import path from 'node:path';
import { parseArgs } from 'node:util';
import { findEngine } from '../containerEngine.ts';
import type { Place } from './project.ts';
import { tellHandoff } from './handoff.ts';
import { tellStory } from './story.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    control: { type: 'boolean', default: false },
    handoff: { type: 'boolean', default: false },
    container: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(`npm run demo -- [--seed n] [--control] [--container] [--json]
npm run demo -- --handoff [--json]

  --seed n    deals the customers out differently (default 1)
  --control   the same story without the fiber customers: must end with no alarm, no training, no promotion
  --container the service runs in a container built by aieng, and is rolled back in the end (needs docker or podman)
  --handoff   two models made elsewhere come in: one fails its gate, the other is served, and replaced by what its own training
              script makes of newer rows (AIENG_PYTHON or python3 with lightgbm, pandas and pyarrow; else by a model of aieng)
  --json      the whole story as one JSON object on stdout
`);
  process.exit(0);
}
const seed = Number(values.seed);
if (!Number.isSafeInteger(seed) || seed < 0) {
  process.stderr.write(`--seed must be a whole number, got "${values.seed}"\n`);
  process.exit(2);
}
if (values.handoff && (values.control || values.container || seed !== 1)) {
  process.stderr.write('--handoff stands alone: its models have learnt from the rows of seed 1\n');
  process.exit(2);
}

const engine = values.container ? await findEngine() : null;
if (engine?.state === 'absent') {
  process.stderr.write(`skipped: ${engine.reason}\n`);
  if (!values.json) process.stdout.write('0 passed, 0 failed, 1 skipped\n');
  process.exit(0);
}

// The running command gets Ctrl-C too and ends; the story then stops its service and reports.
const interrupted = new AbortController();
process.on('SIGINT', () => interrupted.abort());

const place: Place =
  engine === null ? { target: 'local', variables: {} } : { target: 'container', variables: engine.variables };
const print = values.json ? () => undefined : (text: string) => process.stdout.write(`${text}\n`);
const told = { print, signal: interrupted.signal };
const story = values.handoff
  ? await tellHandoff(told)
  : await tellStory({ seed, control: values.control, place, ...told });
if (values.json) process.stdout.write(`${JSON.stringify(story, null, 2)}\n`);
else print(story.summary);
if (!values.json) print(`  report: ${path.relative(process.cwd(), story.report)}\n`);
process.exitCode = story.ok ? 0 : 1;
