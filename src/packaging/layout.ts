/** What every bundle holds besides its manifest and `model/`. */
export const documentNames = [
  'features.json',
  'schema.json',
  'reference.json',
  'golden.json',
  'evaluation.json',
] as const;

export type DocumentName = (typeof documentNames)[number];

/** What a bundle may hold besides: those of aieng 0.2 and before do not. */
export const scoredName = 'scored.json';

/** A team's own transforms as one script, where features need them. */
export const ownCodeName = 'features/transforms.js';

export const manifestName = 'manifest.json';
export const cardName = 'MODEL_CARD.md';
export const modelFolder = 'model/';
/** Beside the bundle in a tar, outside its digest: `churn@3`. */
export const versionName = 'VERSION';

/**
 * What may lie beside a bundle's own files, outside its digest: its signature, how it came to be, what it is made of. A
 * signature cannot be inside of what it signs; the others travel as the bundle does, and are signed with it.
 */
export const attachmentNames = ['model.sig', 'provenance.json', 'ml-bom.cdx.json'] as const;
export type AttachmentName = (typeof attachmentNames)[number];

export function isAttachment(path: string): path is AttachmentName {
  return attachmentNames.some((name) => name === path);
}

/** Bounds on what is unpacked, against archives made to fill a disk. */
export interface BundleLimits {
  readonly bytes: number;
  readonly files: number;
}
export const bundleLimits: BundleLimits = { bytes: 2 * 1024 ** 3, files: 100_000 };

const filePath = /^[A-Za-z0-9][A-Za-z0-9._-]{0,150}(?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,150}){0,6}$/;

/**
 * May a file of a bundle have this path? Parts of letters, digits and `._-` that begin with a letter or digit: no
 * part is `..`, hidden, absolute, or `__proto__`.
 */
export function isBundlePath(path: string): boolean {
  return filePath.test(path) && !path.split('/').some((part) => part.endsWith('.'));
}

/** `files` sorted by path (code units): the order of manifest, tar and folder. */
export function sortedFiles(files: ReadonlyMap<string, Uint8Array>): [string, Uint8Array][] {
  return [...files].sort(([left], [right]) => (left < right ? -1 : 1));
}
