export { runSupervisor } from './targets/local/supervisor.ts';
export { targets } from './targets/index.ts';
