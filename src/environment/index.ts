export type { Environment, GitState } from './environment.ts';
export { fakeEnvironment, type FakeEnvironment } from './fixed.ts';
export { readGit } from './git.ts';
export { readEnvironment, type EnvironmentOptions } from './read.ts';
export { freeDiskBytes } from './disk.ts';
