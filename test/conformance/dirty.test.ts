import { readFileSync, readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { OutputStream } from '../../src/cli/render/channel.ts';
import type { Column, Table } from '../../src/data/columns.ts';
import { cellValue } from '../../src/data/columns.ts';
import { gatherRows } from '../../src/data/openRows.ts';
import type { Context } from '../../src/project/context.ts';
import { openRowSchema, sourceFile, wholeRows } from '../../src/project/inputs.ts';
import { openPipeline } from '../../src/project/openPipeline.ts';
import { openTestProject } from '../../src/cascade/testing.fixture.ts';

/**
 * Files as people have them (`fixtures/dirty`, whose README says what a case is): `init` looks at a copy, and what it
 * wrote is opened and read as ingest does. Either every cell is the expected one, or the file is refused with the
 * expected words.
 */

/** A cell as JSON: times as ISO text, missing as null. */
type Expected = string | number | null;

interface ReadRight {
  readonly columns: Readonly<Record<string, { readonly kind: Column['kind']; readonly cells: Expected[] }>>;
  readonly rejected?: readonly { readonly line: number; readonly reason: string }[];
  /** Parts of what `init` tells. */
  readonly told?: readonly string[];
}

interface Refused {
  readonly refused: { readonly exit: 2 | 3; readonly message: string; readonly hint?: string };
}

interface DirtyCase {
  readonly what: string;
  /** null = the last expected column. */
  readonly label: string | null;
  /** Further flags of `init`. */
  readonly init?: readonly string[];
  readonly expected: ReadRight | Refused;
}

const home = resolve(import.meta.dirname, '../../fixtures/dirty');
const cases = readdirSync(home, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const files = readdirSync(join(home, name));
    const input = files.find((file) => file === 'input' || file.startsWith('input.'));
    if (input === undefined) throw new Error(`fixtures/dirty/${name} has no input`);
    const given = JSON.parse(readFileSync(join(home, name, 'case.json'), 'utf8')) as DirtyCase;
    return { name, input, given };
  });

/** What was printed, as a stream that a command writes to. */
function printed(): OutputStream & { readonly text: () => string } {
  const parts: string[] = [];
  return {
    write: (text, done) => {
      parts.push(text);
      done();
      return true;
    },
    on: () => undefined,
    text: () => parts.join(''),
  };
}

interface Answer {
  readonly exitCode: number;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
  readonly warnings?: readonly { readonly message: string }[];
  readonly result?: {
    readonly name: string;
    readonly notes: readonly string[];
    readonly recognised: readonly { readonly what: string; readonly example: string | null }[];
  };
}

async function runInit(root: string, flags: readonly string[]): Promise<Answer> {
  const [stdout, stderr] = [printed(), printed()];
  const argv = ['init', ...flags, '--json'];
  await main({ argv, cwd: root, variables: {}, stdout, stderr, elapsed: () => 0 });
  return JSON.parse(stdout.text()) as Answer;
}

const iso = (instant: number): string => new Date(instant).toISOString();

/** The instant that a case means, however it is written; everything else as it stands. */
const meant = (kind: Column['kind'], cell: Expected): Expected =>
  kind === 'time' && typeof cell === 'string' ? iso(Date.parse(cell)) : cell;

const asWritten = (table: Table): ReadRight['columns'] =>
  Object.fromEntries(
    [...table.columns].map(([name, column]) => [
      name,
      { kind: column.kind, cells: Array.from({ length: table.rows }, (_, row) => cellValue(column, row)) },
    ]),
  );

const asExpected = ({ columns }: ReadRight): ReadRight['columns'] =>
  Object.fromEntries(
    Object.entries(columns).map(([name, { kind, cells }]) => [
      name,
      { kind, cells: cells.map((cell) => meant(kind, cell)) },
    ]),
  );

async function checkRead(context: Context, answer: Answer, expected: ReadRight): Promise<void> {
  expect(answer.error).toBeUndefined();
  const { name, notes, recognised } = answer.result!;
  const pipeline = await openPipeline(context, name);
  const schema = (await openRowSchema(context, pipeline))!;
  const { table, rejections } = await gatherRows(sourceFile(context, pipeline), () => wholeRows(schema));
  expect(asWritten(table)).toEqual(asExpected(expected));
  expect(rejections.map(({ line, reason }) => ({ line, reason }))).toEqual(
    (expected.rejected ?? []).map(({ line, reason }) => ({ line, reason: expect.stringContaining(reason) })),
  );
  const said = [...recognised.flatMap(({ what, example }) => [what, example ?? '']), ...notes].join('\n');
  for (const part of expected.told ?? []) expect(said).toContain(part);
}

function checkRefused(answer: Answer, { refused }: Refused): void {
  expect(answer.result?.notes).toBeUndefined();
  expect(answer.error?.message).toContain(refused.message);
  expect(answer.error?.hint).toContain(refused.hint ?? '');
  expect(answer.exitCode).toBe(refused.exit);
}

describe('a dirty file is read right, or refused with what to do', () => {
  it.each(cases)('$name: $given.what', async ({ name, input, given }) => {
    const { context } = await openTestProject({});
    await cp(join(home, name), context.root, {
      recursive: true,
      filter: (path) => !path.endsWith('case.json'),
    });
    const { expected } = given;
    const label = given.label ?? ('refused' in expected ? null : Object.keys(expected.columns).at(-1));
    const flags = [
      ...['--from', input],
      ...(label === null || label === undefined ? [] : ['--label', label]),
      ...(given.init ?? []),
    ];
    const answer = await runInit(context.root, flags);
    if ('refused' in expected) checkRefused(answer, expected);
    else await checkRead(context, answer, expected);
  });

  it('and each is small, and says what is dirty about it', () => {
    for (const { name, given } of cases) {
      expect([name, given.what]).toEqual([name, expect.stringMatching(/\S/)]);
      expect([
        name,
        Object.keys(given).filter((key) => !['what', 'label', 'init', 'expected'].includes(key)),
      ]).toEqual([name, []]);
      const bytes = readdirSync(join(home, name), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'case.json')
        .reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name)).length, 0);
      expect([name, bytes]).toEqual([name, expect.toSatisfy((size: number) => size < 32_768)]);
    }
  });
});
