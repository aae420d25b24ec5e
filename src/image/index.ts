export { buildImage } from './build.ts';
export { writeDockerfile } from './dockerfile.ts';
export { pushImage } from './registry/index.ts';
