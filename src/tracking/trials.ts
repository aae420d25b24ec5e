import { Type } from '@sinclair/typebox';
import type { Digest } from '../digest.ts';
import { instant, number, orNull } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import { readRecord, recordKind, writeRecord } from './recordKind.ts';

const trialShape = Type.Object({
  loss: orNull(
    number(),
    'On the rows that judge the fold; lower is better. Null: what was fitted gives no figure.',
  ),
  at: instant(),
});

const sample: Shape<typeof trialShape> = { loss: 0.41, at: 1_764_400_000_000 };

/**
 * What one fit of a search came to, written down as it ends: a search that was killed goes on where it was, and comes to
 * the same. Its id is the digest of all that the fit is a function of.
 */
export const trialKind = recordKind({
  name: 'trial',
  owner: null,
  version: 1,
  minimumAieng: '0.2.0',
  shape: trialShape,
  older: {},
  without: 'It is fitted again then.',
  sample,
});

/** The loss of a fit that was made before; undefined where it was not. */
export async function knownLoss({ store }: Pick<Ledger, 'store'>, id: Digest): Promise<number | undefined> {
  const known = await readRecord(store, trialKind, { id });
  return known === undefined ? undefined : (known.loss ?? NaN);
}

/** Writes down what a fit came to. */
export async function rememberLoss(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  id: Digest,
  loss: number,
): Promise<void> {
  await writeRecord(
    store,
    trialKind,
    { id },
    { loss: Number.isFinite(loss) ? loss : null, at: environment.now() },
  );
}
