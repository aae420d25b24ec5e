import type { ImportOptions } from './options.ts';
import type { ImportResult } from './result.ts';
import type { CascadeResult } from '../../cascade/cascade.ts';
import { cascade } from '../../cascade/cascade.ts';
import { cascadeOutcome } from '../../cascade/outcome.ts';
import type { SnapshotRows } from '../../cascade/snapshotRows.ts';
import { readSnapshotRows } from '../../cascade/snapshotRows.ts';
import { labelled } from '../../cascade/split.ts';
import { namingRows } from '../../data/rowId.ts';
import { rowsFromTable } from '../../data/rows.ts';
import { canonicalJson } from '../../digest.ts';
import { dataError, exitCodes } from '../../errors.ts';
import { passedFeatures } from '../../features/given/passed.ts';
import { bindForeign } from '../../modeling/families/imported/bind.ts';
import { looseWords } from '../../modeling/families/imported/lightgbm.ts';
import { foreignScorer } from '../../modeling/families/imported/scorer.ts';
import type { Task } from '../../modeling/model.ts';
import { inputColumns } from '../../pipeline/inputColumns.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { inPieces } from '../../project/interruption.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { ImportedModel } from '../../tracking/importedModel.ts';
import { isVerified, writeImportedModel } from '../../tracking/importedModel.ts';
import { outputOf } from '../../tracking/stages.ts';
import { packaged } from '../package/package.ts';
import { trained, trainingReport } from '../train/train.ts';
import { answersOf, compareExpected, expectedPlan } from './expected.ts';
import { readModel } from './givenModel.ts';
import type { GivenModel } from './givenModel.ts';
import { readGiven } from './givenRows.ts';
import { mapInputs } from '../../project/elsewhere/mapInputs.ts';
import { strangeColumns } from '../../project/elsewhere/strangeColumns.ts';
import { unusedFeatures } from '../../project/elsewhere/unusedFeatures.ts';

/** What a model is judged for: the pipeline with the rows of its snapshot. */
interface Place {
  readonly pipeline: Pipeline;
  readonly rows: SnapshotRows;
  readonly task: Task;
}

/** Sentences that are told beside the result. */
type Notes = string[];

/** The pipeline's snapshot, which ingest makes where there is none yet. */
async function openPlace(context: Context, options: ImportOptions): Promise<Place> {
  const { pipeline: name, set = [], waitMs } = options;
  const asked = { waitMs, set, ...(name === undefined ? {} : { pipeline: name }) };
  const { pipeline, records } = await cascade(context, 'ingest', asked);
  const { snapshot } = outputOf.ingest(records.ingest!);
  const rows = await readSnapshotRows(context, pipeline, snapshot);
  return { pipeline, rows, task: labelled(pipeline, rows.table).task };
}

/** The answers that the researcher saw, compared with those that the model gives here. */
async function expectedOf(
  context: Context,
  { expect: file, tolerance }: ImportOptions,
  { rows: { schema }, task, pipeline }: Place,
  { format, files }: GivenModel,
  inputs: ImportedModel['inputs'],
  notes: Notes,
): Promise<ImportedModel['expected']> {
  const { prepared } = passedFeatures(inputs);
  const bound = await bindForeign(task, files, prepared, pipeline.model.imported, format);
  const scorer = foreignScorer(task, bound);
  try {
    if (file === undefined) return null;
    const names = inputs.flatMap(({ name, column }) => [name, column]);
    const given = await readGiven(context, file, names, expectedPlan(schema, inputs, task), answersOf(task));
    notes.push(...given.told);
    const order = bound.binding.classes;
    const found = compareExpected(given, inputs, scorer, { task, order, tolerance });
    const answers = await context.store.put(canonicalJson(found.kept));
    return { file, rows: found.rows, tolerance, largest: found.largest, answers };
  } finally {
    scorer.dispose();
  }
}

/** Who the rows are that the model has learnt from. */
async function trainedOnOf(
  context: Context,
  { trainedOn: file }: ImportOptions,
  { pipeline, rows: { schema, table } }: Place,
  notes: Notes,
): Promise<ImportedModel['trainedOn']> {
  if (file === undefined) return null;
  const cells = schema.columns.map(({ name }) => name).filter((name) => table.columns.has(name));
  // Without ids a row is known by all its cells.
  const needed =
    pipeline.row_id.length > 0 ? pipeline.row_id : cells.filter((name) => name !== pipeline.label.column);
  const given = await readGiven(context, file, cells, () => ({
    schema: { ...schema, columns: schema.columns.map((each) => ({ ...each, closed: false })) },
    required: [...needed],
    optional: [],
  }));
  notes.push(...given.told);
  const told = { label: 'import', detail: `rows of ${file} named`, total: 0 };
  const options = { rowIdColumns: pipeline.row_id, featureColumns: needed };
  const ids = await inPieces(context, told, namingRows(given.table, options));
  return { file, rows: ids.length, ids: await context.store.put(canonicalJson([...new Set(ids)].sort())) };
}

/** Fresh labelled rows. */
async function judgedOnOf(
  context: Context,
  { judgeOn: file }: ImportOptions,
  { pipeline, rows: { schema, table } }: Place,
  inputs: ImportedModel['inputs'],
  notes: Notes,
): Promise<ImportedModel['judgedOn']> {
  if (file === undefined) return null;
  const names = schema.columns.map(({ name }) => name).filter((name) => table.columns.has(name));
  const required = [
    ...new Set([...inputs.map(({ column }) => column), ...pipeline.row_id, pipeline.label.column]),
  ];
  const given = await readGiven(context, file, names, () => ({
    schema,
    required,
    optional: names.filter((name) => !required.includes(name)),
  }));
  notes.push(...given.told);
  if (given.table.rows === 0)
    throw dataError({
      code: 'no-rows-to-judge',
      message: `${file} has no row that could judge the model.`,
      hint: 'Bring labelled rows with the columns of the row schema.',
    });
  const rows = rowsFromTable(given.table, names);
  return { file, rows: rows.length, cells: await context.store.put(canonicalJson(rows)) };
}

/** Writes down the model with how its inputs are made and what it was tried with. */
async function takeIn(
  context: Context,
  options: ImportOptions,
  given: GivenModel,
  place: Place,
  notes: Notes,
): Promise<{ readonly model: ImportedModel; readonly digest: string }> {
  const { pipeline, rows } = place;
  const { name, format, files, foreign } = given;
  const [first] = files.values();
  const loose = format === 'lightgbm' && first !== undefined ? looseWords(first) : [];
  const mapped = mapInputs(foreign.inputs, loose, pipeline, rows.schema);
  notes.push(...foreign.notes, ...mapped.notes, ...strangeColumns(foreign.inputs, mapped.inputs, rows.table));
  const unused = inputColumns(pipeline, rows.schema).filter(
    (column) => !mapped.inputs.some((input) => input.column === column),
  );
  notes.push(...unusedFeatures(pipeline.features));
  if (unused.length > 0) notes.push(`Columns that the model does not look at: ${unused.join(', ')}.`);
  const inputs = mapped.inputs.map(({ words, ...input }) => ({
    ...input,
    ...(words === undefined ? {} : { words }),
  }));
  const model: ImportedModel = {
    version: 1,
    name,
    format,
    inputs,
    files: await Promise.all(
      [...files].map(async ([path, bytes]) => ({ path, digest: await context.store.put(bytes) })),
    ),
    expected: await expectedOf(context, options, place, given, inputs, notes),
    trainedOn: await trainedOnOf(context, options, place, notes),
    judgedOn: await judgedOnOf(context, options, place, inputs, notes),
  };
  return { model, digest: await writeImportedModel(context, model) };
}

/** The keys of the pipeline that say which model it is. */
const settingsFor = ({ set = [], approve, calibrate }: ImportOptions, digest: string): readonly string[] => [
  ...set,
  'model.family=imported',
  `model.imported.digest=${digest}`,
  ...(approve ? ['model.imported.approve=true'] : []),
  ...(calibrate ? ['model.imported.calibrate=true'] : []),
];

/**
 * A model that was made elsewhere → a candidate: judged on the pipeline's own test part (or on fresh rows) with its baselines,
 * gates and slices, and packaged where it passes and it is known that the rows that judged it are new to it.
 *
 * @throws a usage error for a file that is refused or inputs without a column; a data error (exit 3) where the answers are not
 * those that were expected. Exit 4 where a gate fails, or the model is unverified and nobody approved.
 */
export async function importModel(context: Context, options: ImportOptions): Promise<Outcome<ImportResult>> {
  const given = await readModel(context, options.model);
  const place = await openPlace(context, options);
  const notes: Notes = [];
  const { model, digest } = await takeIn(context, options, given, place, notes);
  const verified = isVerified(model);
  const done: CascadeResult = await cascade(context, verified || options.approve ? 'package' : 'train', {
    pipeline: place.pipeline.file,
    waitMs: options.waitMs,
    set: settingsFor(options, digest),
  });
  const outcome = cascadeOutcome(done);
  const train = trained(done);
  const bundle = done.records.package === undefined ? null : await packaged(context, done);
  return {
    ...outcome,
    // What is not packaged must not look as if it were.
    exitCode: outcome.exitCode === exitCodes.ok && bundle === null ? exitCodes.gateFailed : outcome.exitCode,
    reports: [await trainingReport(context, done)],
    warnings: [...outcome.warnings, ...notes],
    result: { digest, told: given.foreign.told, model, notes, verified, train, package: bundle },
  };
}
