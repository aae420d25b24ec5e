import { Type } from '@sinclair/typebox';
import type { Digest } from '../digest.ts';
import { digestOf } from '../digest.ts';
import { digest, instant } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import { readRecord, recordKind, writeRecord } from './recordKind.ts';

const fileDigestShape = Type.Object({
  digest: digest('Of the bytes of the file.'),
  /** When hashing began. */
  at: instant(),
});

const sample: Shape<typeof fileDigestShape> = { digest: 'a'.repeat(64), at: 1_764_400_000_000 };

/**
 * The digest of a file by what the file system says of it, so that a source that was not written to is not hashed again.
 * Its id is the digest of its place and of those facts.
 */
export const fileDigestKind = recordKind({
  name: 'file-digest',
  owner: null,
  version: 1,
  minimumAieng: '0.2.0',
  shape: fileDigestShape,
  older: {},
  without: 'The file is hashed again then.',
  sample,
});

/** Where a file is, and what the file system says of it. */
export interface FileState {
  readonly path: string;
  readonly facts: { readonly [fact: string]: string };
}

const idOf = ({ path, facts }: FileState): string => digestOf({ path, facts });

/** The digest that a file in this state has; undefined where it was not written down. */
export async function knownFileDigest(
  { store }: Pick<Ledger, 'store'>,
  state: FileState,
): Promise<Digest | undefined> {
  return (await readRecord(store, fileDigestKind, { id: idOf(state) }))?.digest;
}

/** Writes down the digest of a file in a state that it will not have with other bytes. */
export async function rememberFileDigest(
  { store }: Pick<Ledger, 'store'>,
  state: FileState,
  said: Shape<typeof fileDigestShape>,
): Promise<void> {
  await writeRecord(store, fileDigestKind, { id: idOf(state) }, said);
}
