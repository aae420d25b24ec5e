export { runSupervisor } from './targets/local/supervisor.ts';
export { openRotatingLog } from './targets/local/rotatingLog.ts';
export { targets } from './targets/index.ts';
