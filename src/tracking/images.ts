import { Type } from '@sinclair/typebox';
import { bundleDigest, count, instant, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import { listRecords, recordKind, writeRecord } from './recordKind.ts';
import type { Listed } from './recordKind.ts';

const imageShape = Type.Object({
  at: instant(),
  /** Of the bundle. */
  name: text(),
  version: orNull(count()),
  bundle: bundleDigest(),
  /** `sha256:…` of the image's manifest. */
  image: text(),
  reference: text(),
  base: Type.Object({ name: text(), digest: text() }),
  variant: oneOf(['serve', 'full']),
  platform: text(),
  /** Where it was pushed to: `registry.example.com/ml/churn@sha256:…`. */
  pushed: orNull(text()),
});

/** What an image was made of: the digest of its base is part of the lineage. */
export type ImageRecord = Shape<typeof imageShape>;

const sample: ImageRecord = {
  at: 1_764_400_000_000,
  name: 'churn',
  version: 3,
  bundle: 'a'.repeat(64),
  image: `sha256:${'b'.repeat(64)}`,
  reference: 'registry.example.com/ml/churn:3',
  base: { name: 'node:20-bookworm-slim', digest: `sha256:${'c'.repeat(64)}` },
  variant: 'serve',
  platform: 'linux/amd64',
  pushed: null,
};

export const imageKind = recordKind({
  name: 'image',
  owner: null,
  version: 1,
  minimumAieng: '0.2.0',
  shape: imageShape,
  older: {},
  without: 'The image itself is not touched: only what it was made of is not written down any more.',
  sample,
});

/** Writes down what an image was made of. */
export async function writeImage(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  image: Omit<ImageRecord, 'at'>,
): Promise<void> {
  await writeRecord(store, imageKind, { id: environment.newId() }, { at: environment.now(), ...image });
}

/** The newest images that were made here. */
export const readImages = ({ store }: Pick<Ledger, 'store'>, limit: number): Promise<Listed<ImageRecord>> =>
  listRecords(store, imageKind, { limit });
