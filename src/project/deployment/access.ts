import { objectName } from '../../deployment/targets/kubernetes/naming.ts';
import { usageError } from '../../errors.ts';
import { hashPattern, isGoodToken } from '../../pipeline/access/tokens.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { isLoopback, openAccess, parseAccess, purposes, tokenHash } from '../../serving/access/access.ts';
import type { Context } from '../context.ts';
import { readGoodTls, tlsFilesOf } from './doorway.ts';
import { pipelineOf } from './pipelineOf.ts';
import type { Place } from './place.ts';
import type { Access, KnownToken, Purpose } from '../../serving/access/access.ts';
import { readTls } from '../../serving/listening/tls.ts';
import type { Tls, TlsFiles } from '../../serving/listening/tls.ts';

/** The variable of a token for who serves a bundle without its pipeline. */
const tokenVariable = 'AIENG_TOKEN';

/** Who may call what this pipeline deploys; without a pipeline, whoever has the token of the environment. */
export function accessOf(
  pipeline: Pipeline | null,
  variables: Readonly<Record<string, string | undefined>>,
): Access {
  if (pipeline === null) {
    const token = variables[tokenVariable] ?? '';
    if (token === '') return openAccess;
    if (!isGoodToken(token))
      throw usageError({
        code: 'token-weak',
        message: `The token in ${tokenVariable} can be guessed, or cannot stand in a header.`,
        hint: 'Set it to one that `aieng token new callers` makes.',
      });
    return { hosts: [], tokens: [{ name: tokenVariable, hash: tokenHash(token), purposes }] };
  }
  const { allowed_hosts, auth } = pipeline.deploy;
  const known = (tokens: Readonly<Record<string, string>>, purposes: readonly Purpose[]): KnownToken[] =>
    Object.entries(tokens).map(([name, value]) => ({
      name,
      hash: hashPattern.exec(value)?.[1] ?? tokenHash(value),
      purposes,
    }));
  const hasOwn = Object.keys(auth.feedback).length > 0;
  return {
    hosts: allowed_hosts,
    tokens: [
      ...known(auth.tokens, hasOwn ? ['predict'] : ['predict', 'feedback']),
      ...known(auth.feedback, ['feedback']),
    ],
  };
}

/** Names that lead to it beside those of the pipeline: the one that it listens on, and what its network calls it. */
function ownNames(name: string, { target, host, settings }: Place): readonly string[] {
  const { namespace } = settings.kubernetes;
  const service = objectName(name);
  switch (target) {
    case 'kubernetes':
      return ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`].map(
        (domain) => service + domain,
      );
    case 'container':
      return [host, name];
    default:
      return [host];
  }
}

/**
 * Who may call a deployment at this place, as `serve --access` is told.
 *
 * @throws usage error (exit 2) with the lines to add, where other machines could reach it and nobody needs a token.
 */
export async function accessFor(context: Context, name: string, place: Place): Promise<string> {
  const pipeline = await pipelineOf(context, name);
  const access = accessOf(pipeline, context.environment.variables);
  const isInside = place.target !== 'kubernetes' && isLoopback(place.host);
  const where =
    place.target === 'kubernetes' ? `namespace ${place.settings.kubernetes.namespace}` : place.host;
  if (!isInside) requireToken(access, { name, where, hasPipeline: pipeline !== null });
  return JSON.stringify({ ...access, hosts: [...access.hosts, ...ownNames(name, place)] });
}

/**
 * Refuses to open a service to other machines for everybody.
 *
 * @param where As people name the place.
 * @throws usage error (exit 2) with the lines to add.
 */
export function requireToken(
  { tokens }: Access,
  {
    name,
    where,
    hasPipeline,
  }: { readonly name: string; readonly where: string; readonly hasPipeline: boolean },
): void {
  if (tokens.some(({ purposes }) => purposes.includes('predict'))) return;
  throw usageError({
    code: 'token-needed',
    message: `${name} would answer other machines (${where}), and take labels from whoever reaches it: it has no token.`,
    hint: hasPipeline
      ? `Run \`aieng token new callers\` and add the lines that it prints to pipelines/${name}.yaml (deploy: { auth: { tokens: { callers: "sha256:…" } } }), or keep it on this machine (host 127.0.0.1).`
      : `Set ${tokenVariable} to a token (\`aieng token new callers\` makes one), or keep it on this machine (host 127.0.0.1).`,
  });
}

/** What a service in the foreground is told of its callers. */
export interface ServedDoor {
  readonly access: Access;
  readonly docs: boolean;
  readonly tls: Tls | null;
}

/** What the command line says of the door; left out = as the pipeline has it. */
interface AskedDoor {
  readonly host: string;
  readonly access?: string;
  readonly docs?: boolean;
  readonly tls?: TlsFiles;
}

/**
 * Who may call a service in the foreground and what they find: as a target says it, or else as the pipeline does.
 *
 * @param known The pipeline of this name, where it was read before; null where there is none.
 * @throws usage error (exit 2): other machines could reach it and nobody needs a token; or what a target says is no access.
 */
export async function servedDoor(
  context: Context,
  name: string,
  { host, access, docs = true, tls }: AskedDoor,
  known?: Pipeline | null,
): Promise<ServedDoor> {
  // A target has read the certificate against the pipeline before it started this process.
  if (access !== undefined)
    return { access: readAccess(access), docs, tls: tls === undefined ? null : await readTls(tls) };
  const pipeline = known === undefined ? await pipelineOf(context, name) : known;
  const own = accessOf(pipeline, context.environment.variables);
  if (!isLoopback(host)) requireToken(own, { name, where: host, hasPipeline: pipeline !== null });
  return {
    access: { ...own, hosts: [...own.hosts, host] },
    docs: docs && (pipeline?.deploy.docs ?? true),
    tls: await readGoodTls(context, pipeline, tls ?? tlsFilesOf(context, pipeline)),
  };
}

function readAccess(text: string): Access {
  try {
    return parseAccess(text);
  } catch (cause) {
    throw usageError({
      code: 'access-unreadable',
      message: 'What --access says is not who may call.',
      hint: 'Nobody types this flag: deploy again with `aieng deploy`, which writes it.',
      cause,
    });
  }
}
