import type { Json } from '../../../../digest.ts';
import { field, isRecord, listAt, pointerTo, textAt } from '../fields.ts';
import type { Container, Workload } from './objectSet.ts';
import type { Fault, Rule } from './rule.ts';

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/, level `restricted`. */
interface Breach {
  readonly path: string;
  readonly message: string;
}

const volumeKinds = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** A setting of the container, or the pod's where the container has none. */
const effective = (pod: Json, container: Json, ...keys: readonly string[]): Json | undefined =>
  field(container, 'securityContext', ...keys) ?? field(pod, 'securityContext', ...keys);

function podBreaches({ pod, path }: Workload): readonly Breach[] {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC']
    .filter((key) => field(pod, key) === true)
    .map((key) => ({ path: `${path}/${key}`, message: 'shares the node with the pod' }));
  const volumes = listAt(pod, 'volumes').flatMap((volume, index) =>
    Object.keys(isRecord(volume) ? volume : {})
      .filter((kind) => kind !== 'name' && !volumeKinds.includes(kind))
      .map((kind) => ({ path: `${path}/volumes/${index}/${kind}`, message: `is no volume that is allowed` })),
  );
  const sysctls = listAt(pod, 'securityContext', 'sysctls').map((_, index) => ({
    path: `${path}/securityContext/sysctls/${index}`,
    message: 'changes the kernel',
  }));
  const token = field(pod, 'automountServiceAccountToken') === false;
  return [
    ...shared,
    ...volumes,
    ...sysctls,
    ...(token
      ? []
      : [{ path: `${path}/automountServiceAccountToken`, message: 'puts a token of the API into the pod' }]),
  ];
}

function capabilityBreaches({ json, path }: Container): readonly Breach[] {
  const at = `${path}/securityContext/capabilities`;
  const dropped = listAt(json, 'securityContext', 'capabilities', 'drop').includes('ALL');
  const added = listAt(json, 'securityContext', 'capabilities', 'add').flatMap((name, index) =>
    name === 'NET_BIND_SERVICE'
      ? []
      : [{ path: pointerTo(`${at}/add`, index), message: 'adds a capability' }],
  );
  return dropped ? added : [...added, { path: `${at}/drop`, message: 'does not drop ALL capabilities' }];
}

function containerBreaches(pod: Json, container: Container): readonly Breach[] {
  const { json, path } = container;
  const at = `${path}/securityContext`;
  const own = (key: string): Json | undefined => field(json, 'securityContext', key);
  const seccomp = textAt(effective(pod, json, 'seccompProfile', 'type'));
  const rules: readonly (readonly [boolean, string, string])[] = [
    [own('privileged') === true, 'privileged', 'is root on the node'],
    [own('allowPrivilegeEscalation') !== false, 'allowPrivilegeEscalation', 'lets a program become root'],
    [own('readOnlyRootFilesystem') !== true, 'readOnlyRootFilesystem', 'lets a program change the image'],
    [effective(pod, json, 'runAsNonRoot') !== true, 'runAsNonRoot', 'may run as root'],
    [effective(pod, json, 'runAsUser') === 0, 'runAsUser', 'runs as root'],
    [
      !['RuntimeDefault', 'Localhost'].includes(String(seccomp)),
      'seccompProfile',
      'allows every system call',
    ],
    [![undefined, 'Default'].includes(textAt(own('procMount'))), 'procMount', 'shows /proc of the node'],
  ];
  const hostPorts = listAt(json, 'ports').flatMap((port, index) =>
    [undefined, 0].some((none) => field(port, 'hostPort') === none)
      ? []
      : [{ path: `${path}/ports/${index}/hostPort`, message: 'takes a port of the node' }],
  );
  return [
    ...rules.flatMap(([broken, key, message]) => (broken ? [{ path: `${at}/${key}`, message }] : [])),
    ...capabilityBreaches(container),
    ...hostPorts,
  ];
}

const restricted: Rule = {
  name: 'pod-security',
  check: ({ workloads }) =>
    workloads.flatMap((workload): readonly Fault[] =>
      [
        ...podBreaches(workload),
        ...workload.containers.flatMap((one) => containerBreaches(workload.pod, one)),
      ].map((breach) => ({
        object: workload.object,
        ...breach,
        fix: 'Keep to Pod Security `restricted`: a namespace that enforces it refuses the pod.',
      })),
    ),
};

export const securityRules: readonly Rule[] = [restricted];
