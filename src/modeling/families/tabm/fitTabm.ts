import { netFitting } from '../nets.ts';
import { sharedBackend } from './backend.ts';
import { writeShared } from './files.ts';
import { sharedLearner } from './learner.ts';
import { arraysOf, initialiseNets } from './sharing.ts';

/** Trains nets side by side that share their weights. */
export const fitTabm = netFitting({
  name: 'tabm',
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
});
