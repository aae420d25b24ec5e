import type { Digest } from '../../digest.ts';
import { AiengError } from '../../errors.ts';
import type { Attachments } from '../../packaging/bundle.ts';
import { readDocument } from '../../packaging/documents.ts';
import type { AttachmentName } from '../../packaging/layout.ts';
import { trainingsOf } from '../../tracking/retraining/retrainings.ts';
import { readRun } from '../../tracking/runs/runs.ts';
import { outputOf, readStage, stageRef } from '../../tracking/stages.ts';
import { readAttached, replaceAttached, writeAttached } from '../../tracking/trust/attached.ts';
import { signaturesOf, writeSignature } from '../../tracking/trust/signatures.ts';
import { modelBom } from '../../trust/modelBom.ts';
import { provenanceStatement } from '../../trust/provenance.ts';
import type { MakingRun } from '../../trust/provenance.ts';
import type { NamedBundle } from '../bundles.ts';
import type { Context } from '../context.ts';

/** `churn@3`; a bundle without a version goes by its name. */
export const versionedName = ({ name, version }: Pick<NamedBundle, 'name' | 'version'>): string =>
  version === null ? name : `${name}@${version}`;

/** How many packagings are looked at for the one that made a bundle. */
const mostLookedAt = 1000;

/** The run that made a bundle, where one of this store did. */
async function makerOf(context: Context, name: string, digest: Digest): Promise<string | undefined> {
  const packagings = await context.store.refHistory(stageRef(name, 'package'));
  for (const { value } of packagings.toReversed().slice(0, mostLookedAt)) {
    const record = await readStage(context, 'package', value);
    if (record !== undefined && record.exitCode === 0 && outputOf.package(record).bundle === digest)
      return record.runId;
  }
  const trainings = await trainingsOf(context, name);
  return trainings.find(({ record }) => record.challenger?.bundle === digest)?.runId;
}

async function runOf(context: Context, name: string, digest: Digest): Promise<MakingRun | undefined> {
  const runId = await makerOf(context, name, digest);
  const run = runId === undefined ? undefined : await readRun(context, runId);
  if (run instanceof AiengError) throw run;
  return run === undefined ? undefined : { ...run, stages: run.outputs, set: run.set ?? [] };
}

/** The run that goes on right now, whose record is not written yet. */
export async function runInProgress(
  context: Context,
  run: Pick<MakingRun, 'runId' | 'command' | 'pipeline' | 'startedAt'>,
): Promise<MakingRun> {
  const { environment } = context;
  const { host } = environment;
  return {
    ...run,
    endedAt: environment.now(),
    git: await context.git(),
    environment: {
      platform: `${host.platform}-${host.arch}`,
      node: environment.nodeVersion,
      aieng: environment.version,
    },
    set: [],
    stages: {},
  };
}

function bomOf({ bundle, name, version }: NamedBundle): string {
  const { manifest, digest } = bundle;
  const { metrics, intervals, rows } = readDocument(bundle, 'evaluation.json');
  return modelBom({
    name,
    version,
    digest,
    goal: manifest.goal,
    task: manifest.task.kind,
    family: manifest.family,
    backend: `${manifest.backend.name} ${manifest.backend.version}`,
    inputs: manifest.inputs,
    outputs: manifest.outputs,
    digests: manifest.digests,
    files: manifest.files,
    metrics,
    intervals,
    rows,
  });
}

async function objectsOf(
  { store }: Pick<Context, 'store'>,
  objects: Readonly<Partial<Record<AttachmentName, Digest | null>>>,
): Promise<Attachments> {
  const names: readonly AttachmentName[] = ['model.sig', 'provenance.json', 'ml-bom.cdx.json'];
  const attached = new Map<AttachmentName, Uint8Array>();
  for (const name of names) {
    const digest = objects[name] ?? null;
    if (digest !== null) attached.set(name, await store.get(digest));
  }
  return attached;
}

/** Are these objects still in the store? One that was found damaged is not. */
async function areThere(
  { store }: Pick<Context, 'store'>,
  digests: readonly (Digest | null)[],
): Promise<boolean> {
  for (const digest of digests) if (digest !== null && !(await store.has(digest))) return false;
  return true;
}

/**
 * How a bundle came to be and what it is made of, made once and kept; made again where it is gone from the store. A bundle that no run of this store made has no
 * provenance: nobody here knows it.
 *
 * @param making The run that makes it right now.
 */
export async function documentsOf(
  context: Context,
  named: NamedBundle,
  making?: MakingRun,
): Promise<Attachments> {
  const { digest, manifest } = named.bundle;
  const known = await readAttached(context, digest);
  if (known !== undefined && (await areThere(context, [known.provenance, known.bom])))
    return objectsOf(context, { 'provenance.json': known.provenance, 'ml-bom.cdx.json': known.bom });
  const run = making ?? (await runOf(context, named.name, digest));
  const made = { name: versionedName(named), digest, digests: manifest.digests };
  const provenance = run === undefined ? null : await context.store.put(provenanceStatement(made, run));
  const bom = await context.store.put(bomOf(named));
  const attached = { at: context.environment.now(), provenance, bom };
  if (known === undefined) await writeAttached(context, digest, attached);
  else await replaceAttached(context, digest, attached);
  return documentsOf(context, named);
}

/**
 * Every signature of a bundle with what it covers beside the bundle, the newest first; where one came with it, that alone.
 * One of which a part is gone from the store holds for nothing.
 */
export async function signedOf(
  context: Pick<Context, 'store'>,
  { bundle, attachments }: NamedBundle,
): Promise<readonly Attachments[]> {
  if (attachments?.has('model.sig') === true) return [attachments];
  const kept: Attachments[] = [];
  for (const { signature, provenance, bom } of await signaturesOf(context, bundle.digest))
    if (await areThere(context, [signature, provenance, bom]))
      kept.push(
        await objectsOf(context, {
          'model.sig': signature,
          'provenance.json': provenance,
          'ml-bom.cdx.json': bom,
        }),
      );
  return kept;
}

/**
 * What travels with a bundle as a tar: its newest signature and what that covers. Without one its bill of materials alone,
 * which is a function of the bundle: the same bundle gives the same tar everywhere, and provenance names a run.
 */
export async function attachmentsOf(context: Context, named: NamedBundle): Promise<Attachments> {
  const [signed] = await signedOf(context, named);
  if (signed !== undefined) return signed;
  const documents = await documentsOf(context, named);
  return new Map([...documents].filter(([name]) => name !== 'provenance.json'));
}

/** Keeps what a bundle brought with it. */
export async function keepAttachments(
  context: Pick<Context, 'store' | 'environment'>,
  { bundle, name, version, attachments = new Map() }: NamedBundle,
): Promise<void> {
  const { store, environment } = context;
  const put = async (key: AttachmentName): Promise<Digest | null> => {
    const content = attachments.get(key);
    return content === undefined ? null : store.put(content);
  };
  const [signature, provenance, bom] = [
    await put('model.sig'),
    await put('provenance.json'),
    await put('ml-bom.cdx.json'),
  ];
  if (signature !== null)
    await writeSignature(context, { bundle: bundle.digest, name, version, signature, provenance, bom });
  if (bom !== null) await writeAttached(context, bundle.digest, { at: environment.now(), provenance, bom });
}
