import { Type } from '@sinclair/typebox';
import type { Digest } from '../digest.ts';
import { instant } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import { readRecord, recordKind, writeRecord } from './recordKind.ts';

const measuredMemoryShape = Type.Object({
  /** Resident memory of the service of a bundle after its golden rows. */
  bytes: Type.Integer({ minimum: 1 }),
  at: instant(),
});

const sample: Shape<typeof measuredMemoryShape> = { bytes: 182_452_224, at: 1_764_400_000_000 };

/** The memory that a bundle's service takes, under the bundle's digest: measured once, so that its manifests stay the same. */
export const measuredMemoryKind = recordKind({
  name: 'measured-memory',
  owner: null,
  version: 1,
  minimumAieng: '0.2.0',
  shape: measuredMemoryShape,
  older: {},
  without: 'It is measured again then.',
  sample,
});

/** Writes down what the service of a bundle took. */
export async function writeMeasuredMemory(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  bundle: Digest,
  bytes: number,
): Promise<void> {
  await writeRecord(store, measuredMemoryKind, { id: bundle }, { bytes, at: environment.now() });
}

/** Bytes that the service of a bundle took when it was measured; undefined before. */
export async function readMeasuredMemory(
  { store }: Pick<Ledger, 'store'>,
  bundle: Digest,
): Promise<number | undefined> {
  return (await readRecord(store, measuredMemoryKind, { id: bundle }))?.bytes;
}
