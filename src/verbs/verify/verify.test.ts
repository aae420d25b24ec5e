import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { digestOf, sha256 } from '../../digest.ts';
import { sampleInputs } from '../../packaging/bundle.fixture.ts';
import { bundleFiles } from '../../packaging/bundle.ts';
import { keepBundle } from '../../packaging/keep.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { planBundle } from '../../packaging/plan.ts';
import { writeTar } from '../../packaging/tar.ts';
import type { Context } from '../../project/context.ts';
import { attachmentsOf } from '../../project/trust/attachments.ts';
import { requireSignature } from '../../project/trust/holding.ts';
import { cannotSign, signAsAsked } from '../../project/trust/signing.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { readBundle, resolveBundle } from '../../project/bundles.ts';
import { sign } from '../sign/sign.ts';
import type { SignOptions } from '../sign/options.ts';
import { verify } from './verify.ts';
import type { VerifyResult } from './result.ts';

const pair = (): { privateKey: string; publicKey: string } =>
  generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
const release = pair();
const other = pair();
const bundle = planBundle({ ...sampleInputs(), name: 'left' });
const trusting = `deploy: { require_signature: true }\ntrust: { keys: { release: keys/release.pub.pem }, sign_with: { key: "env:SIGNING_KEY" } }\n`;

let project: TestProject;
let context: Context;
const at = (path: string): string => join(context.root, path);
beforeEach(async () => {
  project = await openTestProject(
    {
      'pipelines/left.yaml': customersPipeline(trusting),
      'keys/release.pub.pem': release.publicKey,
      'keys/other.pub.pem': other.publicKey,
      'secret.pem': release.privateKey,
      'other.pem': other.privateKey,
    },
    { variables: { SIGNING_KEY: release.privateKey } },
  );
  ({ context } = project);
  await keepBundle(context.store, bundle);
  await context.store.claimVersion('left', bundle.digest);
});

const signed = (what: string, more: Partial<SignOptions> = { key: 'secret.pem' }): ReturnType<typeof sign> =>
  sign(context, { what, ...more });
const verified = async (
  what: string,
  keys: readonly string[] = [],
  moment?: number,
): Promise<VerifyResult['verified'][number]> => {
  const { result, exitCode } = await verify(context, {
    what,
    keys,
    ...(moment === undefined ? {} : { at: moment }),
  });
  expect(exitCode).toBe(result.holds ? 0 : 8);
  return result.verified[0]!;
};
/** A bundle as files, to be changed. */
function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, content] of files) {
    mkdirSync(dirname(at(join(folder, path))), { recursive: true });
    writeFileSync(at(join(folder, path)), content);
  }
}

describe('a version of the store', () => {
  it('is unsigned, then signed; its digest does not move, and its documents are signed with it', async () => {
    expect(await verified('left@1')).toMatchObject({ state: 'unsigned', code: 'signature-missing' });
    const { result } = await signed('left@1');
    expect(result).toMatchObject({ kind: 'bundle', name: 'left@1', digest: bundle.digest, written: null });
    expect(await verified('left')).toMatchObject({
      state: 'signed',
      key: 'release',
      digest: bundle.digest,
      attached: ['ml-bom.cdx.json'],
    });
    expect((await resolveBundle(context, 'left')).bundle.digest).toBe(bundle.digest);
  });

  it('by a key that is not trusted does not hold; after a change of keys, the new signature does', async () => {
    await signed('left', { key: 'other.pem' });
    expect(await verified('left')).toMatchObject({ state: 'refused', code: 'signature-untrusted' });
    expect(await verified('left', ['keys/other.pub.pem'])).toMatchObject({
      state: 'signed',
      key: 'keys/other.pub.pem',
    });
    await signed('left');
    expect(await verified('left')).toMatchObject({ state: 'signed', key: 'release' });
    // Whoever lost the key signs by a new one, and trusts that.
    await signed('left', { key: 'other.pem' });
    expect(await verified('left')).toMatchObject({ state: 'signed', key: 'release' });
  });

  it('is told with the others of its store', async () => {
    const later = planBundle({ ...sampleInputs(), name: 'left', goal: 'another' });
    await keepBundle(context.store, later);
    await context.store.claimVersion('left', later.digest);
    await signed('left@1');
    const { result, exitCode } = await verify(context, { keys: [] });
    expect(result.verified.map(({ name, state }) => [name, state])).toEqual([
      ['left@1', 'signed'],
      ['left@2', 'unsigned'],
    ]);
    // The pipeline requires signatures.
    expect([exitCode, result.holds]).toEqual([8, false]);
    await signed('left@2');
    expect(await verify(context, { keys: [] })).toMatchObject({
      exitCode: 0,
      result: { holds: true, damaged: [] },
    });
  });
});

describe('a bundle that travels', () => {
  it('keeps what is attached: as a tar, as a folder, into another store', async () => {
    await signed('left');
    const named = await resolveBundle(context, 'left');
    writeFileSync(at('x.tar'), writeTar(bundle, 1, await attachmentsOf(context, named)));
    const away = await openTestProject({
      'pipelines/left.yaml': customersPipeline(trusting),
      'keys/release.pub.pem': release.publicKey,
    });
    writeFileSync(join(away.context.root, 'x.tar'), readFileSync(at('x.tar')));
    const { result } = await verify(away.context, { what: 'x.tar', keys: [] });
    expect(result).toMatchObject({ holds: true, verified: [{ key: 'release', name: 'left@1' }] });
    await expect(
      requireSignature(away.context, await resolveBundle(away.context, 'x.tar')),
    ).resolves.toBeUndefined();
  });

  it.each(['folder', 'tar'])('is signed where it lies: %s', async (kind) => {
    if (kind === 'tar') writeFileSync(at('x.tar'), writeTar(bundle, 1));
    else writeFolder('x', bundleFiles(bundle));
    const what = kind === 'tar' ? 'x.tar' : './x';
    const { result } = await signed(what);
    expect(result.written).toBe(kind === 'tar' ? 'x.tar' : 'x/model.sig');
    expect(await verified(what)).toMatchObject({ state: 'signed', key: 'release' });
    expect((await readBundle(context, what)).bundle.digest).toBe(bundle.digest);
  });

  it('does not pass for another version', async () => {
    await signed('left@1');
    const attachments = await attachmentsOf(context, await resolveBundle(context, 'left'));
    const away = await openTestProject({
      'pipelines/left.yaml': customersPipeline(trusting),
      'keys/release.pub.pem': release.publicKey,
    });
    writeFileSync(join(away.context.root, 'x.tar'), writeTar(bundle, 9, attachments));
    const { result } = await verify(away.context, { what: 'x.tar', keys: [] });
    expect(result.verified[0]).toMatchObject({ state: 'refused', code: 'signed-name-differs' });
  });

  it('notices a change of each of its files, by the digest, and where that was changed with it, by the signature', async () => {
    await signed('left');
    const attachments = await attachmentsOf(context, await resolveBundle(context, 'left'));
    for (const [path, content] of bundle.files) {
      const files = new Map(bundle.files).set(path, Buffer.concat([content, Buffer.from(' ')]));
      writeFolder('plain', new Map([...bundleFiles({ ...bundle, files }), ...attachments]));
      await expect(verified('./plain'), path).rejects.toMatchObject({
        exitCode: 8,
        message: expect.stringContaining(path),
      });
      const changed = files.get(path)!;
      const manifest = {
        ...bundle.manifest,
        files: { ...bundle.manifest.files, [path]: { sha256: sha256(changed), bytes: changed.byteLength } },
      };
      const forged: Bundle = { manifest, files, digest: digestOf(manifest) };
      writeFolder('forged', new Map([...bundleFiles(forged), ...attachments]));
      expect(await verified('./forged'), path).toMatchObject({
        state: 'refused',
        code: 'signed-file-changed',
      });
      for (const folder of ['plain', 'forged']) rmSync(at(folder), { recursive: true });
    }
    for (const name of ['ml-bom.cdx.json'] as const) {
      writeFolder('bom', new Map([...bundleFiles(bundle), ...attachments, [name, Buffer.from('{}')]]));
      expect(await verified('./bom')).toMatchObject({ state: 'refused', code: 'signed-file-changed' });
      rmSync(at('bom'), { recursive: true });
      const without = new Map([...bundleFiles(bundle), ...attachments]);
      without.delete(name);
      writeFolder('bom', without);
      expect(await verified('./bom')).toMatchObject({ state: 'refused', code: 'signed-file-missing' });
      rmSync(at('bom'), { recursive: true });
    }
  });

  it('notices a file that is missing, one that is added, and a link', async () => {
    await signed('left');
    const attachments = await attachmentsOf(context, await resolveBundle(context, 'left'));
    const files = new Map([...bundleFiles(bundle), ...attachments]);
    writeFolder('x', files);
    writeFileSync(at('x/extra'), 'x');
    await expect(verified('./x')).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining('extra'),
    });
    rmSync(at('x/extra'));
    expect(await verified('./x')).toMatchObject({ state: 'signed' });
    rmSync(at('x/golden.json'));
    await expect(verified('./x')).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining('golden.json'),
    });
    symlinkSync(at('secret.pem'), at('x/golden.json'));
    await expect(verified('./x')).rejects.toMatchObject({ exitCode: 8 });
  });
});

describe('models of any kind', () => {
  it('are signed as a file or a folder, and each change is noticed', async () => {
    project.write('m/model.onnx', 'weights');
    project.write('m/sub/tokens.txt', 'a');
    expect((await signed('m/model.onnx')).result).toMatchObject({
      kind: 'model',
      written: 'm/model.onnx.sig',
      files: 1,
    });
    rmSync(at('m/model.onnx.sig'));
    expect((await signed('./m')).result).toMatchObject({ kind: 'model', written: 'm/model.sig', files: 2 });
    const keys = ['keys/release.pub.pem'];
    expect(await verified('./m', keys)).toMatchObject({ state: 'signed', files: 2 });
    await expect(verified('./m')).rejects.toMatchObject({ exitCode: 2, code: 'nobody-is-trusted' });
    project.write('m/sub/more.txt', 'x');
    expect(await verified('./m', keys)).toMatchObject({ state: 'refused', code: 'unsigned-file' });
    rmSync(at('m/sub/more.txt'));
    project.write('m/sub/tokens.txt', 'b');
    expect(await verified('./m', keys)).toMatchObject({ state: 'refused', code: 'signed-file-changed' });
    symlinkSync(at('secret.pem'), at('m/sub/link'));
    await expect(verified('./m', keys)).rejects.toMatchObject({ exitCode: 2, code: 'not-a-plain-file' });
  });

  it('that are not there are told with what may be named', async () => {
    await expect(verified('./nothing')).rejects.toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining('skopeo'),
    });
  });
});

describe('images', () => {
  const layer = Buffer.from('layer');
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [] }));
  const index = (content: Buffer): string =>
    JSON.stringify({ manifests: [{ digest: `sha256:${sha256(content)}` }] });
  const writeLayout = (): void => {
    project.write('image/oci-layout', '{}');
    project.write('image/index.json', index(manifest));
    for (const blob of [layer, manifest])
      project.write(`image/blobs/sha256/${sha256(blob)}`, blob.toString());
  };

  it('are signed by their blobs, and for their digest', async () => {
    writeLayout();
    const keys = ['keys/release.pub.pem'];
    expect((await signed('./image')).result).toMatchObject({
      kind: 'image',
      name: `image@sha256:${sha256(manifest)}`,
      files: 2,
    });
    expect(await verified('./image', keys)).toMatchObject({ state: 'signed' });
    // What names it is no part of it.
    project.write('image/index.json', `${index(manifest)}\n`);
    expect(await verified('./image', keys)).toMatchObject({ state: 'signed' });
    project.write('image/index.json', index(layer));
    expect(await verified('./image', keys)).toMatchObject({ state: 'refused', code: 'signed-name-differs' });
    project.write('image/index.json', index(manifest));
    project.write(`image/blobs/sha256/${sha256(layer)}`, 'other');
    expect(await verified('./image', keys)).toMatchObject({ state: 'refused', code: 'signed-file-changed' });
  });
});

describe('a pipeline that requires signatures', () => {
  it('lets nothing through that is not signed, by a key that is trusted', async () => {
    const named = await resolveBundle(context, 'left');
    await expect(requireSignature(context, named)).rejects.toMatchObject({
      exitCode: 8,
      code: 'signature-missing',
    });
    await signed('left', { key: 'other.pem' });
    await expect(requireSignature(context, named)).rejects.toMatchObject({ code: 'signature-untrusted' });
    await signed('left');
    await expect(requireSignature(context, named)).resolves.toBeUndefined();
  });

  it('signs by itself with the key that it names, once; and says where that is not there', async () => {
    const named = await resolveBundle(context, 'left');
    const pipeline = await openPipeline(context, 'left');
    const before = (await context.store.recordIds('signature')).length;
    expect(await signAsAsked(context, pipeline, named)).toMatchObject({ because: null });
    await signAsAsked(context, pipeline, named);
    expect((await context.store.recordIds('signature')).length).toBe(before + 1);
    await expect(requireSignature(context, named)).resolves.toBeUndefined();
    expect(await cannotSign(context, pipeline)).toBeNull();
    const keyless = { ...context, environment: { ...context.environment, variables: {} } };
    expect(await cannotSign(keyless, pipeline)).toMatch(/SIGNING_KEY/);
    expect(await signAsAsked(keyless, pipeline, named)).toMatchObject({
      key: null,
      because: expect.stringMatching(/env:SIGNING_KEY/),
    });
  });

  it('is signed by a program that holds the key, without a shell; one that fails is told', async () => {
    const script =
      'const c=require("crypto"),fs=require("fs");const d=fs.readFileSync(0);process.stdout.write(d)';
    await expect(
      signed('left', { command: [process.execPath, '-e', script], publicKey: 'keys/release.pub.pem' }),
    ).rejects.toMatchObject({ exitCode: 2, code: 'command-signs-otherwise' });
    await expect(
      signed('left', { command: ['no-such-program'], publicKey: 'keys/release.pub.pem' }),
    ).rejects.toMatchObject({ exitCode: 2, code: 'signing-command-failed' });
    await expect(signed('left', { command: ['x'] })).rejects.toMatchObject({ code: 'public-key-missing' });
    const openssl = ['openssl', 'pkeyutl', '-sign', '-inkey', at('secret.pem'), '-pkeyopt', 'digest:sha256'];
    await signed('left', { command: openssl, publicKey: 'keys/release.pub.pem' });
    expect(await verified('left')).toMatchObject({ state: 'signed', key: 'release' });
  });
});
