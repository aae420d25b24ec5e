import { Type } from '@sinclair/typebox';
import { count, digest, instant, objectDigest, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Ledger } from './ledger.ts';
import { newestRecord, recordKind, writeRecord } from './recordKind.ts';

const acceptedShape = Type.Object({
  at: instant(),
  by: oneOf(
    ['person', 'retrain'],
    'A person by `aieng monitor --accept`, or `aieng retrain` by its own rule.',
  ),
  who: text('The account and the machine: `ada@build-3`.'),
  why: text(),
  bundle: digest('Of the model whose references these are.'),
  rows: count('Rows that the reference of drift is made of.'),
  from: Type.Optional(
    orNull(
      instant('The first of these rows'),
      'Rows of the log from before it are of the population of before, and are not judged; null: of a file.',
    ),
  ),
  labelled: count('Rows that the reference of performance is made of.'),
  reference: objectDigest('The reference of drift and performance, as `reference.json` of a bundle.'),
  scored: orNull(objectDigest(), 'Scored rows, as `scored.json` of a bundle; null where none were labelled.'),
  seen: Type.Array(Type.Object({ kind: text(), message: text() }), {
    description: 'The alarms that were accepted.',
  }),
});
export type AcceptedReference = Shape<typeof acceptedShape>;

const sample: AcceptedReference = {
  at: 1_764_400_000_000,
  by: 'person',
  who: 'ada@build-3',
  why: 'prices rose on 1 May',
  bundle: 'a'.repeat(64),
  rows: 1770,
  from: 1_764_300_000_000,
  labelled: 300,
  reference: 'b'.repeat(64),
  scored: 'c'.repeat(64),
  seen: [{ kind: 'drift', message: '1 of 12 columns drifted: price (mean 41.2 → 91.5).' }],
};

/** A present population that was taken as the reference of a model, in place of the one in its bundle. */
export const acceptedReferenceKind = recordKind({
  name: 'accepted',
  owner: 'pipeline',
  version: 1,
  minimumAieng: '0.2.0',
  shape: acceptedShape,
  older: {},
  without: 'Without it, `aieng monitor` compares with the reference of the bundle again.',
  sample,
});

/** Writes down that a reference was accepted. */
export const writeAcceptedReference = (
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  id: string,
  accepted: AcceptedReference,
): Promise<boolean> => writeRecord(store, acceptedReferenceKind, { of: pipeline, id }, accepted);

/**
 * The newest reference that was accepted for a bundle, or undefined.
 *
 * @throws damaged (exit 8): what cannot be read may have been it.
 */
export async function readAcceptedReference(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
  bundle: string,
): Promise<AcceptedReference | undefined> {
  return (await newestRecord(store, acceptedReferenceKind, pipeline, (each) => each.bundle === bundle))
    ?.content;
}
