import { Type } from '@sinclair/typebox';
import type { Digest } from '../../digest.ts';
import { instant, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { Ledger } from '../ledger.ts';
import { readRecord, recordKind, writeRecord } from '../recordKind.ts';

const consentShape = Type.Object({
  at: instant(),
  because: oneOf(
    ['compiled', 'flag', 'signature'],
    '`compiled`: of the files of this project; `flag`: --allow-code; `signature`: of a key that the pipeline trusts.',
  ),
  by: orNull(text(), 'Whose signature it was.'),
  bundle: orNull(text(), 'With which bundle it came; null for the code of this project.'),
});
type ConsentRecord = Shape<typeof consentShape>;

/** That a team's own code may be loaded here, under the digest of its JavaScript. */
export const consentKind = recordKind({
  name: 'consent',
  owner: null,
  version: 1,
  minimumAieng: '0.3.0',
  shape: consentShape,
  older: {},
  without:
    'The code has to be allowed again: with --allow-code, or by featurize where it is of this project.',
  sample: { at: 1_764_400_000_000, because: 'signature', by: 'release', bundle: 'churn@3' },
});

/** Writes down that the code of this digest may be loaded; what was allowed before stays as it was written. */
export async function writeConsent(
  { store }: Pick<Ledger, 'store'>,
  code: Digest,
  consent: ConsentRecord,
): Promise<void> {
  await writeRecord(store, consentKind, { id: code }, consent);
}

/** Who allowed the code of this digest; undefined: nobody. */
export const readConsent = (
  { store }: Pick<Ledger, 'store'>,
  code: Digest,
): Promise<ConsentRecord | undefined> => readRecord(store, consentKind, { id: code });
