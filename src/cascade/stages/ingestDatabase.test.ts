import { join } from 'node:path';
import fc from 'fast-check';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Increment, Snapshot } from '../../data/snapshot.ts';
import { outputOf } from '../../tracking/stages.ts';
import { cascade } from '../cascade.ts';
import { planStages } from '../plan.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { TestProject } from '../testing.fixture.ts';
import { openTestProject } from '../testing.fixture.ts';

const pipeline = (more: string): string => `source: { path: 'sqlite:shop.db', table: orders, ${more} }
label: paid
row_id: id
`;
const schema = JSON.stringify({
  type: 'object',
  properties: {
    id: { type: 'string', 'x-aieng': { kind: 'text' } },
    at: { type: 'integer', 'x-aieng': { kind: 'number' } },
    amount: { type: ['number', 'null'], 'x-aieng': { kind: 'number' } },
    paid: { type: 'string', 'x-aieng': { kind: 'category' } },
  },
  required: ['id', 'at', 'paid'],
});

const open: sqlite.Database[] = [];
afterAll(() => {
  for (const database of open) database.close();
});

/** A project over a database of its own. */
async function project(more = 'cursor: at'): Promise<TestProject & { database: sqlite.Database }> {
  const made = await openTestProject({
    'pipelines/shop.yaml': pipeline(more),
    'pipelines/shop.schema.json': schema,
  });
  const database = new sqlite.Database(join(made.context.root, 'shop.db'));
  open.push(database);
  database.exec(`
    CREATE TABLE orders (id INTEGER PRIMARY KEY, at INTEGER, amount, paid TEXT);
    INSERT INTO orders VALUES (1, 10, 1.5, 'yes'), (2, 20, NULL, 'no'), (3, 20, 7, 'yes');
  `);
  return { ...made, database };
}

interface Told {
  readonly state: string;
  readonly reason: string;
  readonly snapshot: Snapshot;
  readonly increment: Increment | undefined;
}

async function ingest({ context }: TestProject, full = false): Promise<Told> {
  const done = await cascade(context, 'ingest', { waitMs: 0, full });
  const { snapshot } = outputOf.ingest(done.last);
  const { state, reason } = done.stages[0]!;
  return { state, reason, snapshot, increment: snapshot.increment };
}

describe('ingest of a database with a cursor', () => {
  let shop: Awaited<ReturnType<typeof project>>;
  beforeAll(async () => {
    shop = await project();
  });

  it('reads everything first, and nothing where nothing changed', async () => {
    const first = await ingest(shop);
    expect([first.snapshot.rows, first.increment]).toEqual([3, undefined]);
    expect(first.snapshot.source?.cursor).toEqual({ column: 'at', last: '20', rows: 3 });
    expect(await ingest(shop)).toMatchObject({ state: 'cached', reason: 'nothing changed' });
  });

  it('adds what is new, replaces what changed, and says from which snapshot', async () => {
    const before = (await ingest(shop)).snapshot;
    shop.database.exec(
      `INSERT INTO orders VALUES (4, 30, 2, 'no'); UPDATE orders SET amount = 8, at = 31 WHERE id = 1`,
    );
    const added = await ingest(shop);
    expect(added.increment).toEqual({ read: 4, added: 1, changed: 1, repeated: 2, gone: 0 });
    expect([added.snapshot.rows, added.snapshot.parent]).toEqual([4, before.digest]);
    expect(added.reason).toContain('source sqlite:shop.db changed');
    expect(await ingest(shop)).toMatchObject({ state: 'cached', reason: 'nothing changed' });
    // What stands is what a full reading gives.
    const full = await ingest(shop, true);
    expect(full).toMatchObject({ state: 'ran', increment: undefined });
    expect(full.snapshot.digest).toBe(added.snapshot.digest);
    expect(await ingest(shop)).toMatchObject({ state: 'cached', reason: 'nothing changed' });
  });

  it('reads everything where rows came late, below the cursor', async () => {
    shop.database.exec(`INSERT INTO orders VALUES (5, 5, 2, 'no')`);
    const { snapshot, increment } = await ingest(shop);
    expect([snapshot.rows, increment]).toEqual([5, undefined]);
    expect(await ingest(shop)).toMatchObject({ state: 'cached' });
  });

  it('keeps rows that are gone from the source, counts them, and takes them out by a full reading', async () => {
    shop.database.exec('DELETE FROM orders WHERE id = 5');
    const kept = await ingest(shop);
    expect([kept.snapshot.rows, kept.increment?.gone]).toEqual([5, 1]);
    expect((await ingest(shop, true)).snapshot.rows).toBe(4);
  });

  it('carries what was refused on, until it is mended', async () => {
    shop.write('pipelines/shop.yaml', pipeline('cursor: at, max_rejected_share: 0.9'));
    shop.database.exec(`INSERT INTO orders VALUES (6, 40, 'much', 'no')`);
    // The pipeline changed: everything is read.
    expect(await ingest(shop)).toMatchObject({ snapshot: { rows: 4, quarantined: 1 }, increment: undefined });
    shop.database.exec(`INSERT INTO orders VALUES (7, 41, 1, 'no')`);
    expect(await ingest(shop)).toMatchObject({
      snapshot: { rows: 5, quarantined: 1, source: { records: 6 } },
      increment: { read: 2, added: 1, changed: 0, repeated: 0, gone: 0 },
    });
    shop.database.exec(`UPDATE orders SET amount = 1, at = 42 WHERE id = 6`);
    expect(await ingest(shop)).toMatchObject({
      snapshot: { rows: 6, quarantined: 0 },
      increment: { added: 0, changed: 1 },
    });
  });

  it('shows a plan without reading', async () => {
    const { context } = shop;
    const plan = async (): Promise<boolean | undefined> =>
      (await planStages(context, await openPipeline(context, undefined))).stages[0]?.stale;
    expect(await plan()).toBe(false);
    shop.database.exec(`INSERT INTO orders VALUES (8, 50, 1, 'no')`);
    expect(await plan()).toBe(true);
  });
});

describe('an ingest with a cursor', () => {
  it('gives the snapshot that a full reading gives, whatever is written between readings', async () => {
    const write = fc.record({ id: fc.integer({ min: 1, max: 12 }), amount: fc.integer({ min: 0, max: 9 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(write, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        async (rounds) => {
          const shop = await project();
          let at = 100;
          for (const round of rounds) {
            for (const { id, amount } of round)
              shop.database.run('INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)', [
                id,
                (at += 1),
                amount,
                'yes',
              ]);
            await ingest(shop);
          }
          const { snapshot } = await ingest(shop);
          expect(snapshot.digest).toBe((await ingest(shop, true)).snapshot.digest);
        },
      ),
      { numRuns: 4 },
    );
  });
});
