import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TestProject } from '../../src/cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../src/cascade/testing.fixture.ts';
import { resolveBundle } from '../../src/project/bundles.ts';
import { openVerifiedPredictor } from '../../src/project/predictors.ts';
import { consentTo } from '../../src/project/trust/consent.ts';
import { packageModel } from '../../src/verbs/package/package.ts';
import { sign } from '../../src/verbs/sign/sign.ts';
import { verify } from '../../src/verbs/verify/verify.ts';
import { noteUnavailable } from '../system/unavailable.ts';

// OpenSSF Model Signing: the published vectors, and the reference implementation in both directions.

const official = resolve(import.meta.dirname, '../../../shared/models/signing/official');
const python = process.env['AIENG_PYTHON'] ?? 'python3';
const hasPeer = spawnSync(python, ['-c', 'import model_signing'], { stdio: 'ignore' }).status === 0;
noteUnavailable(
  'model-signing',
  hasPeer ? null : 'no Python here has model_signing (AIENG_PYTHON, else python3)',
);

let own: TestProject;
const at = (...parts: string[]): string => join(own.context.root, ...parts);
const run = (program: string, ...args: string[]): void => {
  execFileSync(program, args, { cwd: own.context.root, stdio: 'pipe' });
};
const reference = (...args: string[]): void => run(python, '-m', 'model_signing', ...args);
const stateOf = async (what: string, key: string, signature?: string): Promise<string | undefined> => {
  const { result } = await verify(own.context, {
    what,
    keys: [key],
    // The certificates are of this minute, and the project's clock stands still.
    at: Date.now(),
    ...(signature === undefined ? {} : { signature }),
  });
  return result.verified[0]?.state;
};

beforeAll(async () => {
  own = await openTestProject({ 'pipelines/README.md': '' });
});

it.skipIf(!existsSync(official)).each([
  ['v1.1.0-elliptic-key', 'v1.1.0-elliptic-key/model.sig'],
  ['v1.0.0-elliptic-key/signme-1', 'v1.0.0-elliptic-key/model.sig'],
])('the published vector %s holds', async (model, signature) => {
  const key = join(official, 'signing-key-pub.pem');
  expect(await stateOf(join(official, model), key, join(official, signature))).toBe('signed');
});

describe.skipIf(!hasPeer)('the reference implementation of model signing', () => {
  const curves = ['prime256v1', 'secp384r1'];
  beforeAll(() => {
    mkdirSync(at('folder/sub'), { recursive: true });
    for (const path of ['folder/a-b', 'folder/sub/é.bin', 'one.onnx']) writeFileSync(at(path), path);
    for (const curve of curves) {
      run('openssl', 'ecparam', '-name', curve, '-genkey', '-noout', '-out', `${curve}.pem`);
      run('openssl', 'pkey', '-in', `${curve}.pem`, '-pubout', '-out', `${curve}.pub.pem`);
      const subject = ['-subj', '/CN=signer', '-days', '30', '-addext', 'keyUsage=digitalSignature'];
      run('openssl', 'req', '-x509', '-new', '-key', `${curve}.pem`, '-out', `${curve}.crt`, ...subject);
    }
  });

  it.each([
    ['key', 'prime256v1', 'folder'],
    ['key', 'secp384r1', 'one.onnx'],
    ['certificate', 'secp384r1', 'folder'],
  ])('by a %s on %s: what either signs of %s holds at the other', async (method, curve, model) => {
    const certificate = `${curve}.crt`;
    const isKey = method === 'key';
    const trusted = isKey ? `${curve}.pub.pem` : certificate;
    const theirs = at('theirs.sig');
    const ours = at('ours.sig');
    const chain = isKey ? [] : ['--signing_certificate', certificate, '--certificate_chain', certificate];
    reference('sign', method, '--private_key', `${curve}.pem`, ...chain, '--signature', theirs, model);
    expect(await stateOf(`./${model}`, trusted, theirs)).toBe('signed');
    const signer = { key: `${curve}.pem`, ...(isKey ? {} : { certificate }) };
    await sign(own.context, { what: `./${model}`, ...signer, signature: ours });
    const asked = isKey ? ['--public_key', trusted] : ['--certificate_chain', certificate];
    const verified = ['verify', method, ...asked, '--signature', ours, model];
    reference(...verified);
    const changed = at(model === 'folder' ? 'folder/a-b' : model);
    const before = readFileSync(changed);
    writeFileSync(changed, 'changed');
    expect(() => reference(...verified)).toThrow();
    expect(await stateOf(`./${model}`, trusted, theirs)).toBe('refused');
    writeFileSync(changed, before);
  });
});

describe('a bundle with code of its own', () => {
  const pair = (): { readonly privateKey: string; readonly publicKey: string } =>
    generateKeyPairSync('ec', {
      namedCurve: 'prime256v1',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
  const release = pair();
  const pipeline = customersPipeline('row_id: id\n').replace(
    /features: .*\n/,
    'features: { drop: [note], transforms: [./features.ts], columns: { years: [standard] } }\n',
  );
  const transform = `import { defineTransform } from 'aieng';
export const years = defineTransform({
  name: 'years', inputs: { tenure: 'number' }, output: 'number', apply: ({ tenure }) => tenure === null ? null : tenure / 12,
});
`;
  let tar: Buffer;
  beforeAll(async () => {
    const home = await openTestProject({
      'pipelines/left.yaml': pipeline,
      'features.ts': transform,
      'data/customers.csv': csvOf(customers(0, 300)),
      'release.pem': release.privateKey,
    });
    await packageModel(home.context, { pipeline: 'left', waitMs: 0 });
    await sign(home.context, { what: 'left@1', key: 'release.pem' });
    await packageModel(home.context, { pipeline: 'left', output: 'left.tar', waitMs: 0 });
    tar = readFileSync(join(home.context.root, 'left.tar'));
  }, 60_000);

  /** A project elsewhere that trusts that key. */
  const elsewhere = async (publicKey: string): Promise<TestProject> => {
    const there = await openTestProject({
      'pipelines/left.yaml': `${pipeline}trust: { keys: { release: release.pub.pem } }\n`,
      'release.pub.pem': publicKey,
    });
    writeFileSync(join(there.context.root, 'left.tar'), tar);
    return there;
  };

  it('is loaded without a flag where somebody signed it who is trusted, and not by another signature', async () => {
    const { context } = await elsewhere(release.publicKey);
    const named = await resolveBundle(context, 'left.tar');
    await consentTo(context, named);
    const { predictor } = await openVerifiedPredictor(context, named);
    predictor.dispose();
    const other = await elsewhere(pair().publicKey);
    const unknown = await resolveBundle(other.context, 'left.tar');
    await expect(consentTo(other.context, unknown)).rejects.toMatchObject({
      code: 'code-not-allowed',
      exitCode: 2,
    });
  });
});
