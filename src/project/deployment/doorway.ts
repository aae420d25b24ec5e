import { resolve } from 'node:path';
import { objectName } from '../../deployment/targets/kubernetes/naming.ts';
import type { Wish } from '../../deployment/target.ts';
import { AiengError, usageError } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { hostOfSocket, socketPathOf } from '../../serviceAddress.ts';
import { certificateWarning, checkCertificate, readTls } from '../../serving/listening/tls.ts';
import type { Tls, TlsFiles } from '../../serving/listening/tls.ts';
import type { Context } from '../context.ts';
import { pipelineOf } from './pipelineOf.ts';

/** The certificate files of a pipeline, absolute; null where it has none. */
export function tlsFilesOf(context: Context, pipeline: Pipeline | null): TlsFiles | null {
  const { certificate = null, key = null } = pipeline?.deploy.tls ?? {};
  if (certificate === null || key === null) return null;
  return { certificate: resolve(context.root, certificate), key: resolve(context.root, key) };
}

/** A host whose socket, where it is one, has an absolute path: processes that use it stand elsewhere. */
export function absoluteHost(folder: string, host: string): string {
  const path = socketPathOf(host);
  return path === null ? host : hostOfSocket(resolve(folder, path));
}

/**
 * Certificate and key, good for callers by every name that the pipeline allows.
 *
 * @throws usage errors (exit 2) of files that no service should be started with
 */
export async function readGoodTls(
  context: Context,
  pipeline: Pipeline | null,
  files: TlsFiles | null,
): Promise<Tls | null> {
  if (files === null) return null;
  const tls = await readTls(files);
  checkCertificate(tls, pipeline?.deploy.allowed_hosts ?? [], context.environment.now());
  return tls;
}

/** What a cluster has in place of a socket and of files: an address and a Secret. Where it has one, the files stay here. */
function checkClusterDoor(
  { name, host, tls }: Pick<Wish, 'name' | 'host' | 'tls'>,
  tlsSecret: string | null,
): void {
  if (socketPathOf(host) !== null)
    throw usageError({
      code: 'door-not-in-cluster',
      message: `deploy.socket of ${name} is a socket of this machine; in a cluster a Service has the address.`,
      hint: 'Leave it out for the target kubernetes.',
    });
  if (tls === undefined || tlsSecret !== null) return;
  throw usageError({
    code: 'door-not-in-cluster',
    message: `deploy.tls of ${name} names files of this machine, and pods cannot read them: a private key goes into a Secret of the cluster, not into manifests.`,
    hint: `Run \`kubectl create secret tls ${objectName(name)}-tls --cert=${tls.certificate} --key=${tls.key}\` (or let cert-manager make it), and name it: deploy: { kubernetes: { tls_secret: ${objectName(name)}-tls } }; or leave deploy.tls out, and let an Ingress or a Gateway meet the callers.`,
  });
}

/**
 * Can callers be met there as it is wished? Found out before anything is touched.
 *
 * @throws usage errors (exit 2)
 */
export async function checkDoorway(
  context: Context,
  wish: Pick<Wish, 'name' | 'host' | 'tls'>,
  target: string,
  tlsSecret: string | null,
): Promise<void> {
  if (target === 'kubernetes') checkClusterDoor(wish, tlsSecret);
  else if (wish.tls !== undefined) await readGoodTls(context, await pipelineOf(context, wish.name), wish.tls);
}

/** What a person should know of a pipeline's certificate: that it ends soon, or can no longer be used. */
export async function certificateWarnings(context: Context, name: string): Promise<readonly string[]> {
  try {
    const files = tlsFilesOf(context, await pipelineOf(context, name));
    if (files === null) return [];
    const warning = certificateWarning(await readTls(files), context.environment.now());
    return warning === null ? [] : [`${name}: ${warning}`];
  } catch (error) {
    // A pipeline file that is broken is told where it is read for its own sake.
    if (error instanceof AiengError && error.code.startsWith('tls-')) return [`${name}: ${error.message}`];
    return [];
  }
}
