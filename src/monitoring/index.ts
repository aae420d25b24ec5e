export { healthNotAsked } from './health.ts';
export { joinLabels } from '../traffic/labels.ts';
export { monitorTraffic } from './monitorTraffic.ts';
export { profileReference } from './profileReference.ts';
