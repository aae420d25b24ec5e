import type { Column, Table } from '../../data/columns.ts';
import { takeRows } from '../../data/columns.ts';
import type { Split } from '../../data/split.ts';
import type { SplitStrategy } from '../../data/splitting.ts';
import { splitRows } from '../../data/splitting.ts';
import type { Digest } from '../../digest.ts';
import { canonicalJson, digestOf } from '../../digest.ts';
import { dataError } from '../../errors.ts';
import { outputNames } from '../../features/apply.ts';
import { fitting } from '../../features/fit.ts';
import type { FittedFeatures } from '../../features/spec.ts';
import { resolveTask, targetOf } from '../../modeling/labels.ts';
import type { Target, Task } from '../../modeling/model.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { sections } from '../../pipeline/sections.ts';
import type { Context } from '../../project/context.ts';
import { inputColumns } from '../../project/inputs.ts';
import { inPieces } from '../../project/interruption.ts';
import { aboutLabel } from '../labelPlace.ts';
import { outputOf } from '../output.ts';
import { preparedDigest } from '../preparedDigest.ts';
import type { SnapshotRows } from '../snapshotRows.ts';
import { readSnapshotRows } from '../snapshotRows.ts';
import type { Computed, Parts, Stage, Upstream } from '../stage.ts';

/** The feature set: which rows do what, the fitted transforms, and the digest of the features themselves. */
export interface FeaturizeOutput {
  /** Object: the fitted transforms, `features.json`. */
  readonly features: Digest;
  /** Object: one byte a row in training order, see `partCodes`. */
  readonly split: Digest;
  readonly task: Task;
  readonly rows: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly unlabelled: number;
  };
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  /** Digest of the prepared columns of all labelled rows: what reproducibility is checked against. */
  readonly prepared: Digest;
}

/** What a byte of the split object says of its row. */
export const partCodes = { none: 0, train: 1, validation: 2, test: 3 } as const;

/** Labelled rows of a snapshot: positions, and the task that their labels make. */
export function labelled(pipeline: Pipeline, table: Table): { rows: Int32Array; task: Task; target: Target } {
  const label = table.columns.get(pipeline.label.column);
  if (label === undefined)
    throw new RangeError(`label column ${pipeline.label.column} is not in the snapshot`);
  const task = aboutLabel(pipeline, () => resolveTask(pipeline.label, label));
  const target = targetOf(task, label);
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row).filter(
    (row) => !Number.isNaN(target[row]),
  );
  return { rows, task, target };
}

/** The way to split with the columns that it needs, over the labelled rows. */
function strategyOf(pipeline: Pipeline, rows: Table): SplitStrategy {
  const { strategy, group } = pipeline.split;
  const column = (name: string | null): Column => {
    const found = name === null ? undefined : rows.columns.get(name);
    if (found === undefined) throw new RangeError(`split ${strategy} needs column ${name ?? '(none named)'}`);
    return found;
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
export function dealOut(pipeline: Pipeline, rows: SnapshotRows, labelledRows: Int32Array): Split {
  const ids = Array.from(labelledRows, (row) => rows.ids[row]!);
  const { seed, ...section } = pipeline.split;
  const fractions = { train: section.train, validation: section.validation, test: section.test };
  const strategy = strategyOf(pipeline, takeRows(rows.table, labelledRows));
  const dealt = splitRows(strategy, ids, { fractions, seed });
  const back = (part: Int32Array): Int32Array => part.map((index) => labelledRows[index]!);
  return { train: back(dealt.train), validation: back(dealt.validation), test: back(dealt.test) };
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

/** Fits the transforms on the training part, and on nothing else. */
export function fitFeatures(
  context: Context,
  pipeline: Pipeline,
  rows: SnapshotRows,
  split: Split,
): Promise<FittedFeatures> {
  const inputs = new Set(inputColumns(pipeline, rows.schema));
  const exclude = [...rows.table.columns.keys()].filter((name) => !inputs.has(name));
  const training = takeRows(rows.table, split.train);
  const told = { label: 'featurize', detail: 'cells of the training part looked at', total: 0 };
  return inPieces(context, told, fitting(pipeline.features, training, exclude));
}

function checkParts(pipeline: Pipeline, split: Split): void {
  for (const part of ['train', 'validation', 'test'] as const) {
    if (split[part].length > 0) continue;
    throw dataError({
      code: 'split-part-empty',
      message: `The ${part} part has no labelled row: there are ${split.train.length + split.validation.length + split.test.length} labelled rows to deal out.`,
      hint: `Add rows, or change the fractions of section split in ${pipeline.file}.`,
    });
  }
}

async function parts(_context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Parts> {
  const { snapshot } = outputOf.ingest(upstream.ingest!);
  return {
    snapshot: snapshot.digest,
    'row schema': snapshot.schemaDigest,
    ...sections(pipeline, 'featurize'),
  };
}

async function compute(context: Context, pipeline: Pipeline, upstream: Upstream): Promise<Computed> {
  const { store } = context;
  const { snapshot } = outputOf.ingest(upstream.ingest!);
  const rows = await readSnapshotRows(context, pipeline, snapshot);
  const { rows: labelledRows, task } = labelled(pipeline, rows.table);
  const split = dealOut(pipeline, rows, labelledRows);
  checkParts(pipeline, split);
  const fitted = await fitFeatures(context, pipeline, rows, split);
  const prepared = await inPieces(
    context,
    { label: 'featurize', detail: 'rows prepared', total: labelledRows.length },
    preparedDigest(fitted, rows.table, labelledRows),
  );
  const output: FeaturizeOutput = {
    features: await store.put(canonicalJson(fitted)),
    split: await store.put(encodeSplit(split, rows.table.rows)),
    task,
    rows: {
      train: split.train.length,
      validation: split.validation.length,
      test: split.test.length,
      unlabelled: rows.table.rows - labelledRows.length,
    },
    outputs: outputNames(fitted),
    inputs: inputColumns(pipeline, rows.schema),
    prepared,
  };
  const objects = [output.features, output.split];
  return { digest: digestOf(output), output: output as never, objects, exitCode: 0 };
}

/** Splits, fits the transforms on the training part only, writes the feature set. */
export const featurizeStage: Stage = { name: 'featurize', parts, compute };
