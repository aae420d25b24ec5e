import { Type } from '@sinclair/typebox';
import type { Digest } from '../../digest.ts';
import { instant, objectDigest, orNull } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { Ledger } from '../ledger.ts';
import { readRecord, recordKind, replaceRecord, writeRecord } from '../recordKind.ts';

const attachedShape = Type.Object({
  at: instant(),
  provenance: orNull(objectDigest('The statement; null where no run of this store made the bundle.')),
  bom: objectDigest('The bill of materials.'),
});
type AttachedRecord = Shape<typeof attachedShape>;

/** How a bundle came to be and what it is made of, under the bundle's digest: written once, so that both keep their bytes. */
export const attachedKind = recordKind({
  name: 'attached',
  owner: null,
  version: 1,
  minimumAieng: '0.3.0',
  shape: attachedShape,
  older: {},
  without:
    'Provenance and bill of materials are made again when they are needed; a signature that was made before does not cover them then.',
  sample: { at: 1_764_400_000_000, provenance: 'a'.repeat(64), bom: 'b'.repeat(64) },
});

/** Writes down what is attached to a bundle; false: that was done before, and stays. */
export const writeAttached = (
  { store }: Pick<Ledger, 'store'>,
  bundle: Digest,
  attached: AttachedRecord,
): Promise<boolean> => writeRecord(store, attachedKind, { id: bundle }, attached);

/** Puts what was made again in the place of what is gone from the store. */
export const replaceAttached = (
  { store }: Pick<Ledger, 'store'>,
  bundle: Digest,
  attached: AttachedRecord,
): Promise<void> => replaceRecord(store, attachedKind, { id: bundle }, attached);

/** What is attached to a bundle; undefined where nothing was written down. */
export const readAttached = (
  { store }: Pick<Ledger, 'store'>,
  bundle: Digest,
): Promise<AttachedRecord | undefined> => readRecord(store, attachedKind, { id: bundle });
