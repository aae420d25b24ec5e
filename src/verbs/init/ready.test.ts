import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import type { Beginning } from '../../project/inferRows.ts';
import type { Looked } from './look.ts';
import { lookAt } from './look.ts';
import { makeReady, readyByBeginning } from './ready.ts';
import { beginningOf } from './recognised.ts';

const rows = 400;
const shown = 100;
/** Rows whose first ones look all alike; those that `change` gives are of the end of the file. */
const csv = (
  change: (row: number) => Readonly<Record<string, string | number>> = () => ({}),
  footer = '',
): string => {
  const records = Array.from({ length: rows }, (_, at) => ({
    amount: at % 50,
    share: (at % 37) / 8,
    plan: ['basic', 'plus', 'pro'][at % 3],
    country: ['DE', 'FR', 'IT', 'ES', 'AT', 'PT', 'BE'][at % 7],
    when: `2024-03-${10 + (at % 20)}`,
    id: `u${at}x`,
    place: 'here',
    scale: 7,
    empty: '',
    left: at % 3 === 0 ? 'yes' : 'no',
    ...(at < 300 ? {} : change(at)),
  }));
  return `${[Object.keys(records[0]!), ...records.map((record) => Object.values(record))].join('\n')}\n${footer}`;
};

interface Schemas {
  /** By the beginning; null where the rest of the file does not go with it. */
  readonly first: string | null;
  readonly whole: string;
  /** What a look at the beginning says of the part that it saw. */
  readonly part: readonly unknown[] | undefined;
}

/** The schema that comes of the beginning of a file, and the one that comes of all its rows. */
async function schemasOf(content: string): Promise<Schemas> {
  const { context } = await openTestProject({});
  const path = join(context.root, 'x.csv');
  writeFileSync(path, content);
  const look = (beginning?: Beginning): Promise<Looked> =>
    lookAt(context, {
      path,
      shown: 'x.csv',
      said: {},
      label: 'left',
      timePatterns: new Map(),
      ...(beginning === undefined ? {} : { beginning }),
    });
  const written = (name: string): string =>
    readFileSync(join(context.root, `pipelines/${name}.schema.json`), 'utf8');
  const placed = (name: string) => ({
    root: context.root,
    name,
    source: 'x.csv',
    editorSchema: 'x',
    shown: 'x.csv',
  });
  const options = { directory: '.' };
  const beginning = beginningOf(await look({ rowsOf: () => shown, batchRows: 10 }));
  const ready =
    beginning === null ? null : await readyByBeginning(context, placed('first'), beginning, options);
  await makeReady(context, placed('whole'), await look(), options);
  return {
    first: ready === null ? null : written('first'),
    whole: written('whole'),
    part: ready === null ? undefined : [ready.inferred.rows, ready.inferred.readOn],
  };
}

it.each([
  ['all alike', csv()],
  ['numbers beyond those of the beginning', csv(() => ({ amount: 99, share: -3.5 }))],
  ['new words', csv((at) => ({ country: ['US', 'CA'][at % 2]! }))],
])(
  'the beginning of a file and the reading of the rest give what all rows give: %s',
  async (_what, content) => {
    const { first, whole, part } = await schemasOf(content);
    expect(first).toBe(whole);
    expect(part).toEqual([shown, rows]);
  },
);

it.each([
  ['a fraction among whole numbers', csv(() => ({ amount: 1.5 }))],
  ['a word among numbers', csv(() => ({ share: 'much' }))],
  ['a missing cell', csv((at) => (at === 390 ? { share: '' } : {}))],
  ['a time in another format', csv(() => ({ when: '13/04/2024' }))],
  ['an id that comes again', csv((at) => (at === 399 ? { id: 'u5x' } : {}))],
  ['a constant number that varies', csv((at) => (at === 399 ? { scale: 8 } : {}))],
  ['a constant word that varies', csv((at) => (at === 399 ? { place: 'there' } : {}))],
  ['a column that was empty', csv((at) => (at === 399 ? { empty: 3 } : {}))],
  ['a class of the label', csv((at) => (at === 399 ? { left: 'maybe' } : {}))],
  ['another word where there are few', csv((at) => (at === 399 ? { plan: 'free' } : {}))],
  ['NA', csv((at) => (at === 399 ? { country: 'NA' } : {}))],
  ['a word that means missing', csv((at) => (at === 399 ? { plan: 'n/a' } : {}))],
  ['a zero before the digits of a number', csv((at) => (at === 399 ? { amount: '07' } : {}))],
  ['a total below the table', csv(undefined, 'Total,,,,,,,,,\n')],
])('all rows are looked at, where the rest of a file is not as its beginning: %s', async (_what, content) => {
  const { first } = await schemasOf(content);
  expect(first).toBeNull();
});
