import type { Family } from '../../model.ts';
import { netCutShort, netShownAtMost, shortenedNet } from '../../networks/parameters.ts';
import { sharedBackend } from './backend.ts';
import { tabmParametersShape, tabmSpace } from './parameters.ts';

/**
 * Nets that share their weights, trained side by side, and answering the mean of their answers (TabM, Gorishniy et al.
 * 2025). Often better than one net, and so many times as dear.
 */
export const tabm: Family = {
  name: 'tabm',
  complexity: 4,
  costly: true,
  byName: true,
  input: 'blocks',
  parameters: tabmParametersShape,
  space: tabmSpace,
  shortened: (options) => ({ ...options, tabm: shortenedNet(options.tabm) }),
  shownAtMost: (options, visits) => ({ ...options, tabm: netShownAtMost(options.tabm, visits) }),
  cutShort: (options, rows, ended) => netCutShort('tabm', options.tabm, rows, ended),
  backend: () => Promise.resolve(sharedBackend),
  fit: async (job) => (await import('./fitTabm.ts')).fitTabm(job),
  load: async (files, task) => (await import('./loadTabm.ts')).loadTabm(files, task),
};
