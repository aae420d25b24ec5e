import { Type } from '@sinclair/typebox';
import { count, digest, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const signResult = Type.Object({
  kind: oneOf(['bundle', 'image', 'model']),
  name: text('What the signature is for: `churn@3`, `image@sha256:…`, the name of a file or folder.'),
  digest: orNull(digest('Of the bundle.')),
  key: digest('Fingerprint of the public key: SHA-256 of its PEM.'),
  method: oneOf(['key', 'certificate']),
  files: count('So many are signed.'),
  written: orNull(text('File that holds the signature; null = it is kept in the store.')),
});
/** What `sign` gives, member by member: docs/json.md#sign. */
export type SignResult = Shape<typeof signResult>;
