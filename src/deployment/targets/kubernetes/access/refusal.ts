import { deployError, usageError } from '../../../../errors.ts';
import type { AiengError } from '../../../../errors.ts';
import { listAt, textAt } from '../look.ts';
import { manager } from '../changes/ownership.ts';
import { isDistrust } from './retry.ts';

/** What was asked of the API, as RBAC puts it. */
export interface Call {
  readonly verb: 'get' | 'list' | 'watch' | 'patch' | 'delete';
  /** `deployments.apps`, `pods/log` */
  readonly resource: string;
  /** `Deployment churn`, or the kind alone. */
  readonly title: string;
  readonly namespace: string;
  /** Of the kubeconfig, for commands in hints. */
  readonly context: string;
}

/** A field that another manager owns. */
export interface FieldConflict {
  readonly manager: string;
  readonly field: string;
}

function parseStatus(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The causes of a refused server-side apply: `conflict with "kubectl" using apps/v1` at `.spec.replicas`. */
export function conflictsOf(body: string): readonly FieldConflict[] {
  return listAt(parseStatus(body), 'details', 'causes').flatMap((cause) => {
    if (textAt(cause, 'reason') !== 'FieldManagerConflict') return [];
    const [, name = 'another manager'] = /conflict with "([^"]+)"/.exec(textAt(cause, 'message')) ?? [];
    return [{ manager: name, field: textAt(cause, 'field') }];
  });
}

/** Every conflict is with what aieng wrote in another way (`scale` to stop): overriding oneself is no override. */
export const isWithOurselves = (conflicts: readonly FieldConflict[]): boolean =>
  conflicts.length > 0 && conflicts.every((one) => one.manager === manager);

const flagsOf = ({ namespace, context }: Call): string =>
  `-n ${namespace}${context === '' ? '' : ` --context ${context}`}`;

function forbidden(call: Call, said: string): AiengError {
  // Applying what does not exist yet needs `create`, and the server says which of the two is missing.
  const verb = /cannot (\w+) resource/.exec(said)?.[1] ?? call.verb;
  return deployError({
    code: 'cluster-forbidden',
    message: `The cluster does not allow this user to ${verb} ${call.resource} in the namespace ${call.namespace}.`,
    hint: `Ask for a Role with it (docs/deploy/kubernetes.md); \`kubectl auth can-i ${verb} ${call.resource} ${flagsOf(call)}\` must say yes.`,
  });
}

function conflicted(call: Call, said: string, conflicts: readonly FieldConflict[]): AiengError {
  const theirs = conflicts.filter((one) => one.manager !== manager);
  const managers = [...new Set(theirs.map((one) => one.manager))].join(', ');
  const fields = theirs.map((one) => one.field).join(', ');
  return deployError({
    code: 'field-conflict',
    message:
      theirs.length === 0
        ? `${call.title} changed while it was written: ${said}`
        : `${call.title} has fields that ${managers} manages and aieng would set otherwise: ${fields}.`,
    hint:
      theirs.length === 0
        ? 'Run the same command again.'
        : `Let ${managers} give them up, or remove the object so that aieng makes it: nothing is ever forced. \`kubectl get … --show-managed-fields -o yaml ${flagsOf(call)}\` shows who owns what.`,
  });
}

function notFound(call: Call, body: unknown): AiengError {
  if (textAt(body, 'details', 'kind') === 'namespaces')
    return deployError({
      code: 'namespace-missing',
      message: `The cluster has no namespace ${call.namespace}.`,
      hint: `Run \`kubectl create namespace ${call.namespace}\`, or choose another: \`aieng deploy --namespace <name>\`.`,
    });
  return deployError({
    code: 'kind-missing',
    message: `The cluster does not know ${call.resource}, which ${call.title} needs.`,
    hint: 'Install what defines it (ServiceMonitor: the Prometheus operator), or turn that option off in the pipeline.',
  });
}

function hintOf(call: Call, status: number, isImmutable: boolean): string {
  if (isImmutable && call.title.startsWith('PersistentVolumeClaim'))
    return 'A claim’s class and access modes cannot change: set them back in the pipeline, or move its data to a new claim.';
  if (isImmutable)
    return `Remove the object (\`kubectl delete … ${flagsOf(call)}\`) and deploy again: that field cannot change.`;
  if (status === 429 || status >= 500)
    return 'The API server is busy or ill; run the same command again later.';
  return 'Change what it names in the pipeline’s deploy section, then run the same command again.';
}

/**
 * The API's answer to a call that it did not carry out, in words.
 *
 * @param clean of the transport: takes credentials out
 */
export function refusalOf(
  call: Call,
  { status, body }: { readonly status: number; readonly body: string },
  clean: (text: string) => string,
): AiengError {
  const parsed = parseStatus(body);
  const said = clean(textAt(parsed, 'message'));
  switch (status) {
    case 401:
      return usageError({
        code: 'cluster-credentials',
        message: 'The cluster does not accept the kubeconfig’s credentials (401).',
        hint: `Sign in again; \`kubectl auth whoami${call.context === '' ? '' : ` --context ${call.context}`}\` must answer.`,
      });
    case 403:
      // Quotas and admission say 403 too, and name no user that lacks a verb.
      if (/cannot \w+ resource/.test(said) || said === '') return forbidden(call, said);
      break;
    case 404:
      return notFound(call, parsed);
    case 409:
      return conflicted(
        call,
        said,
        conflictsOf(body).map((one) => ({ manager: clean(one.manager), field: clean(one.field) })),
      );
    default:
  }
  const immutable = status === 422 && /immutable/.test(said);
  return deployError({
    code: immutable ? 'field-immutable' : 'cluster-refused',
    message: `The cluster refused to ${call.verb} ${call.title} (${status}): ${said === '' ? 'it gave no reason.' : said}`,
    hint: hintOf(call, status, immutable),
  });
}

/** No answer at all. */
export function unreachable(server: string, error: unknown, clean: (text: string) => string): AiengError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const text = clean(error instanceof Error ? error.message : String(error));
  return deployError({
    code: 'cluster-unreachable',
    message: `The cluster’s API at ${clean(server)} does not answer: ${text === '' ? code : text}`,
    hint: isDistrust(error)
      ? 'The kubeconfig’s certificate authority is not the one of that server: get a new kubeconfig.'
      : 'Check the network (VPN?) and the context: `kubectl cluster-info` must answer.',
  });
}
