import { Type } from '@sinclair/typebox';
import { instant, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import { readRecord, recordKind, writeRecord } from './recordKind.ts';

const saltShape = Type.Object({ salt: text(), at: instant() });

const sample: Shape<typeof saltShape> = { salt: '01JGFJJZ000000000000000001', at: 1_764_400_000_000 };

/** What values of the environment are hashed with before they go into a key: one for each store, made when first needed. */
export const saltKind = recordKind({
  name: 'salt',
  owner: null,
  version: 1,
  minimumAieng: '0.2.0',
  shape: saltShape,
  older: {},
  without: 'Stages whose source names an environment variable run again then.',
  sample,
});

/** The store's salt. */
export async function storeSalt({
  store,
  environment,
}: Pick<Ledger, 'store' | 'environment'>): Promise<string> {
  const name = { id: 'environment' };
  const known = await readRecord(store, saltKind, name);
  if (known !== undefined) return known.salt;
  const made = { salt: environment.newId(), at: environment.now() };
  // Where another process was faster, its salt stays.
  if (await writeRecord(store, saltKind, name, made)) return made.salt;
  return storeSalt({ store, environment });
}
