import { readBackground } from '../../networks/background.ts';
import { netCutShort, netShownAtMost, shortenedNet } from '../../networks/parameters.ts';
import { netFamily } from '../nets.ts';
import { readShared, writeShared } from './files.ts';
import { sharedLearner } from './learner.ts';
import { tabmParametersShape, tabmSpace } from './parameters.ts';
import { sharedBackend, sharedScorer } from './scorer.ts';
import { arraysOf, initialiseNets } from './sharing.ts';

/**
 * Nets that share their weights, trained side by side, and answering the mean of their answers (TabM, Gorishniy et al.
 * 2025). Often better than one net, and so many times as dear.
 */
export const tabm = netFamily({
  name: 'tabm',
  complexity: 4,
  costly: true,
  byName: true,
  parameters: tabmParametersShape,
  space: tabmSpace,
  shortened: (options) => ({ ...options, tabm: shortenedNet(options.tabm) }),
  shownAtMost: (options, visits) => ({ ...options, tabm: netShownAtMost(options.tabm, visits) }),
  cutShort: (options, rows, ended) => netCutShort('tabm', options.tabm, rows, ended),
  training: (options) => options.tabm,
  begin: ({ task, inputs, options, prior, batchRows, random }) => {
    const { hidden, members } = options.tabm;
    const start = initialiseNets(task, inputs, hidden, members, prior, random);
    return { start, learner: sharedLearner(start, task, batchRows) };
  },
  rescaled: (nets, scale, shift) => ({
    ...nets,
    scale: scale * nets.scale,
    shift: nets.shift.map((own, unit) => scale * own + shift[unit]!),
  }),
  files: writeShared,
  count: (nets) => arraysOf(nets).reduce((sum, { length }) => sum + length, 0),
  backend: () => Promise.resolve(sharedBackend),
  load: (files, task) =>
    Promise.resolve().then(() => {
      const nets = readShared(files, task);
      const width = (nets.hidden[0] ?? nets.last).inputs;
      return sharedScorer(task, nets, readBackground(files, width));
    }),
});
