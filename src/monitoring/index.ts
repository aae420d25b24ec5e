export { monitorTraffic } from './monitorTraffic.ts';
export { profileReference } from './profileReference.ts';
