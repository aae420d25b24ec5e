import { codeCounts } from '../cells.ts';
import { percent, rowCount } from '../checks/check.ts';
import type { FitnessCheck } from './fitness.ts';

/** All classes but the most frequent one have less than this share together. */
const extreme = 0.01;

/** A label that is nearly always the same. */
export const imbalance: FitnessCheck = {
  name: 'imbalance',
  description: `All classes but one have less than ${percent(extreme)} of the rows together.`,
  run: ({ label, labelColumn, labelled, input }) => {
    if (label === undefined || labelColumn?.kind !== 'category' || input.labelIs === 'number') return [];
    const counts = codeCounts(labelColumn);
    const at = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
    const rest = labelled - (counts[at] ?? 0);
    const share = rest / Math.max(1, labelled);
    if (rest === 0 || share >= extreme) return [];
    const classes = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
    const line = `evaluation: { metric: ${classes > 2 ? 'macro_f1' : 'pr_auc'} }`;
    return [
      {
        check: 'imbalance',
        column: label,
        severity: 'warning',
        message: `${label} is ${labelColumn.dictionary[at]!} in all but ${rowCount(rest)} (${percent(share)}): a model that always says so is right in ${percent(1 - share)}.`,
        count: rest,
        examples: [],
        fix: `Judge by what finds the rare class: ${line}, and bring more rows of it.`,
        effect: { measure: 'accuracy', value: 1 - share },
        line,
      },
    ];
  },
};
