import type { Family } from '../../model.ts';
import { groupsOf, ruleBackend } from './model.ts';

/**
 * The best rule that looks at one column only, as a model of its own: what a person could apply by hand. Where nothing that is more
 * complex is better beyond noise, it is what ships. Takes prepared columns, has no parameters and no randomness.
 */
export const rule: Family = {
  name: 'rule',
  complexity: 0,
  input: 'prepared',
  canFit: ({ prepared }) => prepared.columns.some((column) => groupsOf(column) !== undefined),
  backend: () => Promise.resolve(ruleBackend),
  fit: async (job) => (await import('./fitRule.ts')).fitRule(job),
  load: async (files, task) => (await import('./loadRule.ts')).loadRule(files, task),
};
