import type { Column, Table } from '../data/columns.ts';
import { dataError, usageError } from '../errors.ts';
import type { AiengError } from '../errors.ts';
import { compileChain, compileStep, findTransform, runStep } from './chain.ts';
import { checkParams } from './params.ts';
import { describeAuto } from './plan.ts';
import type {
  FeatureSpec,
  FeaturesSpec,
  FittedFeature,
  FittedFeatures,
  FittedStep,
  Params,
  Plain,
} from './spec.ts';
import type { StepInput, Transform } from './transform.ts';
import { transforms } from './transforms/index.ts';

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

/** −0 as 0, which is what JSON makes of it: the state is the same before and after it was written down. */
function asJson(value: Plain): Plain {
  if (typeof value === 'number') return value + 0;
  if (value === null || typeof value !== 'object') return value;
  return isList(value) ? value.map(asJson) : asJsonObject(value);
}

const asJsonObject = (state: Params): Params =>
  Object.fromEntries(Object.entries(state).map(([key, value]) => [key, asJson(value)]));

const wrongKind = (transform: string, { name, kind }: StepInput): AiengError =>
  usageError({
    code: 'transform-kind',
    message: `Transform ${transform} does not work on ${name}, which is a ${kind} column at that step.`,
    hint: `Transforms for a ${kind} column: ${transforms
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

/** Fits a chain step by step: each sees what the one before makes of the training part. */
function fitSteps({ column: name, steps }: FeatureSpec, training: Column): FittedStep[] {
  const fitted: FittedStep[] = [];
  let column = training;
  let ended: string | null = null;
  for (const { transform: transformName, params } of steps) {
    const input = { name, kind: column.kind };
    if (ended !== null)
      throw usageError({
        code: 'transform-after-encoder',
        message: `Column ${name}: ${transformName} stands after ${ended}, which makes several features at once.`,
        hint: `Move ${ended} to the end of the chain.`,
      });
    const transform = transformFor(transformName, input);
    checkParams(transformName, transform.params, params);
    const next = { transform: transformName, state: asJsonObject(transform.fit(column, params, input)) };
    fitted.push(next);
    const step = compileStep(next, input);
    if (step.role === 'encoder') ended = transformName;
    else column = runStep(step, column);
  }
  if (ended === null && column.kind !== 'number' && column.kind !== 'time')
    throw usageError({
      code: 'feature-of-words',
      message: `The feature of column ${name} ends in words (${column.kind}), not in numbers.`,
      hint: 'End it with one_hot, ordinal or hashing.',
    });
  return fitted;
}

/** A name that was not used yet: a second `age` becomes `age#2`. */
function unused(name: string, used: Set<string>): string {
  let unique = name;
  for (let copy = 2; used.has(unique); copy += 1) unique = `${name}#${copy}`;
  used.add(unique);
  return unique;
}

function fitFeature(feature: FeatureSpec, training: Column, used: Set<string>): FittedFeature {
  const { column } = feature;
  const { kind } = training;
  const steps = fitSteps(feature, training);
  const { outputs } = compileChain(steps, { name: column, kind });
  return { column, kind, steps, outputs: outputs.map((name) => unused(name, used)) };
}

/**
 * Fits the transforms on the training part. `exclude` names label and id columns, which give nothing. The result is
 * JSON and all that `apply` needs; the same table and spec give the same result. Features stand in the order of the
 * table's columns; output names are unique. Throws a usage error for unknown columns, transforms or parameters, wrong
 * kinds and a feature of an excluded column; a data error where nothing is left to learn from.
 */
export function fit(spec: FeaturesSpec, table: Table, exclude: readonly string[]): FittedFeatures {
  const plan = describeAuto(spec, table, exclude);
  const used = new Set<string>();
  const features = plan.flatMap((column) => {
    const training = table.columns.get(column.column);
    if (training === undefined) return [];
    return column.features.map((feature) => fitFeature(feature, training, used));
  });
  const fitted = features.filter((feature) => feature.outputs.length > 0);
  if (fitted.length === 0)
    throw dataError({
      code: 'no-features',
      message: `No column gives a feature (${table.rows} training rows): ${plan
        .map(({ column, because }) => `${column} (${because})`)
        .join(', ')}.`,
      hint: 'Check the source and the schema, or name features in the pipeline.',
    });
  const read = new Set(fitted.map((feature) => feature.column));
  return {
    version: 1,
    inputs: plan.filter(({ column }) => read.has(column)).map(({ column, kind }) => ({ name: column, kind })),
    features: fitted,
  };
}
