import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { outputSchema } from '../../src/cli/render/outputSchema.ts';
import { verbs } from '../../src/verbs/index.ts';

export const repository = resolve(import.meta.dirname, '..', '..');
export const bin = join(repository, 'bin', 'aieng.js');
export const fixture = (name: string): string => join(repository, 'fixtures', name);

export interface RunOptions {
  readonly cwd?: string;
  /** Added to a small, clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Whatever JSON it is: tests look into it. */
export type Parsed = ReturnType<typeof JSON.parse>;

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as the one object of `--json`; undefined where it is none. */
  readonly json: Parsed;
}

/** What every command starts with: nothing of the environment that these tests run in. */
const cleanEnvironment = (): Record<string, string> => {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'];
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
};

/** Runs the built `aieng` as a user would, without a terminal. Never throws for an exit code. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bin, ...args], {
    cwd: options.cwd ?? repository,
    env: { ...cleanEnvironment(), ...options.env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    timeout: options.timeoutMs ?? 100_000,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
  });
  return { exitCode: exitCode ?? -1, stdout, stderr, json: parsed(stdout) };
}

function parsed(text: string): Parsed {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An empty folder outside the repository, gone when the test is over. */
export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'aieng-cli-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const ajv = new Ajv2020({ allErrors: true, strict: false });
const schemas = new Map(
  await Promise.all(verbs.map(async (verb) => [verb.name, await outputSchema(verb)] as const)),
);
const compiled = new Map<string, ReturnType<typeof ajv.compile>>();

/** What `--json` of a command breaks of its schema: `[]` where all is well. */
export function schemaErrors(command: string, json: unknown): string[] {
  const validate = compiled.get(command) ?? ajv.compile(schemas.get(command) ?? false);
  compiled.set(command, validate);
  if (validate(json)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}
