import type { Json } from '../../../../digest.ts';
import { kserveManifests, manifests } from '../manifests/manifests.ts';
import { batchJob } from '../manifests/batchJob.ts';
import type { KubernetesObject } from '../object.ts';
import { extra, settings, wish } from '../testing.fixture.ts';

const work = { input: 'in', outputFolder: 'out', output: 'all.ndjson', shards: 8, parallelism: null };
const batch = batchJob(wish, settings, extra, work);

/** Good manifests, for tests that break one thing in them. */
export const everything: readonly KubernetesObject[] = [...manifests(wish, settings, extra), ...batch];
export const kserve: readonly KubernetesObject[] = kserveManifests(wish, settings, extra);

export const deployment = 'Deployment/churn';
export const service = 'Service/churn';
export const budget = 'PodDisruptionBudget/churn';
export const scaler = 'HorizontalPodAutoscaler/churn';
export const monitor = 'CronJob/churn-monitor';
export const retrain = 'CronJob/churn-retrain';
export const reader = 'ServiceMonitor/churn';
export const files = 'ConfigMap/churn-files';
export const shardJob = `Job/${batch[0]?.metadata.name ?? ''}`;

export const pod = '/spec/template/spec';
export const box = `${pod}/containers/0`;
export const cronPod = '/spec/jobTemplate/spec/template/spec';

/** Stands for a member that is taken away. */
export const gone = undefined;

/**
 * One change of one object, and the rule that has to find it: object, JSON pointer, new value, rule, and what is blamed
 * where that is not the change itself (`/path`, or `Kind/name /path`).
 */
export type Broken = readonly [
  on: string,
  change: string,
  to: Json | undefined,
  rule: string,
  blamed?: string,
];

const isPlain = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value with the member at a path set, or taken away. */
function changed(value: Json | undefined, path: readonly string[], to: Json | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    const member = changed(list[Number(key)], rest, to);
    const replaced = member === undefined ? [] : [member];
    return [...list.slice(0, Number(key)), ...replaced, ...list.slice(Number(key) + 1)];
  }
  if (!isPlain(value)) throw new TypeError(`nothing at ${path.join('/')}`);
  if (to === undefined && rest.length === 0 && !(key in value)) throw new TypeError(`no ${key} to take away`);
  const { [key]: before, ...others } = value;
  const member = changed(before, rest, to);
  return member === undefined ? others : { ...others, [key]: member };
}

/** The objects with one change in one of them. */
export function broken(
  from: readonly KubernetesObject[],
  on: string,
  pointer: string,
  to: Json | undefined,
): readonly KubernetesObject[] {
  const path = pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/'));
  if (!from.some(({ kind, metadata }) => `${kind}/${metadata.name}` === on)) throw new TypeError(`no ${on}`);
  return from.map((object) =>
    `${object.kind}/${object.metadata.name}` === on
      ? (changed(object, path, to) as unknown as KubernetesObject)
      : object,
  );
}
