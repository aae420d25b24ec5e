import type { Digest } from '../digest.ts';
import { canonicalJson } from '../digest.ts';
import { statementType } from './statement.ts';

/** The run that made a bundle, as its record says. */
export interface MakingRun {
  readonly runId: string;
  /** `package`, `retrain`. */
  readonly command: string;
  readonly pipeline: string;
  /** ms since 1970 UTC. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly git: { readonly commit: string; readonly dirty: boolean; readonly branch: string | null } | null;
  readonly environment: { readonly platform: string; readonly node: string; readonly aieng: string };
  /** That its stages were computed in. */
  readonly image?: { readonly digest: string };
  /** Keys of the pipeline that were set for that run. */
  readonly set: readonly { readonly key: string; readonly value: unknown }[];
  /** What each stage gave and what it depended on. */
  readonly stages: Readonly<Record<string, { readonly digest: Digest; readonly key: Digest }>>;
}

/** What was made. */
export interface MadeBundle {
  /** `churn@3` */
  readonly name: string;
  readonly digest: Digest;
  readonly digests: { readonly data: Digest; readonly features: Digest; readonly code: string };
}

/** What builds bundles, and how: names of their kinds, not addresses. */
const builderId = 'https://github.com/aieng-dev/aieng';
const buildType = `${builderId}/blob/main/docs/trust.md#provenance`;

const instant = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** A digest of ours, or a word (a checkout that was not built has no digest of its code). */
const digestSet = (digest: string): { readonly digest?: { readonly sha256: string } } =>
  /^[0-9a-f]{64}$/.test(digest) ? { digest: { sha256: digest } } : {};

/** Nothing about the machine but its platform: a statement travels farther than a record. */
function dependencies({ digests }: MadeBundle, { git, environment, image }: MakingRun): readonly object[] {
  return [
    { name: 'training data', ...digestSet(digests.data) },
    { name: 'fitted features', ...digestSet(digests.features) },
    { name: 'training code', ...digestSet(digests.code) },
    ...(git === null
      ? []
      : [
          {
            name: 'project',
            digest: { gitCommit: git.commit },
            annotations: { dirty: git.dirty, ...(git.branch === null ? {} : { branch: git.branch }) },
          },
        ]),
    ...(image === undefined
      ? []
      : [{ name: 'training image', ...digestSet(image.digest.replace(/^sha256:/, '')) }]),
    { name: 'aieng', uri: `pkg:npm/aieng@${environment.aieng}` },
    { name: 'node', uri: `pkg:generic/node@${environment.node.replace(/^v/, '')}` },
  ];
}

/**
 * How a bundle came to be, as an in-toto statement with SLSA provenance v1: of its run's record, so that the same record
 * gives the same bytes. It is signed as a file of the bundle.
 */
export function provenanceStatement(made: MadeBundle, run: MakingRun): string {
  return canonicalJson({
    _type: statementType,
    subject: [{ name: made.name, digest: { sha256: made.digest } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: {
          command: run.command,
          pipeline: run.pipeline,
          set: run.set.map(({ key, value }) => ({ key, value })),
        },
        internalParameters: { platform: run.environment.platform, stages: run.stages },
        resolvedDependencies: dependencies(made, run),
      },
      runDetails: {
        builder: { id: builderId, version: { aieng: run.environment.aieng, node: run.environment.node } },
        metadata: {
          invocationId: run.runId,
          startedOn: instant(run.startedAt),
          finishedOn: instant(run.endedAt),
        },
      },
    },
  });
}
