import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Row } from './deal.ts';

export const repository = path.resolve(import.meta.dirname, '../..');

/** The rows of the churn fixture. */
export async function readFixture(): Promise<Row[]> {
  const text = await readFile(path.join(repository, 'fixtures/telco-churn.csv'), 'utf8');
  return parse<Row>(text, { columns: true });
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Where the story's service runs, and the variables that its commands need for that. */
export interface Place {
  readonly target: 'local' | 'container';
  readonly variables: Readonly<Record<string, string>>;
}

/** A fresh project folder with the company's data and the pipeline of `pipelines/churn.yaml`. */
export async function createProject(
  name: string,
  rows: readonly Row[],
  target: Place['target'],
): Promise<string> {
  const folder = path.join(repository, '.aieng', 'demo', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'pipelines'), { recursive: true });
  await mkdir(path.join(folder, 'data'));
  const columns = Object.keys(rows[0]!);
  const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) => columns.map((column) => cell(row[column]!)).join(','));
  await writeFile(path.join(folder, 'data/customers.csv'), `${[columns.join(','), ...lines].join('\n')}\n`);
  const pipeline = await readFile(path.join(repository, 'pipelines/churn.yaml'), 'utf8');
  const own = pipeline.replace('fixtures/telco-churn.csv', 'data/customers.csv');
  if (own === pipeline)
    throw new Error('pipelines/churn.yaml does not name fixtures/telco-churn.csv any more');
  // An image on top of this machine's own Node: the story needs no registry. A challenger begins as a canary, and a story has no week to judge it.
  const placed = own.replace(
    '  port: 8080\n',
    `  port: 8080\n  target: ${target}\n  image: { base: this-machine }\n  canary: { share: 0.5, min_rows: 200 }\n`,
  );
  if (placed === own) throw new Error('pipelines/churn.yaml has no `port: 8080` any more');
  if (/^alerts:/m.test(placed)) throw new Error('pipelines/churn.yaml tells somebody already');
  const told = `${placed.trimEnd()}\nalerts:\n  sinks:\n    - webhook: { url: "\${DEMO_ALERTS_URL}" }\n`;
  await writeFile(path.join(folder, 'pipelines/churn.yaml'), told);
  return folder;
}
