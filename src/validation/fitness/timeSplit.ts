import { cellText } from '../cells.ts';
import type { Column } from '../../data/columns.ts';
import type { Finding } from '../finding.ts';
import { binColumn } from './bins.ts';
import type { FitnessCheck, Looked } from './fitness.ts';
import { labelledExamples, measureOf, measureText, partSaid, scoreText, timeLines } from './fitness.ts';
import { scoreOf } from './score.ts';

/** From here on the label follows the time: what comes later is not what was before. */
const follows = { auc: 0.55, r2: 0.02 };
/** Times of a person's life, not of a row. */
const ofLife = /birth|born|dob/i;
/** A time that some rows do not have is of something that happens to them. */
const mostMissing = 0.01;
/** Fewer times are a few batches. */
const fewestTimes = 10;

/** The column that says when a row was: the pipeline's, or the only one there is. */
function timeOf({ input }: Looked): readonly [string, Column] | undefined {
  const { table, time, rowIdColumns, label } = input;
  const profiles = new Map(input.profile.columns.map((profile) => [profile.name, profile]));
  const times = [...table.columns].filter(
    ([name, { kind }]) =>
      kind === 'time' &&
      name !== label &&
      !rowIdColumns.includes(name) &&
      !ofLife.test(name) &&
      (profiles.get(name)?.distinct ?? 0) >= fewestTimes &&
      (profiles.get(name)?.missing ?? 0) <= mostMissing * table.rows,
  );
  return times.find(([name]) => name === time) ?? times[0];
}

function run(looked: Looked): Finding[] {
  const { input, target, label, rows } = looked;
  if (input.split.strategy === 'time' || target === undefined) return [];
  const found = timeOf(looked);
  if (found === undefined) return [];
  const [name, column] = found;
  const score = scoreOf(binColumn(column, rows), target);
  const measure = measureOf(target);
  const depends = score >= follows[measure];
  return [
    {
      check: 'time-not-split',
      column: name,
      severity: depends ? 'warning' : 'info',
      message: `The rows have a time, ${name}, and the split deals them out at random${depends ? `, while ${label!} changes with it (${measureText(target)} ${scoreText(score)})` : ''}${partSaid(looked)}: the test part holds rows from before the training rows, so a model looks better than it will be tomorrow.`,
      count: looked.labelled,
      examples: labelledExamples(looked, rows, (row) => `${name} ${cellText(column, row)}`),
      fix: `Train on the past and test on what came later: ${timeLines(name)}, with split: { strategy: time }.`,
      effect: { measure, value: score },
      line: `${timeLines(name)}\nsplit: { strategy: time }`,
    },
  ];
}

/** Rows with a time that are split at random. */
export const timeSplit: FitnessCheck = {
  name: 'time-not-split',
  description:
    'The rows have a time, and the split is not by time: a warning where the label changes with it.',
  run,
};
