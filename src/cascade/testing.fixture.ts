import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { FakeEnvironment } from '../environment/fixed.ts';
import { fakeEnvironment } from '../environment/index.ts';
import type { Environment } from '../environment/environment.ts';
import { createRandom } from '../random.ts';
import { openStore } from '../store/index.ts';
import type { Context } from '../project/context.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A project in a folder of its own, with a clock that only moves when told to. */
export interface TestProject {
  readonly context: Context;
  readonly environment: FakeEnvironment;
  /** What was said while it worked. */
  readonly said: string[];
  readonly write: (path: string, text: string) => void;
}

/** Writes the files, and opens the project that they are. */
export async function openTestProject(
  files: Readonly<Record<string, string>>,
  changes: Partial<Environment> = {},
): Promise<TestProject> {
  const root = mkdtempSync(join(tmpdir(), 'aieng-cascade-'));
  folders.push(root);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  const environment = fakeEnvironment({ cwd: root, ...changes });
  const said: string[] = [];
  const context: Context = {
    root,
    store: await openStore({ folder: join(root, '.aieng'), environment }),
    environment,
    git: () => Promise.resolve(null),
    progress: (event) => {
      if (event.kind === 'step') said.push(event.message);
    },
    signal: new AbortController().signal,
    command: 'test',
  };
  return { context, environment, said, write };
}

/** A customer: a column that tells, one that does not, one that a model must not see, and the answer. */
export interface Customer {
  readonly id: string;
  readonly tenure: number;
  readonly plan: 'basic' | 'plus' | 'pro';
  readonly note: string;
  readonly left: 'Yes' | 'No';
}

/**
 * Customers `from` to `to`. Those of `turned` leave for the opposite reason: what a model learnt of the others is
 * wrong for them.
 */
export function customers(from: number, to: number, turned = false): Customer[] {
  return Array.from({ length: to - from }, (_, at) => {
    const id = `c${from + at}`;
    const random = createRandom(`customer/${id}`);
    const tenure = 1 + random.integer(72);
    const long = tenure > 36;
    const surprising = random.next() < 0.1;
    return {
      id,
      tenure,
      plan: (['basic', 'plus', 'pro'] as const)[random.integer(3)]!,
      note: `n${random.integer(1000)}`,
      left: (long === turned) !== surprising ? 'Yes' : 'No',
    };
  });
}

/** Customers as a CSV. */
export const csvOf = (rows: readonly Customer[]): string =>
  ['id,tenure,plan,note,left', ...rows.map((row) => Object.values(row).join(','))].join('\n').concat('\n');

/** A pipeline over them that trains in a moment. `more` is appended as it stands. */
export const customersPipeline = (more = 'row_id: id\n'): string => `source: data/customers.csv
label: { column: left, positive: 'Yes' }
features: { drop: [note] }
model: { family: linear, mlp: { epochs: 8, batch_size: 32, learning_rate: 0.01 }, backend: wasm }
evaluation: { bootstrap: 200, gates: [] }
${more}`;
