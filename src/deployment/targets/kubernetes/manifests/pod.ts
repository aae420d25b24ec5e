import type { JsonRecord } from '../fields.ts';
import type { Subject } from './subject.ts';

/** User and group of the image, who own the files that pods write. */
const user = 10001;
const mebibyte = 1024 * 1024;
const step = 64;

/** The claim's folders as pods see them. */
export const projectRoot = '/work';
export const logRoot = '/var/lib/aieng/logs';

export const claimName = (subject: Subject): string => `${subject.name}-workspace`;

/** Pod Security `restricted`, for the pod. */
export const podSecurity: JsonRecord = {
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  // Walking through a large claim at each start would take minutes.
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Pod Security `restricted` for a container, and nothing writable but its mounts. */
export const containerSecurity: JsonRecord = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
};

/** What every pod of ours has in common: it needs no API, no service addresses, no more than its claim. */
export const podBase = (subject: Subject): JsonRecord => ({
  serviceAccountName: subject.name,
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: podSecurity,
});

export const imageOf = (subject: Subject): JsonRecord => ({
  image: subject.image,
  imagePullPolicy: 'IfNotPresent',
});

export const temporaryVolume = (megabytes: number): JsonRecord => ({
  name: 'tmp',
  emptyDir: { sizeLimit: `${megabytes}Mi` },
});
export const temporaryMount: JsonRecord = { name: 'tmp', mountPath: '/tmp' };

export const workspaceVolume = (subject: Subject): JsonRecord => ({
  name: 'workspace',
  persistentVolumeClaim: { claimName: claimName(subject) },
});
export const projectMount: JsonRecord = { name: 'workspace', mountPath: projectRoot };

export const environmentOf = (values: Readonly<Record<string, string>>): readonly JsonRecord[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

const inSteps = (megabytes: number): number => Math.ceil(megabytes / step) * step;

/**
 * Memory to ask for, MiB: what the settings say, else a quarter more than was measured, in steps of 64 MiB.
 *
 * @example serviceMemory({ memoryMb: null, memoryBytes: 100 * 1024 * 1024 }) === 128
 */
export const serviceMemory = (asked: {
  readonly memoryMb: number | null;
  readonly memoryBytes: number;
}): number => asked.memoryMb ?? Math.max(step, inSteps(Math.ceil((asked.memoryBytes * 1.25) / mebibyte)));

/**
 * Requests and limits. No CPU limit: the kernel enforces one by stopping the process for the rest of each 100 ms, which
 * makes slow answers out of short bursts while cores stand idle; the request already keeps the shares fair. Memory has a
 * limit of twice its request, since memory, unlike CPU, cannot be taken back.
 */
export const resources = (cpuMillis: number, memoryMb: number): JsonRecord => ({
  requests: { cpu: `${cpuMillis}m`, memory: `${memoryMb}Mi` },
  limits: { memory: `${inSteps(memoryMb * 2)}Mi` },
});

/** Training and monitoring: whole tables in memory, so more than the service, which was what was measured. */
export const jobResources = (subject: Subject): JsonRecord => {
  const { settings, memoryBytes } = subject;
  const served = serviceMemory({ memoryMb: settings.memoryMb, memoryBytes });
  return resources(Math.max(500, settings.cpuMillis), Math.max(1024, 2 * served));
};

/** Text that Kubernetes takes as it is: `$(…)` in arguments would be replaced by a variable. */
export const literally = (text: string): string => text.replaceAll('$(', '$$$$(');
