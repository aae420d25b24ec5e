/** The project that `bench/kills.ts` does harm to: a service with a model, traffic of another kind, and labels for it. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { execa } from 'execa';
import { featuresOf } from '../scripts/demo/traffic.ts';
import { ask } from '../test/system/load.ts';

const bin = fileURLToPath(new URL('../bin/aieng.js', import.meta.url));
const [header = '', ...lines] = readFileSync(
  fileURLToPath(new URL('../fixtures/telco-churn.csv', import.meta.url)),
  'utf8',
)
  .trimEnd()
  .split('\n');
const csvOf = (rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;
type Customer = Readonly<Record<string, string>>;
const customersOf = (rows: readonly string[]): Customer[] =>
  parse<Record<string, string>>(csvOf(rows), { columns: true });
const isFiber = (line: string): boolean => line.includes('"Fiber optic"');

/** Customers whose like taught the model, and others. */
export const customers = {
  known: customersOf(lines.filter((line) => !isFiber(line)).slice(1500)),
  others: customersOf(lines.filter(isFiber)),
};

/** One row as a request. */
export const oneRow = JSON.stringify({ features: featuresOf(customersOf(lines.slice(0, 1))[0] ?? {}) });

export interface Said {
  readonly exitCode: number;
  readonly stderr: string;
  /** The one object of `--json`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a script that looks into what a command prints
  readonly json: any;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** A command that is under way, and how to end it. */
export interface Running {
  /** Resolves when it says this on stderr; false when it ended before. */
  readonly says: (words: string) => Promise<boolean>;
  readonly kill: () => void;
  /** Resolves with its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly stderr: () => string;
}

export class KillsProject {
  readonly folder: string;
  readonly port: number;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  /** Trained, deployed, asked by other customers whose labels came: `retrain` would promote. It is stopped. */
  static async create(folder: string): Promise<KillsProject> {
    const port = await freePort();
    const project = new KillsProject(folder, port);
    const without = lines.filter((line) => !isFiber(line));
    mkdirSync(join(folder, 'pipelines'), { recursive: true });
    mkdirSync(join(folder, 'data'));
    writeFileSync(
      join(folder, 'pipelines', 'churn.yaml'),
      `source: data/customers.csv
label: { column: churn, task: binary, positive: 'Yes' }
model: { family: linear }
evaluation: { bootstrap: 200, gates: [{ metric: log_loss, at_most: 0.6 }] }
deploy: { port: ${port}, workers: 2, drain_seconds: 5 }
monitor: { min_rows: 100, health: { max_p99_ms: 60000, max_memory_mb: 4096 } }
`,
    );
    writeFileSync(join(folder, 'data', 'customers.csv'), csvOf(without.slice(0, 1200)));
    await project.must('run', '--to', 'deploy');
    await project.live(customersOf(without.slice(1200, 1500)));
    await project.live(customersOf(lines.filter(isFiber).slice(0, 700)));
    await project.must('stop', 'churn');
    return project;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Customers ask, and it is known at once who left. */
  async live(rows: readonly Customer[]): Promise<void> {
    const features = rows.map((row) => featuresOf(row));
    const asked = await ask(`${this.url}/predict`, { body: JSON.stringify({ features }) });
    if (asked.status !== 200) throw new Error(`${asked.status} ${asked.body.slice(0, 300)}`);
    const { predictions } = JSON.parse(asked.body) as { predictions: { id: string }[] };
    const labels = predictions.map(({ id }, at) => ({ id, label: rows[at]?.['churn'] }));
    const told = await ask(`${this.url}/feedback`, { body: JSON.stringify(labels) });
    if (told.status !== 200) throw new Error(`${told.status} ${told.body.slice(0, 300)}`);
  }

  async aieng(...args: readonly string[]): Promise<Said> {
    const said = await execa(process.execPath, [bin, ...args, '--json'], {
      cwd: this.folder,
      reject: false,
      stdin: 'ignore',
    });
    let json = null;
    try {
      json = JSON.parse(said.stdout);
    } catch {
      // Whoever looks into it says what the command said instead.
    }
    return { exitCode: said.exitCode ?? -1, stderr: said.stderr, json };
  }

  async must(...args: readonly string[]): Promise<Said> {
    const said = await this.aieng(...args);
    if (said.exitCode !== 0)
      throw new Error(`aieng ${args.join(' ')}: exit ${said.exitCode}\n${said.stderr.slice(-2000)}`);
    return said;
  }

  start(...args: readonly string[]): Running {
    const child = spawn(process.execPath, [bin, ...args, '--verbose'], {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    let over = false;
    const ended = new Promise<number | null>((resolve) =>
      child.once('exit', (code) => {
        over = true;
        resolve(code);
      }),
    );
    const says = async (words: string): Promise<boolean> => {
      while (!over && !said.includes(words)) await pause(5);
      return said.includes(words);
    };
    return { says, ended, kill: () => void child.kill('SIGKILL'), stderr: () => said };
  }

  /** A copy of what is in the folder, and back. */
  keepCopy(place: string): void {
    rmSync(place, { recursive: true, force: true });
    cpSync(this.folder, place, { recursive: true, preserveTimestamps: true });
  }

  restore(place: string): void {
    for (const name of readdirSync(this.folder))
      rmSync(join(this.folder, name), { recursive: true, force: true });
    cpSync(place, this.folder, { recursive: true, preserveTimestamps: true });
  }

  /** Processes that were started in the folder or are told it: supervisor and workers, and nothing else when all is well. */
  processes(): readonly { pid: number; command: string }[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .flatMap((name) => {
        try {
          const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
          return command.includes(`${this.folder}/`) ? [{ pid: Number(name), command }] : [];
        } catch {
          return [];
        }
      });
  }

  /** Files that were being written when somebody was killed. */
  unfinished(): readonly string[] {
    return readdirSync(join(this.folder, '.aieng'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      /(?:^|\/)\.part-/.test(path),
    );
  }
}
