import type { Table } from '../data/columns.ts';
import { concatTables } from '../data/columns.ts';
import { joinIds, takeIds } from '../data/rowId.ts';
import type { RowIds } from '../data/rowId.ts';
import { tableFromRows } from '../data/rows.ts';
import type { Split } from '../data/splitting.ts';
import { dataError } from '../errors.ts';
import { importedFamily } from '../modeling/concerned.ts';
import { targetOf } from '../modeling/labels.ts';
import type { ModelFiles, Task } from '../modeling/model.ts';
import { inPieces } from '../project/interruption.ts';
import { freshRows, isVerified, objectsOf, readImportedModel, seenIds } from '../tracking/importedModel.ts';
import type { ImportedModel } from '../tracking/importedModel.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { SnapshotRows } from './snapshotRows.ts';
import type { Work } from '../work.ts';
import type { Tools } from './stage.ts';

/** A model that was made elsewhere, as the stages take it. */
export interface TakenModel {
  readonly model: ImportedModel;
  readonly files: ModelFiles;
  /** What a bundle keeps beside it, by path: inputs and answers that its researcher saw. */
  readonly beside: ModelFiles;
  /** Objects that a result of it needs. */
  readonly objects: readonly string[];
}

/** The model that a pipeline takes from elsewhere, its digest; null where it has one of its own. */
export const digestTaken = ({
  family,
  imported,
}: Pick<Pipeline['model'], 'family' | 'imported'>): string | null =>
  family === importedFamily ? imported.digest : null;

/** The model of that digest with its files. */
export async function takenModel(
  { store }: Pick<Tools, 'store'>,
  digest: string | null,
): Promise<TakenModel | null> {
  if (digest === null) return null;
  const model = await readImportedModel({ store }, digest);
  const files = new Map<string, Uint8Array>();
  for (const { path, digest } of model.files) files.set(path, await store.get(digest));
  const { expected } = model;
  const beside: [string, Uint8Array][] =
    expected === null ? [] : [['expected.json', await store.get(expected.answers)]];
  return { model, files, beside: new Map(beside), objects: objectsOf(digest, model) };
}

/** Rows and split by which a model from elsewhere is judged, and what was left out of them. */
export interface JudgingRows {
  readonly rows: SnapshotRows;
  readonly split: Split;
  /** Sentences for people. */
  readonly told: readonly string[];
}

/** What of a pipeline says who a row is, and which column its label is. */
export interface Naming {
  readonly label: string;
  readonly ids: (schema: SnapshotRows['schema'], table: Table) => Work<RowIds>;
}

/** The snapshot's rows with the fresh ones behind them, which are the test part. */
async function withFresh(
  tools: Tools,
  naming: Naming,
  model: ImportedModel,
  task: Task,
  { rows, split }: Pick<JudgingRows, 'rows' | 'split'>,
): Promise<Pick<JudgingRows, 'rows' | 'split'>> {
  const cells = await freshRows(tools, model);
  if (cells === null) return { rows, split };
  const names = [...rows.table.columns.keys()];
  const { table } = tableFromRows(cells, rows.schema, names, names);
  const told = { label: 'train', detail: 'fresh rows named', total: 0 };
  const ids = await inPieces(tools, told, naming.ids(rows.schema, table));
  const label = table.columns.get(naming.label);
  const target = label === undefined ? new Float64Array(table.rows).fill(NaN) : targetOf(task, label);
  const from = rows.table.rows;
  const test = Int32Array.from({ length: table.rows }, (_, row) => row).filter(
    (row) => !Number.isNaN(target[row]),
  );
  return {
    rows: {
      schema: rows.schema,
      table: concatTables([rows.table, table]),
      ids: joinIds(rows.ids, ids),
    },
    split: { ...split, test: test.map((row) => from + row) },
  };
}

const idAt = (ids: SnapshotRows['ids'], row: number): string => takeIds(ids, Int32Array.of(row)).at(0)!;

const allSeen = ({ judgedOn, trainedOn }: ImportedModel): Error =>
  dataError({
    code: 'every-judging-row-seen',
    message: `The model has learnt from every row of ${judgedOn?.file ?? 'the test part'} (they stand in ${trainedOn?.file ?? 'its training rows'}): none is left to judge it.`,
    hint: 'Bring labelled rows that it has not seen: `--judge-on <file>`.',
  });

/**
 * The rows that may judge a model from elsewhere: the test part, or fresh rows, without those that it has learnt from. Of the
 * validation part these go too, unless none were left to choose a threshold by.
 */
export async function judgingRows(
  tools: Tools,
  naming: Naming,
  model: ImportedModel,
  task: Task,
  given: Pick<JudgingRows, 'rows' | 'split'>,
): Promise<JudgingRows> {
  const { rows, split } = await withFresh(tools, naming, model, task, given);
  const { trainedOn, judgedOn } = model;
  const place = judgedOn === null ? 'test part' : judgedOn.file;
  const told = judgedOn === null ? [] : [`Judged on ${split.test.length} fresh rows of ${judgedOn.file}.`];
  if (split.test.length === 0) throw allSeen(model);
  const seen = await seenIds(tools, model);
  if (seen === null || trainedOn === null) return { rows, split, told };
  const isFresh = (row: number): boolean => !seen.has(idAt(rows.ids, row));
  const test = split.test.filter(isFresh);
  if (test.length === 0) throw allSeen(model);
  const validation = split.validation.filter(isFresh);
  const left = split.test.length - test.length;
  let known = 0;
  for (let row = 0; row < given.rows.ids.length; row += 1) if (!isFresh(row)) known += 1;
  return {
    rows,
    split: { ...split, test, validation: validation.length > 0 ? validation : split.validation },
    told: [
      ...told,
      known === 0
        ? `No row of ${trainedOn.file} is a row of the snapshot: are its ids written in the same way?`
        : `${known} of ${given.rows.ids.length} rows of the snapshot stand in ${trainedOn.file}.`,
      `${left} of ${split.test.length} rows of the ${place} stand in ${trainedOn.file} and judge nothing.`,
      ...(validation.length > 0
        ? []
        : [
            'The model has learnt from every row of the validation part, by which its threshold or interval was chosen all the same.',
          ]),
    ],
  };
}

/** What the verdict on a model has to say that nobody knows to be judged by rows that are new to it. */
export const unverified =
  'Unverified: it may have seen the test rows. Say what it learnt from with --trained-on, or bring fresh rows with --judge-on.';

/** What is said of how a model from elsewhere was judged. */
export const judgingCaveats = (model: ImportedModel, { told }: JudgingRows): readonly string[] => [
  ...(isVerified(model) ? [] : [unverified]),
  ...told,
];
