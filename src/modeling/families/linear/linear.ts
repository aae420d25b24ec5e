import type { Family } from '../../model.ts';
import { linearBackend } from './backend.ts';

/**
 * Logistic, softmax or least-squares regression with a ridge that the stopping rows choose from a path. The problem is
 * convex and solved to its end: no seed, no rate, no TensorFlow.js. Takes rows without their zeros, so that a text costs
 * what its words do.
 */
export const linear: Family = {
  name: 'linear',
  complexity: 1,
  input: 'sparse',
  roundsAlike: true,
  backend: () => Promise.resolve(linearBackend),
  fit: async (job) => (await import('./fitLinear.ts')).fitLinear(job),
  load: async (files, task, backend) => (await import('./loadLinear.ts')).loadLinear(files, task, backend),
};
