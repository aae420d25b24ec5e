import { Type } from '@sinclair/typebox';
import type { Digest } from '../../digest.ts';
import { count, digest, instant, objectDigest, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { Ledger } from '../ledger.ts';
import { listRecords, recordKind, writeRecord } from '../recordKind.ts';

const signatureShape = Type.Object({
  at: instant(),
  /** It alone keeps no bundle: where the bundle goes, its signatures say nothing any more. */
  bundle: digest('Of the bundle that was signed.'),
  name: text(),
  version: orNull(count()),
  signature: objectDigest('`model.sig`'),
  /** What was signed with it. */
  provenance: orNull(objectDigest()),
  bom: orNull(objectDigest()),
});
export type SignatureRecord = Shape<typeof signatureShape>;

/** A signature of a bundle, made here or brought by the bundle. Whether it holds is asked when it is needed. */
export const signatureKind = recordKind({
  name: 'signature',
  owner: null,
  version: 1,
  minimumAieng: '0.3.0',
  shape: signatureShape,
  older: {},
  without: 'Sign that bundle again with `aieng sign`.',
  sample: {
    at: 1_764_400_000_000,
    bundle: 'c'.repeat(64),
    name: 'churn',
    version: 3,
    signature: 'a'.repeat(64),
    provenance: null,
    bom: 'b'.repeat(64),
  },
});

/** Writes down a signature. */
export async function writeSignature(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  signature: Omit<SignatureRecord, 'at'>,
): Promise<void> {
  await writeRecord(
    store,
    signatureKind,
    { id: environment.newId() },
    { at: environment.now(), ...signature },
  );
}

/**
 * Every signature of a bundle, the newest first: after a change of keys an old one may hold no more, and a new one does.
 *
 * @throws damaged (exit 8) where a record of one cannot be read: nobody knows whose it was.
 */
export async function signaturesOf(
  { store }: Pick<Ledger, 'store'>,
  bundle: Digest,
): Promise<readonly SignatureRecord[]> {
  const { records, damaged } = await listRecords(store, signatureKind);
  const [broken] = damaged;
  const found = records.map(({ content }) => content).filter((each) => each.bundle === bundle);
  if (found.length === 0 && broken !== undefined) throw broken;
  return found;
}
