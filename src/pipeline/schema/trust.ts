import { key, section } from './keys.ts';

const signWith = section(
  'Signs each version that `package`, `run` and `retrain` make, unattended. Where the key is not there, the version is made and not signed, and that is told.',
  {
    key: key(
      ['string', 'null'],
      null,
      'env:NAME = the variable holds the private key (PEM), or a path outside of what is committed; null = no key here.',
      { minLength: 1 },
    ),
    command: key(
      ['array', 'null'],
      null,
      'A program that holds the key (PKCS#11, a key service) and its words: the digest on stdin, the signature on stdout; no shell. Needs public_key or certificate.',
      { items: { type: 'string' }, minItems: 1, maxItems: 100 },
    ),
    environment: key('array', [], 'Variables that this program may see, beside PATH, HOME, LANG and TZ.', {
      items: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
      uniqueItems: true,
    }),
    public_key: key(['string', 'null'], null, 'File with the public key of the command.', { minLength: 1 }),
    certificate: key(
      ['string', 'null'],
      null,
      "File with the signer's certificate and those between it and its authority; null = signed by the key alone.",
      { minLength: 1 },
    ),
  },
);

/** Whose signatures count, and who signs. */
export const trust = section('Signatures of bundles: see docs/trust.md.', {
  keys: key('object', {}, 'Who is trusted: a name → a file with a public key or a certificate (PEM).', {
    additionalProperties: { type: 'string', minLength: 1 },
    examples: [{ release: 'keys/release.pub.pem' }],
  }),
  sign_with: signWith,
});
