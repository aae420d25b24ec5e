import { cellText } from '../cells.ts';
import { rowTimeOf } from '../rowTime.ts';
import type { Finding } from '../finding.ts';
import { binColumn } from './bins.ts';
import type { FitnessCheck, Looked } from './fitness.ts';
import { labelledExamples, measureOf, measureText, partSaid, scoreText, timeLines } from './fitness.ts';
import { scoreOf } from './score.ts';

/** From here on the label follows the time: what comes later is not what was before. */
const follows = { auc: 0.55, r2: 0.02 };
function run(looked: Looked): Finding[] {
  const { input, target, label, rows } = looked;
  if (input.split.strategy === 'time' || target === undefined) return [];
  const { table, time, rowIdColumns, split } = input;
  const out = [...rowIdColumns, ...(label === undefined ? [] : [label])];
  const name = rowTimeOf(table, { named: time, out, isFileOrder: false })?.name;
  const column = name === undefined ? undefined : table.columns.get(name);
  if (name === undefined || column === undefined) return [];
  const score = scoreOf(binColumn(column, rows), target);
  const measure = measureOf(target);
  const depends = score >= follows[measure];
  const isMeant = split.strategy === 'hash' && split.isSaid === true;
  return [
    {
      check: 'time-not-split',
      column: name,
      severity: depends && !isMeant ? 'warning' : 'info',
      message: `The rows have a time, ${name}, and the split deals them out at random${depends ? `, while ${label!} changes with it (${measureText(target)} ${scoreText(score)})` : ''}${partSaid(looked)}: the test part holds rows from before the training rows, so a model looks better than it will be tomorrow.`,
      count: looked.labelled,
      examples: labelledExamples(looked, rows, (row) => `${name} ${cellText(column, row)}`),
      fix: `Train on the past and test on what came later: ${timeLines(name)}, with split: { strategy: time }.${depends && !isMeant ? ' If rows are to be dealt out at random, split: { strategy: hash } says so, and this is no warning any more.' : ''}`,
      effect: { measure, value: score },
      line: `${timeLines(name)}\nsplit: { strategy: time }`,
    },
  ];
}

/** Rows with a time that are split at random. */
export const timeSplit: FitnessCheck = {
  name: 'time-not-split',
  description:
    'The rows have a time, and the split is not by time: a warning where the label changes with it and the pipeline does not say `strategy: hash`.',
  run,
};
