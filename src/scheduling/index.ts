export { parseEnvironment, environmentText, takenVariables } from './environmentFile.ts';
export { clockwork, nextSlots, parseExpression, parseTimezone, slotWords } from '../cron/expression.ts';
export {
  isScheduleId,
  parseRecord,
  parseState,
  parseVerbs,
  projectMark,
  recordText,
  scheduleId,
  schedulePaths,
  stateText,
} from './record.ts';
export { isUnchanged } from './scheduler.ts';
export { dueSlot } from './slots.ts';
export { readSchedules, readText, removeFiles } from './schedulers/keptFiles.ts';
export { runVerb } from './schedulers/runVerb.ts';
export { schedulers } from './schedulers/index.ts';
