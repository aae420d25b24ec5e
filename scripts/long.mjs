// `npm run long`: the jobs that take longer than a commit should wait for.
//   npm run long                        lists them
//   npm run long -- mutation [room …]   runs one; what follows its name goes to it
//   npm run long -- all [--short]       runs all, the one after the other; --short: the short forms, which CI runs
// Each job ends with a line that says what it found; those lines are printed again at the end. Exits 1 where one fails.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

const root = path.resolve(import.meta.dirname, '..');

/** @typedef {{what: string, command: string[], short?: string[]}} Job `short`: the arguments of its short form; a job without one is left to the long run */

/** @type {Record<string, Job>} */
const jobs = {
  mutation: {
    what: 'plants small faults in the rooms that decide and counts how many their tests notice',
    command: ['scripts/mutate.mjs'],
    short: ['retraining'],
  },
  simulations: {
    what: 'how often drift tests are right on data whose truth is known',
    command: ['--import', 'tsx', 'bench/simulations.ts'],
    short: ['200'],
  },
  monitoring: {
    what: 'how many days of a look a minute alarm though nothing changed, and after how many rows a change is seen',
    command: ['--import', 'tsx', 'bench/monitoring.ts'],
    short: ['20'],
  },
  intervals: {
    what: 'how often 95 % intervals hold the truth, and how often a challenger that is no better is promoted',
    command: ['--import', 'tsx', 'bench/intervals.ts'],
    short: ['1000'],
  },
  performance: {
    what: 'how often performance on labels is called worse where nothing changed, over days of looks, and how surely where it did',
    command: ['--import', 'tsx', 'bench/performance.ts'],
    short: ['60', 'one look'],
  },
  slices: {
    what: 'how often the search for where a model got worse names a part though none did, and how surely the one that did',
    command: ['--import', 'tsx', 'bench/slices.ts'],
    short: ['10'],
  },
  retraining: {
    what: 'what the loop of retraining costs and gains on streams whose truth is known: flips, slow change, seasons, late labels',
    command: ['--import', 'tsx', 'bench/retraining.ts'],
    short: ['2', 'flip on day 10'],
  },
  bikes: {
    what: 'a year of bikes hired by the hour on the built command line: the loop beside refitting every month',
    command: ['--import', 'tsx', 'bench/bikes.ts'],
  },
  'small-data': {
    what: 'how often a pipeline on few rows passes its gate: models worth having, and noise',
    command: ['--import', 'tsx', 'bench/smallData.ts'],
  },
  million: {
    what: 'the whole of aieng run on a million rows, watched from outside: time, memory, silence',
    command: ['--import', 'tsx', 'bench/million.ts'],
  },
  soak: {
    what: 'workers under a bounded load while monitor looks, two retrainings promote and a switch is made: no request fails, nothing grows',
    command: ['--import', 'tsx', 'bench/soak.ts'],
    short: ['--seconds', '10'],
  },
  fuzz: {
    what: 'requests put together at random, of every protocol and of bytes: no unintended 5xx, nothing left behind',
    command: ['--import', 'tsx', 'bench/fuzz.ts'],
    short: ['--requests', '2000'],
  },
  openapi: {
    what: 'requests made out of the service’s own description by schemathesis, every answer held to it (AIENG_PYTHON)',
    command: ['--import', 'tsx', 'bench/openapi.ts'],
    short: ['--cases', '500'],
  },
  clients: {
    what: 'the clients of Triton and MLflow against a service (AIENG_PYTHON)',
    command: ['--import', 'tsx', 'bench/clients.ts'],
    short: [],
  },
  tracking: {
    what: 'runs exported to and imported from a real MLflow server, looked at by its own client (AIENG_PYTHON)',
    command: ['--import', 'tsx', 'bench/tracking.ts'],
    short: [],
  },
  overload: {
    what: 'a service at and past its capacity, open loop, and bodies of 9 MB of several kinds',
    command: ['--import', 'tsx', 'bench/overload.ts'],
  },
  kills: {
    what: 'kill -9 of retrainings, supervisors, workers and gc at random instants, a full and a read-only disk: what is left',
    command: ['--import', 'tsx', 'bench/kills.ts'],
    short: ['--retrain', '1', '--each', '1', '--rows', 'retrain,workers'],
  },
  engines: {
    what: 'whether every family learns the same bytes with other versions of Node (paths of their programs follow)',
    command: ['--import', 'tsx', 'bench/engines.ts'],
  },
  imports: {
    what: 'models that LightGBM, XGBoost, scikit-learn, CatBoost and PyTorch make fresh, compared with what they answer (AIENG_PYTHON)',
    command: ['--import', 'tsx', 'bench/imports.ts'],
  },
  workerd: {
    what: 'models as files of their own in a worker of an edge runtime (fetched by npm, 120 MB)',
    command: ['--import', 'tsx', 'bench/workerd.ts'],
  },
  lighthouse: {
    what: 'what Lighthouse 12 says of the accessibility of every page of aieng ui, light and dark, phone and desk (fetched by npm)',
    command: ['--import', 'tsx', 'scripts/pages/lighthouse.ts'],
  },
  bench: {
    what: 'start-up, ingest, features, train and serve, each as a ratio to a peer in the same run',
    command: ['scripts/bench.mjs'],
    short: ['startup'],
  },
};

/** Runs a job, streams what it prints. @param {string[]} args @returns {Promise<{ok: boolean, closing: string}>} its last line */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let tail = '';
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk);
      tail = (tail + chunk).slice(-4000);
    });
    child.on('close', (code) =>
      resolve({ ok: code === 0, closing: tail.trimEnd().split('\n').at(-1) ?? '' }),
    );
  });
}

/** @param {[name: string, args: string[]][]} asked */
async function runJobs(asked) {
  const lines = [];
  for (const [name, args] of asked) {
    console.log(`\n=== ${name}: ${jobs[name].what}\n`);
    const started = performance.now();
    const { ok, closing } = await run([...jobs[name].command, ...args]);
    const minutes = ((performance.now() - started) / 60_000).toFixed(1);
    lines.push(`${ok ? '✔' : '✖'} ${name.padEnd(12)} ${minutes.padStart(6)} min  ${closing}`);
    if (!ok) process.exitCode = 1;
  }
  console.log(`\n${lines.join('\n')}`);
}

const [first, ...rest] = process.argv.slice(2);
if (first === undefined) {
  for (const [name, { what }] of Object.entries(jobs)) console.log(`${name.padEnd(12)} ${what}`);
} else if (first === 'all') {
  const isShort = rest.includes('--short');
  const wanted = Object.entries(jobs).filter(([, { short }]) => !isShort || short !== undefined);
  await runJobs(wanted.map(([name, { short }]) => [name, isShort ? short : []]));
} else if (jobs[first] === undefined) {
  console.error(`there is no job "${first}"; the jobs are ${Object.keys(jobs).join(', ')}, or all`);
  process.exitCode = 2;
} else {
  await runJobs([[first, rest]]);
}
