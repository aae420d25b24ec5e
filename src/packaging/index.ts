export { carriedFiles } from './bundle.ts';
export { keepBundle, loadBundle } from './keep.ts';
export { readTar, writeTar } from './tar.ts';
