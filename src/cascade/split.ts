import type { Column, Table } from '../data/columns.ts';
import { takeColumn } from '../data/columns.ts';
import { takeIds } from '../data/rowId.ts';
import type { Split, SplitStrategy } from '../data/splitting.ts';
import { dealFolds, rollingFolds, splitRows } from '../data/splitting.ts';
import type { FittedFeatures } from '../features/spec.ts';
import { resolveTask, targetOf } from '../modeling/labels.ts';
import type { Target, Task } from '../modeling/model.ts';
import { foldsPlanned } from '../modeling/protocol/plan.ts';
import type { AutoPlan } from '../modeling/train.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { SnapshotRows } from './snapshotRows.ts';

/** What a byte of the split object says of its row. */
export const partCodes = { none: 0, train: 1, validation: 2, test: 3 } as const;

/** Labelled rows of a snapshot: positions, and the task that their labels make. */
export function labelled(
  { label: wish }: Pick<Pipeline, 'label'>,
  table: Table,
): { rows: Int32Array; task: Task; target: Target } {
  const label = table.columns.get(wish.column);
  if (label === undefined) throw new RangeError(`label column ${wish.column} is not in the snapshot`);
  const task = resolveTask(wish, label);
  const target = targetOf(task, label);
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row).filter(
    (row) => !Number.isNaN(target[row]),
  );
  return { rows, task, target };
}

/** What of a pipeline says how rows are dealt out. */
type Dealt = Pick<Pipeline, 'label' | 'split' | 'time'>;

/** The way to split with the columns that it needs, over the labelled rows. */
export function strategyOf(pipeline: Dealt, { columns }: Table, rows: Int32Array): SplitStrategy {
  const { strategy, group } = pipeline.split;
  const column = (name: string | null): Column => {
    const found = name === null ? undefined : columns.get(name);
    if (found === undefined) throw new RangeError(`split ${strategy} needs column ${name ?? '(none named)'}`);
    return takeColumn(found, rows);
  };
  switch (strategy) {
    case 'hash':
      return { strategy };
    case 'time':
      return { strategy, time: column(pipeline.time) };
    case 'group':
      return { strategy, group: column(group) };
    case 'stratified':
      return { strategy, classes: column(pipeline.label.column) };
  }
}

/** Deals the labelled rows out as the pipeline says. Positions are into the table, in training order. */
export function dealOut(
  pipeline: Dealt,
  rows: Pick<SnapshotRows, 'table' | 'ids'>,
  labelledRows: Int32Array,
): Split {
  const ids = takeIds(rows.ids, labelledRows);
  const { seed, ...section } = pipeline.split;
  const fractions = { train: section.train, validation: section.validation, test: section.test };
  const strategy = strategyOf(pipeline, rows.table, labelledRows);
  const dealt = splitRows(strategy, ids, { fractions, seed });
  const back = (part: Int32Array): Int32Array => part.map((index) => labelledRows[index]!);
  return { train: back(dealt.train), validation: back(dealt.validation), test: back(dealt.test) };
}

const folds = 5;

/** What folds are dealt of. */
interface SplitUp {
  readonly rows: SnapshotRows;
  /** By row of the table. */
  readonly target: Target;
  readonly task: Task;
  readonly split: Split;
  readonly fitted: FittedFeatures;
}

/**
 * The folds by which family `auto` chooses, over the rows of the training part and then of the validation part, dealt as
 * the split deals: twins and groups stay together; rows in time are judged by older ones. Positions are among these rows.
 *
 * @param most of five; left out: what the pipeline asks for, or else by the work
 */
export function autoPlan(
  pipeline: Dealt & Pick<Pipeline, 'model'>,
  { rows, target, task, split, fitted }: SplitUp,
  most?: number,
): AutoPlan {
  const pool = Int32Array.from([...split.train, ...split.validation]);
  const strategy = strategyOf(pipeline, rows.table, pool);
  const { train, validation, test, seed } = pipeline.split;
  const parts =
    strategy.strategy === 'time'
      ? rollingFolds(strategy.time)
      : dealFolds(
          strategy,
          takeIds(rows.ids, pool),
          Float64Array.from(pool, (row) => (task.kind === 'regression' ? 0 : target[row]!)),
          { fractions: { train, validation, test }, seed, folds, dealing: 'auto' },
        );
  const dealt = (parts ?? []).map((part) => ({ fit: part.train, stop: part.validation, judge: part.test }));
  const asked = most ?? pipeline.model.folds;
  return { folds: dealt.slice(0, asked ?? foldsPlanned(pool.length, fitted.prepared.length)) };
}

/** A split as one byte a row, and back. */
export function encodeSplit(split: Split, rows: number): Uint8Array {
  const codes = new Uint8Array(rows);
  for (const part of ['train', 'validation', 'test'] as const)
    for (const row of split[part]) codes[row] = partCodes[part];
  return codes;
}

/** See `encodeSplit`. */
export function decodeSplit(codes: Uint8Array): Split {
  const rows = Int32Array.from(codes, (_, row) => row);
  const part = (code: number): Int32Array => rows.filter((row) => codes[row] === code);
  return { train: part(partCodes.train), validation: part(partCodes.validation), test: part(partCodes.test) };
}
