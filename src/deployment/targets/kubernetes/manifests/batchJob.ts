import { digestOf } from '../../../../digest.ts';
import { usageError } from '../../../../errors.ts';
import type { KubernetesSettings, Wish } from '../../../target.ts';
import type { KubernetesObject } from '../object.ts';
import { jobContainer, jobTemplate, podFailurePolicy } from './job.ts';
import { literally } from './pod.ts';
import { subjectOf, versioned } from './subject.ts';
import type { ManifestExtra, Subject } from './subject.ts';

/** What is predicted, and into how many parts. */
export interface BatchWork {
  /** A file or a folder of files, relative to the claim's root or absolute in the pod. */
  readonly input: string;
  /** The folder that the parts are written to. */
  readonly outputFolder: string;
  /** The file that the parts are put together in. */
  readonly output: string;
  readonly shards: number;
  /** Pods at once; null = as many as shards. */
  readonly parallelism: number | null;
}

const mostShards = 10_000;
const daySeconds = 24 * 60 * 60;

function checkWork({ input, outputFolder, output, shards, parallelism }: BatchWork): void {
  const wrong = [input, outputFolder, output].find((path) => path === '' || path.startsWith('-'));
  if (wrong !== undefined) {
    throw usageError({
      code: 'batch-path-invalid',
      message: `"${wrong}" is no path for a batch job: standard input and output do not exist in a cluster.`,
      hint: 'Name files of the volume claim, relative to its root.',
    });
  }
  const isCount = (count: number): boolean => Number.isInteger(count) && count >= 1 && count <= mostShards;
  if (!isCount(shards) || (parallelism !== null && !isCount(parallelism))) {
    throw usageError({
      code: 'shards-invalid',
      message: `A batch job has 1 to ${mostShards} shards and as many pods at once; got ${shards} and ${parallelism ?? shards}.`,
      hint: 'Take about as many shards as there are files or free cores.',
    });
  }
}

/** A Job's pods cannot be changed once it exists: other work, or another image, is another Job. */
const runName = ({ image }: Subject, work: BatchWork): string => digestOf({ image, work }).slice(0, 8);

function shardJob(subject: Subject, work: BatchWork): KubernetesObject {
  const { input, outputFolder, shards, parallelism } = work;
  const shard = `$(JOB_COMPLETION_INDEX)/${shards}`;
  const args = ['predict', '/opt/bundle', literally(input), '-o', literally(outputFolder), '--shard', shard];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: versioned(subject, 'predict', `-predict-${runName(subject, work)}`),
    spec: {
      completionMode: 'Indexed',
      completions: shards,
      parallelism: Math.min(parallelism ?? shards, shards),
      // Shards are idempotent: a part that is whole is left, so that trying again costs only what is missing.
      backoffLimit: Math.max(6, shards),
      activeDeadlineSeconds: daySeconds,
      ttlSecondsAfterFinished: daySeconds,
      podFailurePolicy,
      template: jobTemplate(subject, 'predict', { main: jobContainer(subject, 'predict', args) }),
    },
  };
}

/** Waits, suspended, until the parts are there: Kubernetes itself knows no order of Jobs. */
function mergeJob(subject: Subject, work: BatchWork): KubernetesObject {
  const args = ['predict', '--merge', literally(work.outputFolder), '-o', literally(work.output)];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: versioned(subject, 'merge', `-merge-${runName(subject, work)}`),
    spec: {
      suspend: true,
      backoffLimit: 2,
      activeDeadlineSeconds: daySeconds,
      ttlSecondsAfterFinished: daySeconds,
      podFailurePolicy,
      template: jobTemplate(subject, 'merge', { main: jobContainer(subject, 'merge', args) }),
    },
  };
}

/**
 * Batch prediction over partitions: an Indexed Job with one pod a shard, and a suspended Job that puts the parts together.
 * When the first is complete, `kubectl patch job <merge> -p '{"spec":{"suspend":false}}'` starts the second. The image
 * has to be the `full` one.
 *
 * @throws `usageError`: as `manifests`, and for paths and counts that cannot be
 */
export function batchJob(
  wish: Wish,
  settings: KubernetesSettings,
  extra: { readonly memoryBytes: number },
  work: BatchWork,
): readonly KubernetesObject[] {
  checkWork(work);
  // A batch job reads rows and the bundle; it has no use for the project's files.
  const subject = subjectOf(wish, settings, { ...extra, projectFiles: new Map() } satisfies ManifestExtra);
  return [shardJob(subject, work), mergeJob(subject, work)];
}
