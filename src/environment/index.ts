export { fakeEnvironment } from './fixed.ts';
export { readGit } from './git.ts';
export { readEnvironment } from './read.ts';
export { freeDiskBytes } from './disk.ts';
