import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, sign as signDigest, createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../digest.ts';
import type { Trusted } from './keys.ts';
import { keyFingerprint, parseCertificates, parsePrivateKey, parsePublicKey, parseTrusted } from './keys.ts';
import { fromBase64, preAuthentication } from './dsse.ts';
import { commandSigner, keySigner } from './signer.ts';
import type { Signer } from './signer.ts';
import { signModel, verifyModel } from './signature.ts';

const files: ReadonlyMap<string, Uint8Array> = new Map([
  ['a-b', Buffer.from('one')],
  ['manifest.json', Buffer.from('{}')],
  ['model/x.bin', Buffer.from([0, 1, 2])],
  ['sub/é.bin', Buffer.from('')],
]);
const digests = (contents: ReadonlyMap<string, Uint8Array>): Map<string, string> =>
  new Map([...contents].map(([path, bytes]) => [path, sha256(bytes)]));
const pair = (curve: string): { privateKey: string; publicKey: string } =>
  generateKeyPairSync('ec', {
    namedCurve: curve,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
const mine = pair('prime256v1');
const other = pair('prime256v1');
const signerOf = ({ privateKey }: { privateKey: string }): Signer =>
  keySigner(parsePrivateKey(privateKey, 'the key'), [], 'the key');
const trustedOf = ({ publicKey }: { publicKey: string }, name = 'release'): readonly Trusted[] =>
  parseTrusted(name, publicKey, 'release.pub.pem');
const toSign = { name: 'churn@3', files: digests(files), ignored: ['VERSION', 'model.sig'] };
const now = Date.UTC(2026, 5, 1);
const held = (
  signature: string,
  contents: ReadonlyMap<string, Uint8Array> = files,
  trusted: readonly Trusted[] = trustedOf(mine),
  rest: { at?: number; name?: string } = {},
): unknown => verifyModel(Buffer.from(signature), contents, { trusted, at: now, ...rest }, 'churn@3');

describe('a signature by a key', () => {
  it.each(['prime256v1', 'secp384r1', 'secp521r1'])('holds on %s', async (curve) => {
    const keys = pair(curve);
    const signature = await signModel(toSign, signerOf(keys));
    expect(held(signature, files, [...trustedOf(other, 'other'), ...trustedOf(keys)])).toEqual({
      key: 'release',
      method: 'key',
      name: 'churn@3',
      files: 4,
    });
  });

  it('holds for the files that it names, and no others', async () => {
    const signature = await signModel(toSign, signerOf(mine));
    for (const path of files.keys()) {
      const changed = new Map(files).set(path, Buffer.from('changed'));
      expect(() => held(signature, changed), path).toThrow(
        expect.objectContaining({
          exitCode: 8,
          code: 'signed-file-changed',
          message: expect.stringContaining(path),
        }),
      );
      const fewer = new Map(files);
      fewer.delete(path);
      expect(() => held(signature, fewer), path).toThrow(
        expect.objectContaining({
          exitCode: 8,
          code: 'signed-file-missing',
          message: expect.stringContaining(path),
        }),
      );
    }
    const more = new Map(files).set('model/y.bin', Buffer.from('y'));
    expect(() => held(signature, more)).toThrow(
      expect.objectContaining({
        exitCode: 8,
        code: 'unsigned-file',
        message: expect.stringContaining('model/y.bin'),
      }),
    );
    // Those that were named as no part of it.
    expect(held(signature, new Map(files).set('VERSION', Buffer.from('x')))).toMatchObject({ files: 4 });
    expect(held(signature, new Map(files).set('.git/config', Buffer.from('x')))).toMatchObject({ files: 4 });
    expect(() => held(signature, new Map(files).set('sub/.git', Buffer.from('x')))).toThrow(/sub\/.git/);
  });

  it('does not hold by another key, or by none', async () => {
    const signature = await signModel(toSign, signerOf(mine));
    const untrusted = expect.objectContaining({ exitCode: 8, code: 'signature-untrusted' });
    expect(() => held(signature, files, trustedOf(other))).toThrow(untrusted);
    expect(() => held(signature, files, [])).toThrow(untrusted);
  });

  it('does not hold for another version, and does where none is said', async () => {
    const signature = await signModel(toSign, signerOf(mine));
    expect(held(signature, files, trustedOf(mine), { name: 'churn@3' })).toMatchObject({ name: 'churn@3' });
    expect(() => held(signature, files, trustedOf(mine), { name: 'churn@4' })).toThrow(
      expect.objectContaining({ code: 'signed-name-differs' }),
    );
    const nameless = await signModel({ ...toSign, name: 'churn' }, signerOf(mine));
    expect(held(nameless, files, trustedOf(mine), { name: 'churn@4' })).toMatchObject({ name: 'churn' });
  });

  it('does not hold where one byte of what was signed, or of it, is another', async () => {
    const signature = await signModel(toSign, signerOf(mine));
    const written = JSON.parse(signature) as {
      dsseEnvelope: { payload: string; signatures: { sig: string }[] };
    };
    const { payload, signatures } = written.dsseEnvelope;
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 255 }), (inPayload, place, by) => {
        const bytes = Buffer.from(inPayload ? payload : signatures[0]!.sig, 'base64');
        bytes[place % bytes.length]! ^= by;
        const text = bytes.toString('base64');
        const changed = inPayload ? { payload: text, signatures } : { payload, signatures: [{ sig: text }] };
        const broken = JSON.stringify({ ...written, dsseEnvelope: { ...written.dsseEnvelope, ...changed } });
        expect(() => held(broken)).toThrow(expect.objectContaining({ exitCode: 8 }));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses every file that is no such signature', () => {
    for (const text of [
      '',
      '{',
      '[]',
      '{}',
      'null',
      '{"mediaType":"x","verificationMaterial":{},"dsseEnvelope":{}}',
    ])
      expect(() => held(text), text).toThrow(expect.objectContaining({ exitCode: 8 }));
  });

  it('names the key by the hash of its PEM, and says nothing of the private one', async () => {
    const signature = await signModel(toSign, signerOf(mine));
    expect(keyFingerprint(createPublicKey(mine.publicKey))).toBe(sha256(mine.publicKey));
    expect(signature).toContain(sha256(mine.publicKey));
    const secret = mine.privateKey.split('\n')[1]!;
    expect(signature).not.toContain(secret);
  });
});

describe('a signature of another kind', () => {
  it.each<[string, object, RegExp]>([
    [
      'by an identity',
      { certificate: { rawBytes: 'MIIC' }, tlogEntries: [{ logIndex: '1' }] },
      /by an identity \(Sigstore, keyless\).*sign it by a key on P-256 or P-384/,
    ],
    [
      'by a key after quantum computers',
      { publicKey: { hint: `ML_DSA_65:${'9a'.repeat(32)}` }, tlogEntries: [] },
      /a key of ML_DSA_65, and aieng verifies ECDSA.*sign it by a key/,
    ],
    ['by nobody', {}, /neither a key nor certificates/],
  ])('%s says what it is and how to sign so that it can be verified', async (_what, material, words) => {
    const written = JSON.parse(await signModel(toSign, signerOf(mine))) as { dsseEnvelope: object };
    const theirs = JSON.stringify({ ...written, verificationMaterial: material });
    const trusted = parseTrusted('other', pair('P-256').publicKey, 'other.pem');
    expect(() => held(theirs, files, trusted, { at: 0 })).toThrow(
      expect.objectContaining({
        code: 'signature-unknown-form',
        exitCode: 8,
        message: expect.stringMatching(words) as string,
      }),
    );
  });
});

describe('keys', () => {
  it('are refused by name where they are of another kind, and never quoted', () => {
    const edwards = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    expect(() => parsePrivateKey(edwards.privateKey, 'k.pem')).toThrow(/k\.pem is a key of the kind ed25519/);
    expect(() => parsePublicKey(pair('secp256k1').publicKey, 'k.pem')).toThrow(/secp256k1/);
    expect(() => parsePublicKey(mine.privateKey, 'k.pem')).toThrow(/is a private key/);
    const broken = mine.privateKey
      .replace('BEGIN PRIVATE', 'BEGIN  PRIVATE')
      .replace(/[A-Z]{3}/, 'planted-secret');
    for (const text of [
      broken,
      'planted-secret',
      `-----BEGIN PRIVATE KEY-----\nplanted-secret\n-----END PRIVATE KEY-----`,
    ])
      try {
        parsePrivateKey(text, 'env:KEY');
        expect.unreachable();
      } catch (error) {
        const { message, hint, cause } = error as { message: string; hint: string; cause?: unknown };
        expect(`${message} ${hint}`).not.toContain('planted-secret');
        expect(cause).toBeUndefined();
      }
  });

  it('of a variable may have its lines joined by \\n', () => {
    const joined = mine.privateKey.replaceAll('\n', '\\n');
    expect(parsePrivateKey(joined, 'env:KEY').asymmetricKeyType).toBe('ec');
  });

  it('that are encrypted are refused with a way', () => {
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'prime256v1',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
    });
    expect(() => parsePrivateKey(privateKey, 'k.pem')).toThrow(
      expect.objectContaining({ code: 'key-encrypted' }),
    );
  });
});

describe('a command that keeps the key', () => {
  const publicKey = createPublicKey(mine.publicKey);
  /** What a token does: it signs a digest, as `r` and `s` side by side. */
  const token =
    (sides: boolean) =>
    async (digest: Uint8Array): Promise<Uint8Array> => {
      // Node signs messages, so the answer for this digest is made of the message that has it.
      const message = messages.find((each) =>
        createHash('sha256').update(each).digest().equals(Buffer.from(digest)),
      )!;
      return signDigest('sha256', message, {
        key: mine.privateKey,
        dsaEncoding: sides ? 'ieee-p1363' : 'der',
      });
    };
  const messages: Uint8Array[] = [];
  const spied = (signer: Signer): Signer => ({
    ...signer,
    sign: (message) => {
      messages.push(message);
      return signer.sign(message);
    },
  });

  it.each([true, false])(
    'is given the digest, and its answer is verified (side by side: %s)',
    async (sides) => {
      const signature = await signModel(
        toSign,
        spied(commandSigner(token(sides), publicKey, [], 'the token')),
      );
      expect(held(signature)).toMatchObject({ key: 'release' });
    },
  );

  it('that answers something else is told so', async () => {
    for (const answer of [Buffer.from('no'), Buffer.alloc(64), Buffer.alloc(0)])
      await expect(
        signModel(
          toSign,
          commandSigner(async () => answer, publicKey, [], 'the token'),
        ),
      ).rejects.toMatchObject({ exitCode: 2, code: 'command-signs-otherwise' });
  });
});

describe('certificates', () => {
  let folder: string;
  const at = (...parts: string[]): string => join(folder, ...parts);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const issue = (name: string, issuer: string | null, extensions: string, ...more: string[]): void => {
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.pem`);
    openssl('req', '-new', '-key', `${name}.pem`, '-subj', `/CN=${name}`, '-out', `${name}.csr`);
    writeFileSync(at(`${name}.ext`), extensions);
    const by =
      issuer === null
        ? ['-signkey', `${name}.pem`]
        : ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.pem`, '-CAcreateserial'];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-days',
      '3650',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.crt`,
      ...more,
    );
  };
  const read = (name: string): string => readFileSync(at(name), 'utf8');
  const authority = 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n';
  const signing = 'basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\n';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aieng-trust-'));
    issue('root', null, authority);
    issue('team', 'root', 'basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=critical,keyCertSign\n');
    issue('signer', 'team', signing);
    issue('coder', 'team', 'extendedKeyUsage=codeSigning\n');
    issue('server', 'team', 'keyUsage=critical,keyEncipherment\nextendedKeyUsage=serverAuth\n');
    issue('below', 'team', authority);
    issue('deep', 'below', signing);
    issue('fromSigner', 'signer', signing);
    issue('strange', 'team', `${signing}1.2.3.4=critical,ASN1:NULL\n`);
    issue('elsewhere', null, authority);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const signedWith = (name: string, ...chain: string[]): Promise<string> => {
    const certificates = [name, ...chain].flatMap((each) => parseCertificates(read(`${each}.crt`), each));
    return signModel(toSign, keySigner(parsePrivateKey(read(`${name}.pem`), name), certificates, name));
  };
  const trusting = (...names: string[]): readonly Trusted[] =>
    names.flatMap((name) => parseTrusted(name, read(`${name}.crt`), name));

  it('lead to one that is trusted: a root, one below it, or the signer itself', async () => {
    const signature = await signedWith('signer', 'team');
    const today = { at: Date.now() };
    for (const name of ['root', 'team', 'signer'])
      expect(held(signature, files, trusting('elsewhere', name), today)).toMatchObject({
        key: name,
        method: 'certificate',
      });
    expect(held(await signedWith('coder', 'team'), files, trusting('root'), today)).toMatchObject({
      key: 'root',
    });
    expect(() => held(signature, files, trusting('elsewhere'), today)).toThrow(
      expect.objectContaining({ code: 'certificate-untrusted', exitCode: 8 }),
    );
    // Without the one between, nothing leads to the root.
    expect(() =>
      held(signature.replace(/,\{"rawBytes":"[^"]+"\}/, ''), files, trusting('root'), today),
    ).toThrow(/vouches/);
  });

  it('hold in their time alone', async () => {
    const signature = await signedWith('signer', 'team');
    const expired = expect.objectContaining({ code: 'certificate-expired', exitCode: 8 });
    expect(() => held(signature, files, trusting('root'), { at: Date.now() + 3651 * 86_400_000 })).toThrow(
      expired,
    );
    expect(() => held(signature, files, trusting('root'), { at: Date.now() - 86_400_000 })).toThrow(expired);
  });

  it.each([
    ['server', ['team'], /other uses/],
    ['deep', ['below', 'team'], /vouches/],
    ['fromSigner', ['signer', 'team'], /vouches/],
    ['strange', ['team'], /critical extension/],
  ])('that are not for it do not hold: %s', async (name, chain, because) => {
    const signature = await signedWith(name, ...chain);
    expect(() => held(signature, files, trusting('root'), { at: Date.now() })).toThrow(because);
  });

  it('belong to the key that signs', () => {
    const chain = parseCertificates(read('signer.crt'), 'signer');
    expect(() => keySigner(parsePrivateKey(mine.privateKey, 'mine'), chain, 'mine')).toThrow(
      expect.objectContaining({ code: 'key-is-not-the-certificates' }),
    );
  });

  it('make no signature that only their key made trusted: a changed payload does not hold', async () => {
    const written = JSON.parse(await signedWith('signer', 'team')) as { dsseEnvelope: { payload: string } };
    const payload = Buffer.from(written.dsseEnvelope.payload, 'base64')
      .toString()
      .replace('churn@3', 'churn@9');
    const changed = {
      ...written,
      dsseEnvelope: { ...written.dsseEnvelope, payload: Buffer.from(payload).toString('base64') },
    };
    expect(() => held(JSON.stringify(changed), files, trusting('root'), { at: Date.now() })).toThrow(
      expect.objectContaining({ code: 'signature-damaged' }),
    );
  });
});

describe('the envelope', () => {
  it('is encoded as the protocol says', () => {
    // The example of DSSE's protocol.md.
    const encoded = preAuthentication('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('takes both alphabets of base64, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        for (const text of [Buffer.from(bytes).toString('base64'), Buffer.from(bytes).toString('base64url')])
          expect(Buffer.from(fromBase64(text)!).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
    for (const text of ['a', '*', 'ab c', 'a===']) expect(fromBase64(text)).toBeUndefined();
  });
});
