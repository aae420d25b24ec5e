export { loadBackend } from './networks/backend.ts';
export type { BackendChoice, LoadedBackend, TensorFlow } from './networks/backend.ts';
export { families } from './families/index.ts';
export { targetOf } from './labels.ts';
export type { LabelWish } from './labels.ts';
export { load } from './load.ts';
export { train } from './train.ts';
export type * from './model.ts';
