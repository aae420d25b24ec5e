export { fakeEnvironment } from './fixed.ts';
export { readGit } from './git.ts';
export { openPage } from './openPage.ts';
export { readEnvironment } from './read.ts';
export { freeDiskBytes } from './disk.ts';
