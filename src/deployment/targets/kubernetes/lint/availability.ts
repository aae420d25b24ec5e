import type { Json } from '../../../../digest.ts';
import { field, numberAt, recordAt, textAt } from '../fields.ts';
import type { KubernetesObject } from '../object.ts';
import type { ObjectSet } from './objectSet.ts';
import { selects } from './objectSet.ts';
import type { Fault, Rule } from './rule.ts';

/** What an autoscaler scales: kind and name. */
const targetOf = (scaler: KubernetesObject): Readonly<Record<string, Json>> =>
  recordAt(scaler.spec, 'scaleTargetRef');

const isTarget = (scaler: KubernetesObject, object: KubernetesObject): boolean => {
  const { kind, name, apiVersion } = targetOf(scaler);
  return kind === object.kind && name === object.metadata.name && apiVersion === object.apiVersion;
};

const scalers = (set: ObjectSet): readonly KubernetesObject[] => set.ofKind('HorizontalPodAutoscaler');

/** The fewest pods that a budget's pods can have been scaled to. */
function fewestPods(budget: KubernetesObject, set: ObjectSet): number | undefined {
  const workload = set.workloads.find(({ labels }) => selects(field(budget.spec, 'selector'), labels));
  if (workload === undefined) return undefined;
  const { object } = workload;
  const scaler = scalers(set).find((one) => isTarget(one, object));
  if (scaler !== undefined) return numberAt(scaler.spec, 'minReplicas') ?? 1;
  if (object.kind === 'InferenceService') return numberAt(object.spec, 'predictor', 'minReplicas') ?? 1;
  return numberAt(object.spec, 'replicas') ?? 1;
}

/** A share of pods in percent, or a number of them. Shares of a budget are rounded up. */
function podsOf(value: Json | undefined, pods: number): number | undefined {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? undefined : Math.ceil((Number(percent) / 100) * pods);
}

const budgetBoth: Rule = {
  name: 'pdb-both',
  check: ({ ofKind }) =>
    ofKind('PodDisruptionBudget').flatMap((object): readonly Fault[] => {
      const has = (key: string): boolean => field(object.spec, key) !== undefined;
      if (has('minAvailable') !== has('maxUnavailable')) return [];
      const message = has('minAvailable')
        ? 'says minAvailable and maxUnavailable: the API refuses it'
        : 'says neither minAvailable nor maxUnavailable';
      return [{ object, path: '/spec', message, fix: 'Keep maxUnavailable alone.' }];
    }),
};

const budgetBlocks: Rule = {
  name: 'pdb-blocks',
  check: (set) =>
    set.ofKind('PodDisruptionBudget').flatMap((object): readonly Fault[] => {
      const pods = fewestPods(object, set);
      if (pods === undefined) return [];
      const key = field(object.spec, 'minAvailable') === undefined ? 'maxUnavailable' : 'minAvailable';
      const asked = podsOf(field(object.spec, key), pods);
      if (asked === undefined) return [];
      if (key === 'minAvailable' ? asked < pods : asked > 0) return [];
      return [
        {
          object,
          path: `/spec/${key}`,
          message: `lets no pod go when there are ${pods}: a node can never be drained`,
          fix: 'Use maxUnavailable: 1.',
        },
      ];
    }),
};

const scalerTarget: Rule = {
  name: 'hpa-target',
  check: (set) =>
    scalers(set)
      .filter((scaler) => !set.objects.some((object) => isTarget(scaler, object)))
      .map((object) => ({
        object,
        path: '/spec/scaleTargetRef',
        message: `scales ${textAt(object.spec, 'scaleTargetRef', 'kind') ?? '?'}/${textAt(object.spec, 'scaleTargetRef', 'name') ?? '?'}, which is not there`,
        fix: 'Name the Deployment, with apiVersion apps/v1.',
      })),
};

const scalerBounds: Rule = {
  name: 'hpa-bounds',
  check: (set) =>
    scalers(set).flatMap((object): readonly Fault[] => {
      const least = numberAt(object.spec, 'minReplicas') ?? 1;
      const most = numberAt(object.spec, 'maxReplicas') ?? 0;
      if (least >= 1 && least <= most) return [];
      return [
        {
          object,
          path: '/spec/maxReplicas',
          message: `has at least ${least} and at most ${most} pods`,
          fix: 'Set 1 ≤ minReplicas ≤ maxReplicas.',
        },
      ];
    }),
};

const fixedReplicas: Rule = {
  name: 'hpa-fixed-replicas',
  check: (set) =>
    set
      .ofKind('Deployment')
      .filter((object) => field(object.spec, 'replicas') !== undefined)
      .filter((object) => scalers(set).some((scaler) => isTarget(scaler, object)))
      .map((object) => ({
        object,
        path: '/spec/replicas',
        message: 'is fixed while an autoscaler sets it: each apply throws the scaling away',
        fix: 'Leave replicas out.',
      })),
};

export const availabilityRules: readonly Rule[] = [
  budgetBoth,
  budgetBlocks,
  scalerTarget,
  scalerBounds,
  fixedReplicas,
];
