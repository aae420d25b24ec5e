export { baseOfRegistry } from './pull.ts';
export { pushImage } from './push.ts';
