export { bundleFiles, carriedFiles, openBundle } from './bundle.ts';
export { writeCard } from './card.ts';
export { modelFiles, readDocument } from './documents.ts';
export { checkGolden, chooseGolden, recordGolden, sameBackend } from './golden.ts';
export { keepBundle, loadBundle } from './keep.ts';
export { planBundle } from './plan.ts';
export { readTar, writeTar } from './tar.ts';
