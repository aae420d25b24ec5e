import path from 'node:path';
import type { Cluster, Context, KubeConfig, User } from '@kubernetes/client-node';
import { usageError } from '../../../../errors.ts';
import { optionalPeer } from '../../../../optionalPeer.ts';
import type { AiengError } from '../../../../errors.ts';
import { nearest } from '../../../../suggest.ts';
import { at } from '../look.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** Names the file and the line, and quotes nothing of it: a kubeconfig holds tokens. */
function unreadable(file: string, error: unknown): AiengError {
  const mark = typeof error === 'object' && error !== null && 'mark' in error ? error.mark : undefined;
  const line = at(mark, 'line');
  const code = codeOf(error);
  return usageError({
    code: 'kubeconfig-invalid',
    message:
      typeof code === 'string'
        ? `The kubeconfig ${file} cannot be read (${code}).`
        : `The kubeconfig ${file} is none: expected YAML with clusters, users and contexts, each with a name.`,
    hint: `Run \`kubectl config view --kubeconfig ${file}\`, or set KUBECONFIG to another file.`,
    ...(typeof line === 'number' ? { at: { file, line: line + 1 } } : {}),
  });
}

interface Entries {
  readonly clusters: Cluster[];
  readonly users: User[];
  readonly contexts: Context[];
  readonly currentContext: string;
}

/** As kubectl merges them: of one name, the first file's entry holds. */
function merge(configs: readonly KubeConfig[]): Entries {
  const firstOfName = <T extends { readonly name: string }>(entries: readonly T[]): T[] => [
    ...new Map(entries.toReversed().map((entry) => [entry.name, entry])).values(),
  ];
  return {
    clusters: firstOfName(configs.flatMap((config) => config.clusters)),
    users: firstOfName(configs.flatMap((config) => config.users)),
    contexts: firstOfName(configs.flatMap((config) => config.contexts)),
    currentContext: configs.map((config) => config.currentContext).find(Boolean) ?? '',
  };
}

function filesOf(variables: Variables): readonly string[] {
  const listed = (variables['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '');
  const home = variables['HOME'] ?? variables['USERPROFILE'];
  if (listed.length > 0) return listed;
  return home === undefined ? [] : [path.join(home, '.kube', 'config')];
}

function chooseContext(config: KubeConfig, wanted: string | null): void {
  const names = config.contexts.map(({ name }) => name);
  const chosen = wanted ?? config.currentContext;
  if (names.includes(chosen)) {
    config.setCurrentContext(chosen);
    if (config.getCurrentCluster() !== null) return;
    throw usageError({
      code: 'kubeconfig-invalid',
      message: `The context ${chosen} of the kubeconfig names a cluster that is not in it.`,
      hint: 'Run `kubectl config view` and mend the context, or choose another: `aieng deploy --context <name>`.',
    });
  }
  const near = nearest(chosen, names);
  throw usageError({
    code: 'context-unknown',
    message:
      chosen === ''
        ? 'The kubeconfig has no current context.'
        : `The kubeconfig has no context ${chosen}; it has ${names.length === 0 ? 'none' : names.join(', ')}.`,
    hint:
      near === undefined
        ? 'Choose one: `aieng deploy --context <name>`.'
        : `Did you mean ${near}? (\`aieng deploy --context ${near}\`)`,
  });
}

/**
 * The cluster to talk to and how to prove who we are: `KUBECONFIG` (several files are merged), else `~/.kube/config`,
 * else the service account of the pod that this runs in.
 *
 * @throws usageError when there is none, it does not parse, or it has no such context. Nothing of a file is quoted.
 */
export async function loadKubeconfig(variables: Variables, context: string | null): Promise<KubeConfig> {
  const client = await optionalPeer('a Kubernetes cluster', () => import('@kubernetes/client-node'));
  const configs: KubeConfig[] = [];
  const files = filesOf(variables);
  for (const file of files) {
    const config = new client.KubeConfig();
    try {
      config.loadFromFile(file);
      configs.push(config);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw unreadable(file, error);
    }
  }
  const config = new client.KubeConfig();
  if (configs.length > 0) {
    config.loadFromOptions(merge(configs));
    chooseContext(config, context);
    return config;
  }
  if (variables['KUBERNETES_SERVICE_HOST'] === undefined)
    throw usageError({
      code: 'kubeconfig-missing',
      message: `No kubeconfig: looked at ${files.length === 0 ? 'KUBECONFIG' : files.join(', ')}, and this is not a pod of a cluster.`,
      hint: 'Set KUBECONFIG to the file that your cluster gave you; `kubectl config current-context` must answer.',
    });
  config.loadFromCluster();
  return config;
}
