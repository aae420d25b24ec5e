export { measureMemory } from './measureMemory.ts';
export { runSupervisor } from './targets/supervised/supervisor.ts';
export { targets } from './targets/index.ts';
