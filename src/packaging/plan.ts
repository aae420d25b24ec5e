import { canonicalJson, digestOf, sha256 } from '../digest.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import type { FittedFeatures } from '../features/spec.ts';
import type { RowSchema } from '../data/schema.ts';
import type { ModelFiles } from '../modeling/model.ts';
import type { Reference, ScoredReference } from '../monitoring/reference.ts';
import { cardName, documentNames, modelFolder, ownCodeName, scoredName, sortedFiles } from './layout.ts';
import type { DocumentName } from './layout.ts';
import type { Bundle, Golden, Manifest } from './manifest.ts';
import { checkManifest } from './parseManifest.ts';

/** What each JSON file of a bundle holds. */
export interface BundleDocuments extends Readonly<Record<DocumentName, unknown>> {
  readonly 'features.json': FittedFeatures;
  readonly 'schema.json': Omit<RowSchema, 'cells'> & { readonly cells?: number };
  readonly 'reference.json': Reference;
  readonly 'golden.json': Golden;
  readonly 'evaluation.json': Evaluation;
  readonly 'scored.json'?: ScoredReference;
}

/** Everything that goes into a bundle. */
export interface BundleInputs extends Omit<Manifest, 'manifest_version' | 'files'> {
  readonly documents: BundleDocuments;
  /** Text of `MODEL_CARD.md`. */
  readonly card: string;
  /** The family's files, by path relative to `model/`. */
  readonly model: ModelFiles;
  /** A team's own transforms, as JavaScript. */
  readonly ownCode?: Uint8Array;
}

/**
 * Lays out a bundle: documents as canonical JSON, every file with its size and digest, the manifest's digest as the
 * bundle's own. A function of its inputs only: the same inputs give the same digest anywhere and at any time.
 *
 * @throws RangeError when the inputs cannot be a bundle: they come from our own stages, so that is our bug.
 */
export function planBundle(inputs: BundleInputs): Bundle {
  const { documents, card, model, ownCode, ...facts } = inputs;
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>();
  for (const name of documentNames) files.set(name, encoder.encode(canonicalJson(documents[name])));
  const scored = documents[scoredName];
  if (scored !== undefined) files.set(scoredName, encoder.encode(canonicalJson(scored)));
  if (ownCode !== undefined) files.set(ownCodeName, ownCode);
  files.set(cardName, encoder.encode(card));
  for (const [path, bytes] of model) files.set(`${modelFolder}${path}`, bytes);

  const sorted = sortedFiles(files);
  const manifest: Manifest = {
    ...facts,
    manifest_version: 1,
    files: Object.fromEntries(
      sorted.map(([path, bytes]) => [path, { sha256: sha256(bytes), bytes: bytes.byteLength }]),
    ),
  };
  // As it will be read: what JSON cannot hold (NaN, undefined) shows here and not at the reader's.
  const checked = checkManifest(JSON.parse(canonicalJson(manifest)));
  if ('problem' in checked) throw new RangeError(`not a bundle: ${checked.problem}`);
  return { manifest: checked.manifest, files: new Map(sorted), digest: digestOf(checked.manifest) };
}
