export { sweepAbandoned } from './unfinished.ts';
export { storeLayer } from './layers.ts';
export { hasBlob, putBlob, readBlob, streamBlob, takeBlob } from './store.ts';
