import type { SignOptions } from './options.ts';
import type { SignResult } from './result.ts';
import { join, relative } from 'node:path';
import { writeWholeFile } from '../../disk/wholeFile.ts';
import { exitCodes, usageError } from '../../errors.ts';
import { writeTar } from '../../packaging/tar.ts';
import type { Attachments } from '../../packaging/bundle.ts';
import type { Context } from '../../project/context.ts';
import { pipelineOf } from '../../project/deployment/pipelineOf.ts';
import type { Outcome } from '../../project/outcome.ts';
import { keepAttachments, versionedName } from '../../project/trust/attachments.ts';
import { signerOf, wishOf } from '../../project/trust/keys.ts';
import type { SigningWish } from '../../project/trust/keys.ts';
import { coveredFiles, signedAttachments } from '../../project/trust/signing.ts';
import { subjectOf } from '../../project/trust/subject.ts';
import type { FilesSubject, Subject } from '../../project/trust/subject.ts';
import { keyFingerprint } from '../../trust/keys.ts';
import { signModel } from '../../trust/signature.ts';
import type { Signer } from '../../trust/signer.ts';

/** Who signs: by the flags, or else by the pipeline of the bundle. */
async function wanted(context: Context, subject: Subject, options: SignOptions): Promise<SigningWish | null> {
  const { key = null, command = null, publicKey = null, certificate = null } = options;
  if (key !== null || command !== null) {
    const { cwd, variables } = context.environment;
    return { key, command, publicKey, certificate, folder: cwd, variables };
  }
  const pipeline = subject.kind === 'bundle' ? await pipelineOf(context, subject.named.name) : null;
  return pipeline === null ? null : wishOf(context, pipeline);
}

async function signerFor(context: Context, subject: Subject, options: SignOptions): Promise<Signer> {
  const wish = await wanted(context, subject, options);
  const signer = wish === null ? null : await signerOf(context, wish);
  if (signer !== null) return signer;
  throw usageError({
    code: 'key-missing',
    message: wish === null ? 'Nothing says who signs.' : `The variable of ${wish.key ?? ''} is not set.`,
    hint:
      wish !== null
        ? 'Set it where the run keeps its secrets.'
        : 'Name a private key: `--key signing-key.pem`, or `--key env:NAME` for a variable that holds it. `openssl ecparam -name prime256v1 -genkey -noout -out signing-key.pem` makes one.',
  });
}

/** Puts a bundle's attachments where the bundle lies. */
async function put(
  context: Context,
  subject: Extract<Subject, { kind: 'bundle' }>,
  attachments: Attachments,
): Promise<string | null> {
  const { named, place } = subject;
  const { environment } = context;
  if (place.kind === 'store') {
    await keepAttachments(context, { ...named, attachments });
    return null;
  }
  if (place.kind === 'tar') {
    await writeWholeFile(place.path, writeTar(named.bundle, named.version, attachments), environment);
    return place.path;
  }
  const own = context.store.folderPlace('bundles');
  if (place.path.startsWith(join(own, '/')))
    throw usageError({
      code: 'folder-is-the-stores',
      message: `${relative(environment.cwd, place.path)} is the store's own copy, which holds what the bundle's digest says and nothing else.`,
      hint: `Sign the version itself: \`aieng sign ${versionedName(named)}\`.`,
    });
  for (const [name, content] of attachments)
    await writeWholeFile(join(place.path, name), content, environment);
  return join(place.path, 'model.sig');
}

async function signFiles(context: Context, subject: FilesSubject, signer: Signer): Promise<string> {
  const { name, files, ignored, signature } = subject;
  if (files.size === 0)
    throw usageError({
      code: 'nothing-to-sign',
      message: `${name} holds no file.`,
      hint: 'Name a folder with files.',
    });
  await writeWholeFile(signature, await signModel({ name, files, ignored }, signer), context.environment);
  return signature;
}

/**
 * Signs a bundle, an image or any model by OpenSSF Model Signing v1.0. A bundle's digest does not move: its signature lies
 * beside it, in the store, the tar or the folder, with how it came to be and what it is made of.
 */
export async function sign(context: Context, options: SignOptions): Promise<Outcome<SignResult>> {
  const subject = await subjectOf(context, options.what, options.signature);
  const signer = await signerFor(context, subject, options);
  const shared = {
    kind: subject.kind,
    key: keyFingerprint(signer.publicKey),
    method: signer.chain.length === 0 ? ('key' as const) : ('certificate' as const),
  };
  const shown = (path: string | null): string | null =>
    path === null ? null : relative(context.environment.cwd, path);
  if (subject.kind !== 'bundle') {
    const written = shown(await signFiles(context, subject, signer));
    const { name, files } = subject;
    return {
      exitCode: exitCodes.ok,
      warnings: [],
      result: { ...shared, name, digest: null, files: files.size, written },
    };
  }
  const { named } = subject;
  const attachments = await signedAttachments(context, named, signer);
  const written = shown(await put(context, subject, attachments));
  const { digest } = named.bundle;
  const files = coveredFiles(named, attachments).size;
  return {
    pipeline: named.name,
    exitCode: exitCodes.ok,
    bundle: digest,
    ...(named.version === null ? {} : { version: named.version }),
    warnings: [],
    result: { ...shared, name: versionedName(named), digest, files, written },
  };
}
