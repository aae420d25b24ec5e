import type { Json } from '../digest.ts';
import type { Pipeline } from './pipeline.ts';

/** What a pipeline file consists of. */
export const sectionNames = [
  'name',
  'goal',
  'source',
  'schema',
  'label',
  'row_id',
  'time',
  'split',
  'features',
  'model',
  'evaluation',
  'package',
  'deploy',
  'monitor',
  'retrain',
] as const satisfies readonly (keyof Pipeline)[];

export type SectionName = (typeof sectionNames)[number];

/** Stages whose results are kept and reused while what they depend on stays the same. */
export type CachedStage = 'ingest' | 'validate' | 'featurize' | 'train' | 'package';

/**
 * What each cached stage reads of the pipeline itself. What it gets from the stage before comes in by digest, and the
 * row schema by the digest of its content.
 */
export const stageSections: Readonly<Record<CachedStage, readonly SectionName[]>> = {
  ingest: ['source', 'schema'],
  validate: ['schema', 'label', 'row_id'],
  featurize: ['label', 'row_id', 'time', 'split', 'features'],
  train: ['label', 'model', 'evaluation'],
  package: ['name', 'goal', 'label', 'row_id', 'package'],
};

/** Read when it happens, never part of a cached result: changing them makes nothing stale. */
export const runtimeSections: readonly SectionName[] = ['deploy', 'monitor', 'retrain'];

/**
 * A section as it may be recorded, digested and shown: values that came from the environment stand as they are written
 * (`${NAME}`).
 */
export function recordedSection(pipeline: Pipeline, name: SectionName): unknown {
  const section: unknown = pipeline[name];
  if (typeof section !== 'object' || section === null || Array.isArray(section)) return section;
  const written = Object.entries(section).map(([key, value]: [string, unknown]) => [
    key,
    pipeline.variables[`/${name}/${key}`] ?? value,
  ]);
  return Object.fromEntries(written);
}

/** The part of a pipeline that a stage depends on: goes into its cache key. Holds no value of the environment. */
export function sections(pipeline: Pipeline, stage: CachedStage): Readonly<Record<string, Json>> {
  // A pipeline came from YAML: its sections are JSON.
  return Object.fromEntries(
    stageSections[stage].map((name) => [`pipeline ${name}`, recordedSection(pipeline, name) as Json]),
  );
}
