import type { ImageFacts } from './image.ts';

export interface BaseFacts {
  /** A registry reference or `this-machine`; null for one that has no name elsewhere. */
  readonly name: string | null;
  readonly digest: string;
}

/** No control characters, and no more than anybody reads: engines print labels. */
const oneLine = (text: string): string => text.replace(/[\x00-\x1f\x7f]+/g, ' ').slice(0, 1000);

/**
 * Labels of the config, and the annotations of the manifest: OCI's own keys (image-spec, "Pre-Defined Annotation Keys")
 * and ours. What is not known is left out.
 */
export function imageLabels(facts: ImageFacts, base: BaseFacts | null): Readonly<Record<string, string>> {
  const version = facts.version === null ? null : String(facts.version);
  const all: Readonly<Record<string, string | null>> = {
    'dev.aieng.bundle.digest': facts.bundleDigest,
    'dev.aieng.model': facts.name,
    'dev.aieng.model.version': version,
    'dev.aieng.version': facts.softwareVersion,
    'org.opencontainers.image.base.digest': base === null ? null : base.digest,
    'org.opencontainers.image.base.name': base === null ? null : base.name,
    'org.opencontainers.image.description': facts.goal,
    'org.opencontainers.image.revision': facts.gitCommit,
    'org.opencontainers.image.title': facts.name,
    'org.opencontainers.image.version': version,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, oneLine(value)]])),
  );
}
