import type { VerifyOptions } from './options.ts';
import type { Verified, VerifyResult } from './result.ts';
import { readWholeFile } from '../../disk/wholeFile.ts';
import { AiengError, exitCodes, usageError } from '../../errors.ts';
import { loadBundle } from '../../packaging/index.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { pipelineOf } from '../../project/deployment/pipelineOf.ts';
import type { Outcome } from '../../project/outcome.ts';
import { signedOf, versionedName } from '../../project/trust/attachments.ts';
import { heldSignature } from '../../project/trust/holding.ts';
import { trustedOf } from '../../project/trust/keys.ts';
import { subjectOf } from '../../project/trust/subject.ts';
import type { FilesSubject } from '../../project/trust/subject.ts';
import type { Trusted } from '../../trust/keys.ts';
import { refusal } from '../../trust/refusal.ts';
import type { HeldSignature } from '../../trust/signature.ts';
import { verifyModel } from '../../trust/signature.ts';

const nothing = { because: null, code: null, key: null, method: null, files: null, attached: [] } as const;

/** What came of looking at a signature. Only what a signature can be refused for is an answer; the rest is thrown on. */
async function answered(
  about: Pick<Verified, 'name' | 'digest'>,
  attached: readonly string[],
  look: () => Promise<HeldSignature>,
): Promise<Verified> {
  try {
    const { key, method, files } = await look();
    return { ...nothing, ...about, attached, state: 'signed', key, method, files };
  } catch (error) {
    if (!(error instanceof AiengError) || error.exitCode !== exitCodes.storeDamaged) throw error;
    const state = error.code === 'signature-missing' ? 'unsigned' : 'refused';
    return { ...nothing, ...about, attached, state, because: error.message, code: error.code };
  }
}

const nobodyTrusted = (name: string): AiengError =>
  usageError({
    code: 'nobody-is-trusted',
    message: `${name} has a signature, and nothing says whose signatures count.`,
    hint: 'Name a public key or a certificate: `--key release.pub.pem`, or put it under trust.keys of the pipeline.',
  });

async function verifyBundle(
  context: Context,
  named: NamedBundle,
  isFile: boolean,
  trusted: readonly Trusted[],
  at: number,
): Promise<Verified> {
  const about = { name: versionedName(named), digest: named.bundle.digest };
  // Of a file it is asked whether it is signed, not whether the store knows a signature of the same bundle.
  if (isFile && named.attachments?.has('model.sig') !== true)
    return answered(about, [...(named.attachments?.keys() ?? [])], () =>
      Promise.reject(refusal('signature-missing', about.name, 'it has none')),
    );
  const [newest] = await signedOf(context, named);
  const attached = [...(newest?.keys() ?? [])].filter((name) => name !== 'model.sig');
  if (newest !== undefined && trusted.length === 0)
    return { ...nothing, ...about, attached, state: 'unjudged' };
  return answered(about, attached, () => heldSignature(context, named, trusted, at));
}

async function verifyFiles(
  { name, files, signature }: FilesSubject,
  trusted: readonly Trusted[],
  at: number,
): Promise<Verified> {
  return answered({ name, digest: null }, [], async () => {
    const content = await readWholeFile(signature).catch((error: unknown) => {
      if (!(error instanceof AiengError) || error.code !== 'file-not-found') throw error;
      throw refusal('signature-missing', name, `there is no ${signature}`);
    });
    if (trusted.length === 0) throw nobodyTrusted(name);
    return verifyModel(content, files, { trusted, at, name }, name);
  });
}

/** Every version of the store: its content against its digest, and its signatures. */
async function verifyStore(context: Context, keys: readonly string[], at: number): Promise<VerifyResult> {
  const { store } = context;
  const verified: Verified[] = [];
  let holds = true;
  for (const name of await store.versionNames()) {
    const pipeline: Pipeline | null = await pipelineOf(context, name);
    const trusted = await trustedOf(context, pipeline, keys);
    for (const { version, digest } of await store.versions(name)) {
      const one = await verifyBundle(
        context,
        { bundle: await loadBundle(store, digest), name, version },
        false,
        trusted,
        at,
      ).catch((error: unknown): Verified => {
        if (!(error instanceof AiengError) || error.exitCode !== exitCodes.storeDamaged) throw error;
        const { message, code } = error;
        return { ...nothing, name: `${name}@${version}`, digest, state: 'refused', because: message, code };
      });
      verified.push(one);
      const required = pipeline?.deploy.require_signature === true;
      if (one.state === 'refused' || (required && one.state !== 'signed')) holds = false;
    }
  }
  const damaged = (await store.verify()).map(({ what, problem }) => `${what}: ${problem}`);
  return { kind: 'store', holds: holds && damaged.length === 0, at, verified, damaged };
}

/**
 * Verifies the signature of a bundle, an image or any model, or of every version of the store: by whom, and that each file
 * is what was signed, with none missing and none besides. Exit 8 where it does not hold.
 */
export async function verify(context: Context, options: VerifyOptions): Promise<Outcome<VerifyResult>> {
  const at = options.at ?? context.environment.now();
  const outcome = (result: VerifyResult, warnings: readonly string[] = []): Outcome<VerifyResult> => ({
    exitCode: result.holds ? exitCodes.ok : exitCodes.storeDamaged,
    warnings,
    result,
  });
  if (options.what === undefined) {
    const result = await verifyStore(context, options.keys, at);
    const unjudged = result.verified.filter(({ state }) => state === 'unjudged');
    return outcome(
      result,
      unjudged.length === 0
        ? []
        : [
            `${unjudged.length} signatures were not judged (${unjudged[0]!.name}): nobody is trusted. Add trust.keys to the pipeline, or --key.`,
          ],
    );
  }
  const subject = await subjectOf(context, options.what, options.signature);
  const pipeline = subject.kind === 'bundle' ? await pipelineOf(context, subject.named.name) : null;
  const trusted = await trustedOf(context, pipeline, options.keys);
  const one =
    subject.kind === 'bundle'
      ? await verifyBundle(context, subject.named, subject.place.kind !== 'store', trusted, at)
      : await verifyFiles(subject, trusted, at);
  if (one.state === 'unjudged') throw nobodyTrusted(one.name);
  const { kind } = subject;
  return outcome({ kind, holds: one.state === 'signed', at, verified: [one], damaged: [] });
}
