import type { RowSchema } from '../data/schema.ts';
import { usageError } from '../errors.ts';
import { overrideFlag } from './overrides/override.ts';
import { misplacedExpectations, namedByExpectation } from './expectations/columns.ts';
import { invalidFile } from './invalid.ts';
import type { PlacedProblem } from './invalid.ts';
import { misplacedHistory, namedByHistory } from './history/columns.ts';
import type { Pipeline } from './pipeline.ts';
import { dotted, pointerOf } from './problems.ts';
import { nearest } from '../suggest.ts';

const interactionsOf = ({
  features: { interactions = [] },
}: Pipeline): { readonly column: string; readonly pointers: readonly string[] }[] =>
  interactions.flatMap((pair, index) =>
    pair.map((column, place) => ({
      column,
      pointers: [
        `/features/interactions/${index}/${place}`,
        `/features/interactions/${index}`,
        '/features/interactions',
      ],
    })),
  );

/** Columns that features name. With own transforms there are others than the schema's: featurize knows them, and checks these. */
function ofFeatures(
  pipeline: Pipeline,
  dropped: readonly { readonly column: string; readonly pointers: readonly string[] }[],
): readonly { readonly column: string; readonly pointers: readonly string[] }[] {
  const { features, transforms } = pipeline.features;
  if (transforms !== undefined) return [];
  return [
    ...dropped,
    ...features.map(({ column }) => ({ column, pointers: [pointerOf('/features/columns', column)] })),
    ...interactionsOf(pipeline),
  ];
}

/** Every column that a pipeline names, with the pointers where it may be written. */
function namedColumns(
  pipeline: Pipeline,
): { readonly column: string; readonly pointers: readonly string[] }[] {
  const listed = (columns: readonly string[], at: string): { column: string; pointers: string[] }[] =>
    columns.map((column, index) => ({ column, pointers: [`${at}/${index}`, at] }));
  const one = (column: string | null, at: string): { column: string; pointers: string[] }[] =>
    column === null ? [] : [{ column, pointers: [at] }];
  return [
    { column: pipeline.label.column, pointers: ['/label/column', '/label'] },
    ...listed(pipeline.row_id, '/row_id'),
    ...one(pipeline.time, '/time'),
    ...one(pipeline.split.group, '/split/group'),
    ...ofFeatures(pipeline, listed(pipeline.features.drop, '/features/drop')),
    ...listed(pipeline.evaluation.slices, '/evaluation/slices'),
    ...listed(pipeline.evaluation.fairness.columns, '/evaluation/fairness/columns'),
    ...listed(pipeline.monitor.drift.ignore, '/monitor/drift/ignore'),
    ...pipeline.checks.flatMap(namedByExpectation),
    ...namedByHistory(pipeline.history),
  ];
}

/** The flag that named a column, where it was set for this run: it stands nowhere in the file. */
function flagOf({ overrides }: Pipeline, pointers: readonly string[]): { readonly flag: string } | undefined {
  const keys = pointers.map((pointer) => dotted(pointer));
  const set = overrides.find(({ key }) => keys.includes(key));
  return set === undefined ? undefined : { flag: overrideFlag(set) };
}

/** @throws usage error `column-unknown` for the columns that flags name, each beside its flag. */
function refuseFlags(problems: readonly { message: string; hint: string; flag?: string }[]): void {
  const named = problems.filter(({ flag }) => flag !== undefined);
  const [first] = named;
  if (first === undefined) return;
  const message = named.map((each) => `${each.flag ?? ''}: ${each.message}.`).join('\n');
  throw usageError({ code: 'column-unknown', message, hint: first.hint });
}

/**
 * Does the row schema have every column that the pipeline names, and is the time column one of times?
 *
 * @param file The pipeline file as messages name it.
 * @throws usage error `column-unknown` with each of them, its line and column, and did-you-mean.
 */
export function checkColumns(pipeline: Pipeline, schema: RowSchema, file: string): void {
  const kinds = new Map(schema.columns.map((column) => [column.name, column.kind]));
  const placeOf = (pointers: readonly string[]): PlacedProblem['place'] =>
    pointers.map((pointer) => pipeline.places[pointer]).find((place) => place !== undefined) ?? {
      line: 1,
      column: 1,
    };
  const problems = namedColumns(pipeline)
    .filter(({ column }) => !kinds.has(column))
    .map(({ column, pointers }): PlacedProblem & { readonly flag?: string } => {
      const meant = nearest(column, kinds.keys());
      return {
        message: `${dotted(pointers.at(-1) ?? '')}: the schema ${pipeline.schema} has no column "${column}"`,
        hint:
          meant === undefined
            ? `Columns: ${[...kinds.keys()].slice(0, 30).join(', ')}.`
            : `Did you mean "${meant}"?`,
        place: placeOf(pointers),
        ...(flagOf(pipeline, pointers) ?? {}),
      };
    });
  refuseFlags(problems);
  const timeKind = pipeline.time === null ? undefined : kinds.get(pipeline.time);
  if (timeKind !== undefined && timeKind !== 'time' && timeKind !== 'number')
    problems.push({
      message: `time: the column "${pipeline.time ?? ''}" is of kind ${timeKind}, expected time or number`,
      hint: 'Name a time column, or declare it as one in the schema.',
      place: placeOf(['/time']),
    });
  const trainingOnly = new Set(
    schema.columns.flatMap(({ name, only }) => (only === undefined ? [] : [name])),
  );
  const features = pipeline.features.features.map(({ column }) => ({
    column,
    pointers: [pointerOf('/features/columns', column)],
  }));
  for (const { column, pointers } of [...features, ...interactionsOf(pipeline)])
    if (trainingOnly.has(column))
      problems.push({
        message: `features: the column "${column}" is known while training only, and no feature of a prediction`,
        hint: 'Take it out of the features, or take "only": "training" out of the schema.',
        place: placeOf(pointers),
      });
  for (const { message, pointers } of misplacedExpectations(pipeline.checks, kinds))
    problems.push({
      message,
      hint: 'Change the check, or the kind of the column in the schema.',
      place: placeOf(pointers),
    });
  for (const { message, hint } of misplacedHistory(pipeline.history, schema, pipeline.row_id))
    problems.push({ message, hint, place: placeOf(['/features/history']) });
  if (problems.length > 0) throw invalidFile('column-unknown', file, problems);
}
