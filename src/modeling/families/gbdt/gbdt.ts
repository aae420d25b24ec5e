import type { Family } from '../../model.ts';
import { outputUnits } from '../../outputs.ts';
import { treeBackend } from '../../trees/backend.ts';
import { gbdtParametersShape, gbdtSpace, shortenedTrees, treesCutShort } from './parameters.ts';

/**
 * Gradient-boosted trees on histograms: leaf-wise, with a learned side for what is missing and splits of sorted
 * categories, kept as LightGBM's text model. Takes prepared columns and needs no TensorFlow.js.
 */
export const gbdt: Family = {
  name: 'gbdt',
  complexity: 2,
  roundsGrow: true,
  input: 'prepared',
  parameters: gbdtParametersShape,
  space: gbdtSpace,
  shortened: (options) => ({ ...options, gbdt: shortenedTrees(options.gbdt) }),
  cutShort: ({ gbdt: own }, rows, { task, bestEpoch }) =>
    treesCutShort(own, rows, outputUnits(task), bestEpoch),
  backend: () => Promise.resolve(treeBackend),
  fit: async (job) => (await import('./fitTrees.ts')).fitTrees(job),
  load: async (files, task) => (await import('./loadTrees.ts')).loadTrees(files, task),
};
