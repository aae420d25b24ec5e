import { Type } from '@sinclair/typebox';
import { count, digest, flag, instant, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const verifiedShape = Type.Object(
  {
    name: text('`churn@3`, `image@sha256:…`, the name of a file or folder.'),
    digest: orNull(digest('Of the bundle.')),
    state: oneOf(
      ['signed', 'unsigned', 'unjudged', 'refused'],
      'signed: a signature holds; unsigned: there is none; unjudged: there is one, and nobody is trusted; refused: it does not hold, or the content is damaged.',
    ),
    because: orNull(text('Why it does not hold.')),
    code: orNull(text('The same for scripts: `signed-file-changed`.')),
    key: orNull(text('Name of the trusted key or certificate.')),
    method: orNull(oneOf(['key', 'certificate'])),
    files: orNull(count('So many files were signed.')),
    attached: Type.Array(text(), {
      description: 'What travels with the bundle: `provenance.json`, `ml-bom.cdx.json`.',
    }),
  },
  { title: 'Verified' },
);
export type Verified = Shape<typeof verifiedShape>;

export const verifyResult = Type.Object({
  kind: oneOf(['bundle', 'image', 'model', 'store']),
  holds: flag('Everything that was asked for holds; else exit 8.'),
  at: instant('For which certificates had to hold'),
  verified: Type.Array(verifiedShape),
  damaged: Type.Array(text(), { description: 'Of a store: what is damaged in it, signatures aside.' }),
});
/** What `verify` gives, member by member: docs/json.md#verify. */
export type VerifyResult = Shape<typeof verifyResult>;
