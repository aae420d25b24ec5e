import type { Split } from '../../data/splitting.ts';
import type { OverTime } from '../../evaluation/overTime.ts';
import { lossFigure } from '../../evaluation/overTime.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { rowTimeOf } from '../../validation/rowTime.ts';
import type { FitInput } from '../fitting.ts';

/** Rows that both figures are of: enough to see what time does, and seconds of work. */
const mostRows = 10_000;
/** Of fewer neither figure says much. */
const fewestRows = 200;

/** What says how rows are dealt out. */
type Dealt = Pick<Pipeline, 'label' | 'row_id' | 'split' | 'time'>;

function evenly(rows: Int32Array): Int32Array {
  const most = Math.min(rows.length, mostRows);
  return Int32Array.from({ length: most }, (_, at) => rows[Math.floor((at * rows.length) / most)]!);
}

/** Can a model be fitted, tuned and judged on it? Of classes each part has all. */
function isUsable(split: Split, { target, task }: Pick<FitInput, 'target' | 'task'>): boolean {
  const classes = task.kind === 'regression' ? 0 : task.classes.length;
  return [split.train, split.validation, split.test].every((part) =>
    classes === 0 ? part.length > 1 : new Set(Array.from(part, (row) => target[row])).size === classes,
  );
}

/**
 * Where rows have a time of their own and are dealt out at random: what the same family loses on rows dealt out so, and on
 * the newest by a model of the older ones. Undefined where there is nothing to tell.
 *
 * @param deal deals rows out as a pipeline says
 * @param losses fits on a split and gives the losses of its test part by row
 */
export async function lossesOverTime(
  pipeline: Dealt,
  input: Omit<FitInput, 'auto'>,
  family: string,
  deal: (pipeline: Dealt, rows: Int32Array) => Split,
  losses: (split: Split, told: string) => Promise<Float64Array>,
): Promise<OverTime | undefined> {
  const { strategy } = pipeline.split;
  if (strategy !== 'hash' && strategy !== 'stratified') return undefined;
  const { train, validation, test } = input.split;
  const labelled = Int32Array.from([...train, ...validation, ...test]).sort();
  if (labelled.length < fewestRows) return undefined;
  const out = [pipeline.label.column, ...pipeline.row_id];
  const { table } = input.rows;
  const found = rowTimeOf(table, { named: pipeline.time, out, isFileOrder: false });
  const column = found?.sign == null ? undefined : table.columns.get(found.name);
  if (column?.kind !== 'time' && column?.kind !== 'number') return undefined;
  const rows = evenly(labelled);
  const byTime = {
    ...pipeline,
    time: found!.name,
    split: { ...pipeline.split, strategy: 'time' as const },
  };
  const splits = [deal(pipeline, rows), deal(byTime, rows)] as const;
  if (!splits.every((split) => isUsable(split, input))) return undefined;
  const loss = input.task.kind === 'regression' ? 'RMSE' : 'log loss';
  const random = lossFigure(loss, await losses(splits[0], 'rows dealt out at random: '));
  const newest = lossFigure(loss, await losses(splits[1], 'the newest rows judge: '));
  return { time: found!.name, family, rows: rows.length, loss, random, newest };
}
