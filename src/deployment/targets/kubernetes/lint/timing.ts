import type { Json } from '../../../../digest.ts';
import { field, isRecord, listAt, numberAt, recordAt, textAt } from '../fields.ts';
import type { Fault, Rule } from './rule.ts';

/** The API's own values where a probe leaves them out. */
const probeSeconds = (probe: Json | undefined): number =>
  (numberAt(probe, 'initialDelaySeconds') ?? 0) +
  (numberAt(probe, 'periodSeconds') ?? 10) * (numberAt(probe, 'failureThreshold') ?? 3);

const startup: Rule = {
  name: 'startup-deadline',
  check: ({ workloads }) =>
    workloads
      .filter(({ object }) => object.kind === 'Deployment')
      .flatMap(({ object, containers }) =>
        containers.flatMap(({ json, path }): readonly Fault[] => {
          if (!isRecord(field(json, 'startupProbe'))) return [];
          const budget =
            probeSeconds(field(json, 'startupProbe')) + (numberAt(object.spec, 'minReadySeconds') ?? 0);
          const deadline = numberAt(object.spec, 'progressDeadlineSeconds') ?? 600;
          if (budget < deadline) return [];
          return [
            {
              object,
              path: `${path}/startupProbe`,
              message: `allows ${budget} s until a pod counts, but the rollout is given up after ${deadline} s`,
              fix: 'Raise progressDeadlineSeconds, or lower the probe’s failureThreshold.',
            },
          ];
        }),
      ),
};

const missingProbe: Rule = {
  name: 'missing-probe',
  check: ({ workloads }) =>
    workloads
      .filter(({ object }) => object.kind === 'Deployment' || object.kind === 'InferenceService')
      .flatMap(({ object, containers }) =>
        containers
          .filter(({ json, isFirst }) => !isFirst && listAt(json, 'ports').length > 0)
          .flatMap(({ json, path }) =>
            ['readinessProbe', 'livenessProbe']
              .filter((probe) => !isRecord(field(json, probe)))
              .map((probe) => ({
                object,
                path: `${path}/${probe}`,
                message:
                  probe === 'readinessProbe'
                    ? 'is missing: requests are sent to a pod that cannot answer yet'
                    : 'is missing: a pod that hangs is never started again',
                fix: `Ask ${probe === 'readinessProbe' ? '/health/ready' : '/health/live'}.`,
              })),
          ),
      ),
};

/** How long a preStop hook takes, seconds, where it can be told from the manifest. */
function preStopSeconds(container: Json): number {
  const hook = field(container, 'lifecycle', 'preStop');
  const slept = numberAt(hook, 'sleep', 'seconds');
  if (slept !== undefined) return slept;
  const command = listAt(hook, 'exec', 'command')
    .map((word) => textAt(word) ?? '')
    .join(' ');
  const timer = /setTimeout\(.*,\s*(\d+)\s*\)/.exec(command)?.[1];
  if (timer !== undefined) return Number(timer) / 1000;
  return Number(/\bsleep (\d+)/.exec(command)?.[1] ?? 0);
}

const grace: Rule = {
  name: 'drain-grace',
  check: ({ workloads }) =>
    workloads.flatMap(({ object, pod, path, annotations, containers }): readonly Fault[] => {
      const stop = Math.max(0, ...containers.map(({ json }) => preStopSeconds(json)));
      const drain = Number(recordAt(annotations)['dev.aieng/drain-seconds'] ?? 0);
      const given = numberAt(pod, 'terminationGracePeriodSeconds') ?? 30;
      if (stop + drain === 0 || given > stop + drain) return [];
      return [
        {
          object,
          path: `${path}/terminationGracePeriodSeconds`,
          message: `is ${given} s; waiting (${stop} s) and draining (${drain} s) take as long, and then the pod is killed with requests open`,
          fix: `Set terminationGracePeriodSeconds above ${stop + drain}.`,
        },
      ];
    }),
};

export const timingRules: readonly Rule[] = [startup, missingProbe, grace];
