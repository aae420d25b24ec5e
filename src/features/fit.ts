import type { Table } from '../data/columns.ts';
import { dataError, usageError } from '../errors.ts';
import type { AiengError } from '../errors.ts';
import { assemble } from './assemble.ts';
import type { FittedChain } from './assemble.ts';
import { compileStep, findTransform, inputAfter, runStep } from './chain.ts';
import type { TrainingLabels } from './labels.ts';
import { checkParams } from './params.ts';
import { planning } from './plan.ts';
import type {
  FeatureSpec,
  FeaturesSpec,
  FittedFeatures,
  FittedOwn,
  FittedStep,
  Params,
  Plain,
  StepSpec,
} from './spec.ts';
import type { StepColumn } from './prepared.ts';
import type { ColumnStep, ScalarStep, StepInput, Transform } from './transform.ts';
import { transforms } from './transforms/index.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

/** −0 as 0, which is what JSON makes of it: the state is the same before and after it was written down. */
function asJson(value: Plain): Plain {
  if (typeof value === 'number') return value + 0;
  if (value === null || typeof value !== 'object') return value;
  return isList(value) ? value.map(asJson) : asJsonObject(value);
}

const asJsonObject = (state: Params): Params =>
  Object.fromEntries(Object.entries(state).map(([key, value]) => [key, asJson(value)]));

const kindWords: Readonly<Record<StepInput['kind'], string>> = {
  number: 'a number column',
  time: 'a time column',
  category: 'a category column',
  text: 'a text column',
  codes: 'a column of codes',
  sparse: 'sparse counts',
};

const wrongKind = (transform: string, { name, kind }: StepInput): AiengError =>
  usageError({
    code: 'transform-kind',
    message: `Transform ${transform} does not work on ${name}, which is ${kindWords[kind]} at that step.`,
    hint: `Transforms for ${kindWords[kind]}: ${transforms
      .filter(({ accepts }) => accepts.includes(kind))
      .map((candidate) => candidate.name)
      .join(', ')}.`,
  });

function transformFor(name: string, input: StepInput): Transform {
  const transform = findTransform(name);
  if (transform === undefined)
    throw usageError({
      code: 'transform-unknown',
      message: `Column ${input.name} names a transform ${JSON.stringify(name)} that does not exist.`,
      hint: `Transforms: ${transforms.map((candidate) => candidate.name).join(', ')}.`,
    });
  if (!transform.accepts.includes(input.kind)) throw wrongKind(name, input);
  return transform;
}

/** The rest of a chain, with what the steps before it made of the training part. */
interface Ahead {
  readonly input: StepInput;
  readonly column: StepColumn;
  readonly steps: readonly StepSpec[];
  readonly done: readonly FittedStep[];
  readonly labels: TrainingLabels | undefined;
}

const afterEncoder = ({ name }: StepInput, late: StepSpec, ended: string): AiengError =>
  usageError({
    code: 'transform-after-encoder',
    message: `Column ${name}: ${late.transform} stands after ${ended}, which makes several features at once.`,
    hint: `Move ${ended} to the end of the chain.`,
  });

/**
 * Fits a chain step by step: each sees what the one before makes of the training part. A word for other chains is
 * replaced by them.
 */
function* fitSteps({ input, column, steps, done, labels }: Ahead): Work<(readonly FittedStep[])[]> {
  const [next, ...rest] = steps;
  if (next === undefined) {
    if (input.kind === 'category' || input.kind === 'text' || input.kind === 'codes')
      throw usageError({
        code: 'feature-of-words',
        message: `The feature of column ${input.name} ends in ${input.kind === 'codes' ? 'codes' : `words (${input.kind})`}, not in numbers.`,
        hint: input.kind === 'codes' ? 'End it with one_hot.' : 'End it with one_hot, ordinal or hashing.',
      });
    return [done];
  }
  const transform = transformFor(next.transform, input);
  checkParams(next.transform, transform.params, next.params);
  const [late] = rest;
  const chains = 'expand' in transform ? transform.expand(next.params, input, labels) : null;
  if (chains !== null) {
    const fitted: (readonly FittedStep[])[] = [];
    for (const chain of chains)
      fitted.push(...(yield* fitSteps({ input, column, steps: [...chain, ...rest], done, labels })));
    return fitted;
  }
  if (!('fit' in transform)) throw new TypeError(`${transform.name} stands for no chain`);
  const state = asJsonObject(transform.fit(column, next.params, input, labels));
  const step = compileStep({ transform: next.transform, state }, input);
  const now = [...done, { transform: next.transform, state }];
  if (step.role === 'encoder') {
    if (late !== undefined) throw afterEncoder(input, late, next.transform);
    yield rowsOf(column);
    return [now];
  }
  const made = rest.length === 0 ? column : madeOfTraining(step, column, labels);
  yield rowsOf(column);
  return yield* fitSteps({ input: inputAfter(step, input), column: made, steps: rest, done: now, labels });
}

/** What a step makes of the training part itself, which may have taught it. */
function madeOfTraining(
  step: ScalarStep | ColumnStep,
  column: StepColumn,
  labels: TrainingLabels | undefined,
): StepColumn {
  return labels !== undefined && step.role === 'column' && step.outOfFold !== undefined
    ? step.outOfFold(column, labels)(column, labels.folds)
    : runStep(step, column);
}

function rowsOf(column: StepColumn): number {
  switch (column.kind) {
    case 'category':
    case 'codes':
      return column.codes.length;
    case 'sparse':
      return column.starts.length - 1;
    default:
      return column.values.length;
  }
}

function* fitFeature(
  { column: name, steps }: FeatureSpec,
  table: Table,
  labels: TrainingLabels | undefined,
): Work<FittedChain[]> {
  const column = table.columns.get(name);
  if (column === undefined) return [];
  const input = { name, kind: column.kind };
  const chains = yield* fitSteps({ input, column, steps, done: [], labels });
  return chains.map((chain) => ({ column: name, kind: column.kind, steps: chain, outputs: null }));
}

/** `fit` in pieces: it counts a column's rows for each look that it has at it. */
export function* fitting(
  spec: FeaturesSpec,
  table: Table,
  exclude: readonly string[],
  labels?: TrainingLabels,
  own?: FittedOwn,
): Work<FittedFeatures> {
  const planned = yield* planning(spec, table, exclude, labels !== undefined, own);
  const plan = planned.columns;
  const chains: FittedChain[] = [];
  for (const column of plan)
    for (const feature of column.features)
      chains.push(...(yield* fitFeature(feature, planned.table, labels)));
  const fitted = assemble(
    plan
      .filter(({ column }) => table.columns.has(column))
      .map(({ column, kind }) => ({ name: column, kind })),
    chains,
    planned.derived,
    own,
  );
  if (fitted.encoded.length === 0)
    throw dataError({
      code: 'no-features',
      message: `No column gives a feature (${table.rows} training rows): ${plan
        .map(({ column, because }) => `${column} (${because})`)
        .join(', ')}.`,
      hint: 'Check the source and the schema, or name features in the pipeline.',
    });
  return fitted;
}

/**
 * Fits the transforms on the training part. `exclude` names label and id columns, which give nothing. The result is
 * JSON and all that `prepare` and `encode` need; the same table and spec give the same result. Features stand in the
 * order of the table's columns; output names are unique. Throws a usage error for unknown columns, transforms or
 * parameters, wrong kinds and a feature of an excluded column; a data error where nothing is left to learn from.
 *
 * @param labels Of the table's rows, for transforms that learn from them; without, `auto` takes none of these.
 * @param own A team's own transforms, fitted on this table; none of its rows is refused by them.
 */
export function fit(
  spec: FeaturesSpec,
  table: Table,
  exclude: readonly string[],
  labels?: TrainingLabels,
  own?: FittedOwn,
): FittedFeatures {
  return finish(fitting(spec, table, exclude, labels, own));
}
