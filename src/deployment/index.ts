export { measureMemory } from './measureMemory.ts';
export { openRotatingLog } from './targets/supervised/rotatingLog.ts';
export { runSupervisor } from './targets/supervised/supervisor.ts';
export { scheduleText } from './targets/kubernetes/files/clusterFiles.ts';
export { targets } from './targets/index.ts';
