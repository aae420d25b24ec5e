import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { bin, repository } from '../cli/support.ts';
import { scratchFolder } from './project.ts';

/** Fenced blocks of a page, by the first line of each. */
export function fencedBlocks(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(repository, page), 'utf8');
  return new Map(
    [...text.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, block = '']) => [block.split('\n')[0]!, block]),
  );
}

/** Rows of the Markdown tables of a page, cell by cell. */
export const tableRows = (page: string): readonly (readonly string[])[] =>
  readFileSync(join(repository, page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

/**
 * A PATH whose `npx` runs the built aieng instead of fetching one, and whose `npm` does nothing: what a runner has after
 * `npm ci`. `FAKE_EXIT` makes it end with that code.
 */
export function runnerPath(): string {
  const folder = scratchFolder();
  const write = (name: string, lines: readonly string[]): void => {
    writeFileSync(join(folder, name), `${['#!/bin/sh', ...lines].join('\n')}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  write('npm', ['exit 0']);
  write('npx', [
    'case $1 in --no-install) shift ;; *) echo "npx asks: $*" >&2; exit 9 ;; esac',
    'case $1 in aieng) shift ;; *) echo "npx knows no $1" >&2; exit 9 ;; esac',
    'if [ -n "${FAKE_EXIT:-}" ]; then exit "$FAKE_EXIT"; fi',
    `exec "${process.execPath}" "${bin}" "$@"`,
  ]);
  return [folder, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
}

export interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a script with a shell and nothing of this process's environment. */
export async function runScript(
  shell: readonly [string, ...string[]],
  script: string,
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
  },
): Promise<Ran> {
  const [command, ...flags] = shell;
  const file = join(scratchFolder(), 'script');
  writeFileSync(file, script);
  const { exitCode, all } = await execa(command, [...flags, file, ...(options.args ?? [])], {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: 200_000,
  });
  return { exitCode: exitCode ?? -1, output: all };
}

/** How GitHub runs `shell: bash`. */
export const gitHubBash = ['bash', '--noprofile', '--norc', '-eo', 'pipefail'] as const;

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string | number | boolean>>;
}

/** What GitHub gives a job: files to write to, folders, and the values of expressions. */
export class Runner {
  readonly temp = scratchFolder();
  readonly outputFile = join(this.temp, 'output');
  readonly summaryFile = join(this.temp, 'summary');
  readonly #env: Readonly<Record<string, string>>;
  readonly #workspace: string;

  constructor(workspace: string, env: Readonly<Record<string, string>> = {}) {
    this.#workspace = workspace;
    for (const file of [this.outputFile, this.summaryFile]) writeFileSync(file, '');
    mkdirSync(join(this.temp, 'runner'));
    this.#env = {
      PATH: runnerPath(),
      HOME: this.temp,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: this.outputFile,
      GITHUB_STEP_SUMMARY: this.summaryFile,
      GITHUB_ENV: join(this.temp, 'env'),
      RUNNER_TEMP: join(this.temp, 'runner'),
      ...env,
    };
  }

  /** Where the runner's own files go (`$RUNNER_TEMP`). */
  reports(name: string): string {
    return join(this.temp, 'runner', name);
  }

  outputs(): Record<string, string> {
    const lines = readFileSync(this.outputFile, 'utf8').trimEnd().split('\n');
    return Object.fromEntries(lines.map((line) => [line.split('=')[0]!, line.slice(line.indexOf('=') + 1)]));
  }

  /** Runs the script of a step as GitHub would; `values` are what its expressions stand for. */
  run(step: Step, values: Readonly<Record<string, string>>): Promise<Ran> {
    const valueOf = (text: string): string =>
      text.replaceAll(/\$\{\{\s*([^}]*?)\s*\}\}/g, (_whole, expression: string) => {
        const value = values[expression];
        if (value === undefined) throw new Error(`no value for ${expression}`);
        return value;
      });
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, value]) => [name, valueOf(String(value))]),
    );
    return runScript(gitHubBash, step.run ?? '', { cwd: this.#workspace, env: { ...this.#env, ...env } });
  }
}
