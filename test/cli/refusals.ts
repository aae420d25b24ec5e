import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { readEnvironment } from '../../src/environment/index.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import type { CliResult, Parsed, RunOptions } from './support.ts';
import { fixture, runCli, schemaErrors } from './support.ts';

/** Columns of the churn fixture that the small project keeps: the label, numbers, categories, one with gaps. */
const columns = [
  'churn',
  'tenure',
  'internet_service',
  'contract',
  'payment_method',
  'monthly_charges',
  'total_charges',
];

const pipeline = `source: rows.csv
label: { column: churn, task: binary, positive: 'Yes' }
model: { family: linear }
evaluation: { bootstrap: 100, gates: [{ metric: log_loss, at_most: 1 }] }
`;

/** The first rows of the fixture in those columns; its cells hold neither commas nor line breaks. */
function smallCsv(rows: number): string {
  const lines = readFileSync(fixture('telco-churn.csv'), 'utf8').split('\n');
  const cellsOf = (line: string): string[] => line.replaceAll('"', '').split(',');
  const header = cellsOf(lines[0]!);
  const kept = columns.map((name) => header.indexOf(name));
  return lines
    .slice(0, rows + 1)
    .map((line) => `${kept.map((index) => cellsOf(line)[index]).join(',')}\n`)
    .join('');
}

/** A row as a client would send it. */
export const goodRow = {
  tenure: 5,
  internet_service: 'DSL',
  contract: 'One year',
  payment_method: 'Mailed check',
  monthly_charges: 50.5,
  total_charges: 252.5,
};

/** A user's project in a folder of its own, for one test. */
export interface Project {
  readonly cwd: string;
  readonly path: (name: string) => string;
  readonly read: (name: string) => string;
  readonly write: (name: string, content: string | Uint8Array) => void;
  /** Rewrites a text file. */
  readonly edit: (name: string, change: (text: string) => string) => void;
  readonly remove: (name: string) => void;
  readonly run: (args: readonly string[], options?: Omit<RunOptions, 'cwd'>) => Promise<CliResult>;
}

export function projectIn(cwd: string): Project {
  const path = (name: string): string => join(cwd, name);
  const read = (name: string): string => readFileSync(path(name), 'utf8');
  return {
    cwd,
    path,
    read,
    write: (name, content) => writeFileSync(path(name), content),
    edit: (name, change) => writeFileSync(path(name), change(read(name))),
    remove: (name) => rmSync(path(name), { recursive: true }),
    run: (args, options = {}) => runCli(args, { ...options, cwd }),
  };
}

/**
 * One project, ingested, trained and packaged once for a file of tests as `churn@1` and `churn.tar`. Each call of the
 * function that it gives makes a copy that one test may spoil; tests may run side by side.
 */
export function preparedProject(): () => Project {
  let master = '';
  const folders: string[] = [];
  beforeAll(async () => {
    master = realpathSync(mkdtempSync(join(tmpdir(), 'aieng-bad-')));
    mkdirSync(join(master, 'pipelines'));
    writeFileSync(join(master, 'pipelines', 'churn.yaml'), pipeline);
    writeFileSync(join(master, 'rows.csv'), smallCsv(500));
    const { exitCode, stderr } = await runCli(['package', '-o', 'churn.tar'], { cwd: master });
    expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
  });
  afterAll(() => {
    for (const folder of [master, ...folders]) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const cwd = `${master}-${folders.length + 1}`;
    cpSync(master, cwd, { recursive: true, preserveTimestamps: true });
    folders.push(cwd);
    return projectIn(cwd);
  };
}

/** The project's store, as the product itself opens it. */
export const storeOf = ({ cwd }: Pick<Project, 'cwd'>): Promise<Store> =>
  openStore({ folder: join(cwd, '.aieng'), environment: readEnvironment({ cwd, variables: {} }) });

/** Every object, record, ref and version of the store is whole. */
export async function expectSoundStore(project: Pick<Project, 'cwd'>): Promise<void> {
  expect(await (await storeOf(project)).verify()).toEqual([]);
}

/** What a refusal must be. Texts are searched in the message and in the hint. */
export interface Refusal {
  readonly exitCode: number;
  readonly code: string;
  readonly says: readonly string[];
  readonly hints: string;
  readonly at?: { readonly file: string; readonly line?: number };
  /** The store is damaged on purpose. */
  readonly storeIsDamaged?: boolean;
}

/** Words that only a bug puts into a message. */
const slips = /undefined|\[object |TypeError|\bnull\b|\n\s+at /;

/** Is it told as every mistake has to be told: words on stderr, one object on stdout, no stack trace? */
export function expectToldWell(verb: string, { exitCode, stdout, stderr, json }: CliResult): Parsed {
  expect([verb, json === undefined ? stdout + stderr : '']).toEqual([verb, '']);
  expect(schemaErrors(verb, json)).toEqual([]);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(json).toMatchObject({ ok: false, exitCode });
  const { error } = json;
  expect(error, JSON.stringify(json)).toBeDefined();
  expect(error.message).not.toMatch(slips);
  expect(error.hint).not.toMatch(slips);
  expect(error.message.length).toBeGreaterThan(15);
  expect(error.hint.length).toBeGreaterThan(5);
  expect(stderr).toMatch(/^error: /m);
  expect(stderr).toMatch(/^hint: {2}/m);
  expect(stderr).not.toMatch(/^\s+at .*[:(]/m);
  return error;
}

/** Runs a command that has to be refused, checks how it is told, and that the store is whole afterwards. */
export async function expectRefusal(
  project: Project,
  args: readonly string[],
  wanted: Refusal,
): Promise<CliResult> {
  const result = await project.run([...args, '--json']);
  const error = expectToldWell(args[0]!, result);
  expect([result.exitCode, error.code, error.message]).toEqual([wanted.exitCode, wanted.code, error.message]);
  for (const text of wanted.says) expect(error.message).toContain(text);
  expect(error.hint).toContain(wanted.hints);
  if (wanted.at !== undefined) expect(error.at).toMatchObject(wanted.at);
  if (wanted.storeIsDamaged !== true) await expectSoundStore(project);
  return result;
}
