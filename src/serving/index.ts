export { linkToSupervisor } from './backendLink.ts';
export type { LinkedProcess } from './backendLink.ts';
export { createGateway } from './gateway.ts';
export type { Gateway } from './gateway.ts';
export { openPredictionLog } from './predictionLog.ts';
export type { PredictionLog } from './predictionLog.ts';
export { readLog, readPrediction } from './readLog.ts';
export { createService } from './service.ts';
export type { Service, ServiceOptions } from './service.ts';
