export { bundleFiles, openBundle, type CarriedBundle } from './bundle.ts';
export { writeCard, type CardFacts } from './card.ts';
export { modelFiles, readDocument } from './documents.ts';
export {
  checkGolden,
  chooseGolden,
  recordGolden,
  sameBackend,
  type GoldenCandidates,
  type GoldenMismatch,
  type Replay,
} from './golden.ts';
export { keepBundle, loadBundle } from './keep.ts';
export type { Bundle, BundleFiles, Golden, GoldenRow, Manifest } from './manifest.ts';
export { planBundle, type BundleDocuments, type BundleInputs } from './plan.ts';
export { readTar, writeTar } from './tar.ts';
