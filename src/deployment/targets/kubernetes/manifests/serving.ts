import { termFlags } from '../../../plan.ts';
import type { JsonRecord } from '../fields.ts';
import { accessArguments, accessVariable } from './accessSecret.ts';
import type { Subject } from './subject.ts';
import { portName, tlsArguments, tlsMounts, tlsVolumes } from './tlsSecret.ts';
import {
  containerSecurity,
  environmentOf,
  imageOf,
  logRoot,
  resources,
  serviceMemory,
  temporaryMount,
  temporaryVolume,
  workspaceVolume,
} from './pod.ts';

/** Number of the service's port in the pod. */
export const servingPort = 8080;
/** How long a pod that is told to end goes on answering: as long as it takes until nobody is sent to it any more. */
export const preStopSeconds = 10;
/** Beyond the drain: closing the log, ending the process. */
const endMarginSeconds = 5;
const startupPeriodSeconds = 2;

export const drainSeconds = ({ wish }: Subject): number => Math.ceil(wish.drainMs / 1000);

export const graceSeconds = (subject: Subject): number =>
  preStopSeconds + drainSeconds(subject) + endMarginSeconds;

const startupChecks = ({ wish }: Subject): number =>
  Math.max(1, Math.ceil(wish.timeoutMs / 1000 / startupPeriodSeconds));

/** The longest time that a container may take until it answers. */
export const startupSeconds = (subject: Subject): number => startupChecks(subject) * startupPeriodSeconds;

/** Who asks over TLS takes any certificate: a probe comes by the pod's address. */
const asks = (subject: Subject, path: string): JsonRecord => {
  const port = portName(subject);
  return { httpGet: { path, port, ...(port === 'https' ? { scheme: 'HTTPS' } : {}) } };
};

/** Ready = golden rows replayed. A busy service is not ready, but alive: only one that hangs is started again. */
const probes = (subject: Subject): JsonRecord => ({
  startupProbe: {
    ...asks(subject, '/health/ready'),
    periodSeconds: startupPeriodSeconds,
    timeoutSeconds: 2,
    failureThreshold: startupChecks(subject),
  },
  readinessProbe: {
    ...asks(subject, '/health/ready'),
    periodSeconds: 5,
    timeoutSeconds: 2,
    failureThreshold: 2,
  },
  livenessProbe: {
    ...asks(subject, '/health/live'),
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
});

function serveArguments(subject: Subject): readonly string[] {
  const { wish } = subject;
  return [
    'serve',
    '/opt/bundle',
    '--host',
    '0.0.0.0',
    '--port',
    String(servingPort),
    '--log-folder',
    `${logRoot}/${wish.name}`,
    // One folder a pod: two processes never write one file.
    '--instance',
    '$(POD_NAME)',
    ...(wish.version === null ? [] : ['--model-version', String(wish.version)]),
    ...termFlags(wish),
    ...accessArguments(subject),
    ...tlsArguments(subject),
  ];
}

/** The container that answers; `name` is `serve`, or what KServe looks for. */
export const servingContainer = (subject: Subject, name: string): JsonRecord => ({
  name,
  ...imageOf(subject),
  args: serveArguments(subject),
  env: [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ...accessVariable(subject),
    ...environmentOf({ HOME: '/tmp', AIENG_STORE: '/var/lib/aieng' }),
  ],
  ports: [{ name: portName(subject), containerPort: servingPort, protocol: 'TCP' }],
  resources: resources(
    subject.settings.cpuMillis,
    serviceMemory({ memoryMb: subject.settings.memoryMb, memoryBytes: subject.memoryBytes }),
  ),
  ...probes(subject),
  // Not `sleep`: the image has no shell, and the action of that name needs Kubernetes 1.30.
  lifecycle: {
    preStop: { exec: { command: ['node', '-e', `setTimeout(() => {}, ${preStopSeconds * 1000})`] } },
  },
  securityContext: containerSecurity,
  volumeMounts: [
    temporaryMount,
    {
      name: 'workspace',
      mountPath: `${logRoot}/${subject.wish.name}`,
      // A pod that serves sees the prediction logs of its deployment and nothing else of the claim.
      subPath: `.aieng/logs/${subject.wish.name}`,
    },
    ...tlsMounts(subject),
  ],
});

export const servingVolumes = (subject: Subject): readonly JsonRecord[] => [
  temporaryVolume(64),
  workspaceVolume(subject),
  ...tlsVolumes(subject),
];
