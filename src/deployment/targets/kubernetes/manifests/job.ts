import type { JsonRecord } from '../fields.ts';
import { fileMounts, filesVolume } from './configMap.ts';
import {
  containerSecurity,
  environmentOf,
  imageOf,
  jobResources,
  podBase,
  projectMount,
  projectRoot,
  temporaryMount,
  temporaryVolume,
  workspaceVolume,
} from './pod.ts';
import { componentLabels, facts } from './subject.ts';
import type { Component, Subject } from './subject.ts';

/**
 * Which ends of a pod are tried again (first rule that fits):
 * - evicted, or its node drained: nobody's fault, a new pod, not counted;
 * - 2 usage, 3 data rejected, 4 gate failed, 5 alarm, 8 store damaged: an answer, and the same one next time. The Job
 *   fails at once, which is how an alarm shows in the cluster (`Ignore` would start pods until the deadline);
 * - anything else (a crash, out of memory) counts towards `backoffLimit`.
 */
export const podFailurePolicy: JsonRecord = {
  rules: [
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    { action: 'FailJob', onExitCodes: { operator: 'In', values: [2, 3, 4, 5, 8] } },
  ],
};

/** A container that works on the claim as the project's root. */
export const jobContainer = (subject: Subject, name: string, args: readonly string[]): JsonRecord => ({
  name,
  ...imageOf(subject),
  args,
  workingDir: projectRoot,
  env: environmentOf({
    AIENG_STORE: `${projectRoot}/.aieng`,
    HOME: '/tmp',
    ...(subject.settings.pipelineEnv === undefined ? {} : { AIENG_ENV: subject.settings.pipelineEnv }),
  }),
  resources: jobResources(subject),
  securityContext: containerSecurity,
  volumeMounts: [temporaryMount, projectMount, ...fileMounts(subject)],
});

/** The pods of a Job. `restartPolicy` is Never: the failure policy judges pods, not restarts inside of them. */
export const jobTemplate = (
  subject: Subject,
  component: Component,
  containers: { readonly first?: JsonRecord; readonly main: JsonRecord },
): JsonRecord => ({
  metadata: { labels: componentLabels(subject, component), annotations: facts(subject) },
  spec: {
    ...podBase(subject),
    restartPolicy: 'Never',
    ...(containers.first === undefined ? {} : { initContainers: [containers.first] }),
    containers: [containers.main],
    volumes: [temporaryVolume(2048), workspaceVolume(subject), ...filesVolume(subject)],
  },
});
