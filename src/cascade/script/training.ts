import { join } from 'node:path';
import { writeParquet } from '../../data/parquet.ts';
import type { Split } from '../../data/splitting.ts';
import { canonicalJson, sha256 } from '../../digest.ts';
import type { Digest } from '../../digest.ts';
import type { ScriptFiles } from '../../scripting/files.ts';
import { writeHanded } from '../../scripting/folder.ts';
import { usageError } from '../../errors.ts';
import { passedFeatures } from '../../features/given/passed.ts';
import type { FittedFeatures } from '../../features/spec.ts';
import { importedFamily, scriptFamily } from '../../modeling/concerned.ts';
import type { ModelFiles, Task } from '../../modeling/model.ts';
import { givenModels } from '../../modeling/load.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { takeInPieces } from '../../project/interruption.ts';
import type { ScriptWorld } from '../../scripting/world.ts';
import type { ImportedModel } from '../../tracking/importedModel.ts';
import { writeImportedModel } from '../../tracking/importedModel.ts';
import type { ScriptFacts } from '../../tracking/stageOutputs.ts';
import { mapInputs } from '../../project/elsewhere/mapInputs.ts';
import { strangeColumns } from '../../project/elsewhere/strangeColumns.ts';
import type { SnapshotRows } from '../snapshotRows.ts';
import type { CascadeWork, Tools } from '../stage.ts';

/** What a training by a program depends on beside its section: its files, and the image that it runs in, by digest. */
export interface ScriptParts {
  readonly 'script files': Readonly<Record<string, Digest>>;
  /** Those of the files that may be run: a program may ask, and a file that it calls has to be one. Absent in older records. */
  readonly 'script programs'?: Readonly<Record<string, true>>;
  readonly 'script image': string | null;
}

const programsAmong = (files: ScriptFiles): Readonly<Record<string, true>> =>
  Object.fromEntries([...files].flatMap(([path, { isExecutable }]) => (isExecutable ? [[path, true]] : [])));

/** What a program of the project depends on; null where none trains. */
export async function scriptParts(
  {
    pipeline: { model },
    looking = false,
  }: Pick<CascadeWork, 'looking'> & { readonly pipeline: Pick<Pipeline, 'model'> },
  world: ScriptWorld,
): Promise<ScriptParts | null> {
  if (model.family !== scriptFamily) return null;
  const files = await world.files(model.script);
  return {
    'script files': Object.fromEntries([...files].map(([path, { bytes }]) => [path, sha256(bytes)])),
    'script programs': programsAmong(files),
    'script image': await world.image(model.script, looking),
  };
}

type Trained = Pick<Pipeline, 'label' | 'row_id' | 'time' | 'model' | 'evaluation'>;

/** The rows that a program may learn from, and what it is told of them. */
export interface Handed {
  readonly rows: SnapshotRows;
  readonly task: Task;
  /** Columns that a model may see. */
  readonly inputs: readonly string[];
  readonly split: Pick<Split, 'train' | 'validation'>;
}

/** A model that a program trained, as family `imported` takes it. */
export interface ScriptTraining {
  readonly pipeline: Pick<Pipeline, 'model'>;
  readonly because: string;
  readonly files: ModelFiles;
  readonly fitted: FittedFeatures;
  readonly facts: ScriptFacts;
  /** Sentences for people. */
  readonly told: readonly string[];
  /** Objects that a result of it needs. */
  readonly objects: readonly Digest[];
}

/** parameters.json: what the program is told. */
function parametersOf(
  { label, row_id, time, model, evaluation }: Trained,
  { rows, task, inputs, split }: Handed,
): object {
  const columns = new Map(rows.schema.columns.map((column) => [column.name, column]));
  return {
    label: label.column,
    task: task.kind,
    ...(task.kind === 'regression' ? {} : { classes: task.classes }),
    ...(task.kind === 'binary' ? { positive: task.positive } : {}),
    metric: evaluation.metric,
    inputs: inputs.map((name) => {
      const column = columns.get(name);
      return {
        name,
        kind: column?.kind,
        ...(column?.domain === undefined ? {} : { categories: column.domain }),
      };
    }),
    row_id,
    time,
    rows: { train: split.train.length, validation: split.validation.length },
    seed: model.seed,
    parameters: model.script.parameters,
  };
}

async function handOut(tools: Tools, pipeline: Trained, handed: Handed, folder: string): Promise<void> {
  const told = { label: 'train', detail: 'cells taken' };
  for (const part of ['train', 'validation'] as const) {
    const table = await takeInPieces(tools, told, handed.rows.table, handed.split[part]);
    await writeParquet(table, join(folder, `${part}.parquet`));
  }
  await writeHanded(
    join(folder, 'parameters.json'),
    `${JSON.stringify(parametersOf(pipeline, handed), null, 2)}\n`,
  );
}

/** The model that the program left, read and checked, with a column for each of its inputs. */
async function takeIn(
  tools: Tools,
  pipeline: Trained,
  { rows, split }: Handed,
  bytes: Uint8Array,
): Promise<{ readonly model: ImportedModel; readonly files: ModelFiles; readonly notes: readonly string[] }> {
  const { store } = tools;
  const name = pipeline.model.script.output.split('/').at(-1)!;
  const files = new Map([[name, bytes]]);
  const foreign = await givenModels(importedFamily).read(name, bytes);
  const mapped = mapInputs(foreign.inputs, foreign.loose, pipeline, rows.schema);
  const inputs = mapped.inputs.map(({ words, ...input }) => ({
    ...input,
    ...(words === undefined ? {} : { words }),
  }));
  const ids = [...new Set(Array.from(split.train, (row) => rows.ids.at(row)!))].sort();
  const model: ImportedModel = {
    version: 1,
    name,
    format: foreign.format,
    inputs,
    files: [{ path: name, digest: await store.put(bytes) }],
    expected: null,
    trainedOn: { file: 'train.parquet', rows: split.train.length, ids: await store.put(canonicalJson(ids)) },
    judgedOn: null,
  };
  const strange = strangeColumns(foreign.inputs, mapped.inputs, rows.table);
  return { model, files, notes: [...foreign.notes, ...mapped.notes, ...strange] };
}

const figures = (metrics: ScriptFacts['metrics']): readonly string[] =>
  metrics === null
    ? []
    : [
        `The script says of itself: ${Object.entries(metrics)
          .slice(0, 10)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')}. Nothing is decided by it.`,
      ];

/**
 * Lets the project’s program train: hands it the training and the validation part, never the test part, and takes what it left
 * as a model from elsewhere.
 *
 * @throws a usage error where it fails or leaves nothing that can be read
 */
export async function trainByScript(
  tools: Tools,
  world: ScriptWorld,
  pipeline: Trained,
  parts: ScriptParts,
  handed: Handed,
): Promise<ScriptTraining> {
  const { script, seed } = pipeline.model;
  if (script.command.length === 0)
    throw usageError({
      code: 'no-script',
      message: 'model.family is script, and model.script.command names no program.',
      hint: 'Name it in the pipeline file: model: { script: { command: [python, train.py], output: model.txt } }.',
    });
  const files = await world.files(script);
  const kept: Digest[] = [];
  const programs = parts['script programs'];
  for (const [path, { bytes, isExecutable }] of files) {
    kept.push(await tools.store.put(bytes));
    const isOther = programs !== undefined && path in programs !== isExecutable;
    if (isOther || parts['script files'][path] !== kept.at(-1))
      throw usageError({
        code: 'script-changed',
        message: `${path} was changed while the training began.`,
        hint: 'Run the same command again.',
      });
  }
  let lines = 0;
  const left = await world.run({
    script,
    files,
    image: parts['script image'],
    hand: (folder) => handOut(tools, pipeline, handed, folder),
    seed,
    mostBytes: givenModels(importedFamily).mostBytes,
    signal: tools.signal,
    onLine: (line) => {
      lines += 1;
      tools.progress({
        kind: 'progress',
        label: 'train',
        done: lines,
        total: 0,
        detail: `lines: ${line.slice(0, 120)}`,
      });
    },
  });
  const { model, files: modelFiles, notes } = await takeIn(tools, pipeline, handed, left.model);
  const digest = await writeImportedModel(tools, model);
  const fitted = passedFeatures(model.inputs);
  const facts: ScriptFacts = {
    model: digest,
    features: await tools.store.put(canonicalJson(fitted)),
    log: await tools.store.put(left.log),
    ...(left.image === null ? {} : { image: left.image }),
    metrics: left.metrics,
  };
  const { train, validation } = handed.split;
  return {
    pipeline: {
      model: {
        ...pipeline.model,
        family: importedFamily,
        imported: { ...pipeline.model.imported, digest },
      },
    },
    because: `It was trained by ${script.command.join(' ')}.`,
    files: modelFiles,
    fitted,
    facts,
    told: [
      `Trained by ${script.command.join(' ')}, which was handed ${train.length} rows of the training part and ${validation.length} of the validation part, and none of those that judge it.`,
      ...figures(left.metrics),
      ...left.notes,
      ...notes,
    ],
    objects: [...kept, facts.features, facts.log],
  };
}
