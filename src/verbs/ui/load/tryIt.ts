import { personalColumns } from '../../../data/personal.ts';
import type { ColumnSchema } from '../../../data/schema.ts';
import { AiengError, usageError } from '../../../errors.ts';
import { readDocument } from '../../../packaging/documents.ts';
import { deployedBundle } from '../../../tracking/served.ts';
import type { Asked } from '../../../ui/page.ts';
import type { Said, TryFacts, TryField } from '../../../ui/pages/deployments/tryIt.tsx';
import { checkPipeline } from './monitoring.ts';
import { openedModel } from './openedModels.ts';
import type { OpenedModel } from './openedModels.ts';
import type { Reading } from './reading.ts';

const mostChoices = 100;
const longest = 2000;

/** Can this model say why? One that cannot still answers. */
function explains({ predictor }: OpenedModel): boolean {
  try {
    return predictor.explainableRows() > 0;
  } catch (error) {
    if (error instanceof AiengError) return false;
    throw error;
  }
}

/** What a model says of one row, or what is wrong with the row. */
export function saidOf(
  model: OpenedModel,
  row: object,
  way: 'json' | 'text',
): { readonly said: Said | null; readonly issues: readonly string[] } {
  const { answers, issues } = model.predictor.predictRows([row], () => '', way, explains(model));
  const [answer] = answers;
  const told = issues.map(({ path, message }) => `${path.replace(/^\//, '')}: ${message}`);
  if (answer === undefined || told.length > 0) return { said: null, issues: told };
  const { prediction, probabilities = {}, prediction_interval: interval, explanation } = answer;
  return {
    issues: [],
    said: {
      prediction: String(prediction),
      probabilities: Object.entries(probabilities).sort(([, left], [, right]) => right - left),
      interval: interval === undefined ? null : [interval.low, interval.high],
      why:
        explanation === undefined
          ? null
          : {
              scale: explanation.scale,
              of: explanation.of ?? null,
              base: explanation.base,
              contributions: Object.entries(explanation.contributions).sort(
                ([, left], [, right]) => Math.abs(right) - Math.abs(left),
              ),
              margin: explanation.margin,
            },
    },
  };
}

function hintOf(
  { kind, type, minimum, maximum, trueWords, timeFormat }: ColumnSchema,
  personal: boolean,
): string {
  if (kind === 'time')
    return timeFormat === undefined ? 'a time: 2026-03-01T09:30:00Z' : 'a time, as in the data';
  if (type === 'boolean') return trueWords === undefined ? 'true or false' : 'yes or no, as in the data';
  if (kind !== 'number') return '';
  // The least and the greatest are values of somebody.
  return personal || minimum === undefined || maximum === undefined
    ? 'a number'
    : `${minimum} to ${maximum} was seen`;
}

/** A column as a field to fill in; of a personal one no value is told. */
export function fieldOf(column: ColumnSchema, value: string, personal: boolean): TryField {
  const { name, kind, domain = [], nullable } = column;
  return {
    name,
    kind: kind === 'number' ? 'number' : domain.length > 0 ? 'choice' : 'text',
    required: !nullable,
    choices: personal ? [] : domain.slice(0, mostChoices),
    hint: hintOf(column, personal),
    value,
    personal,
  };
}

/** The form, filled with a row that the bundle carries or with what was written; then the answer too. */
export async function loadTry(reading: Reading, { params, query }: Asked): Promise<TryFacts> {
  const { name = '' } = params;
  const { context } = reading;
  await checkPipeline(reading, name);
  const served = await deployedBundle(context, name);
  if (served === null)
    throw usageError({
      code: 'nothing-deployed',
      message: `Nothing of ${name} is deployed.`,
      hint: `Deploy it first: \`aieng deploy ${name}\`.`,
    });
  const model = await openedModel(context, served.digest, served.version);
  const personal = personalColumns(model.schema);
  const inputs = new Set(model.predictor.inputs);
  const columns = model.schema.columns.filter((column) => inputs.has(column.name));
  const asked = columns.some((column) => query.has(`f.${column.name}`));
  const example = readDocument(model.bundle, 'golden.json').rows[0]?.input ?? {};
  const written = (column: ColumnSchema): string => {
    if (asked) return (query.get(`f.${column.name}`) ?? '').slice(0, longest);
    const value = Object.hasOwn(example, column.name) ? example[column.name] : null;
    return personal.has(column.name) || value === null || value === undefined ? '' : String(value);
  };
  const texts = columns.map((column) => [column.name, written(column)] as const);
  const { said, issues } = asked
    ? saidOf(model, Object.fromEntries(texts), 'text')
    : { said: null, issues: [] };
  return {
    name,
    version: served.version,
    bundle: served.digest,
    fields: columns.map((column, at) => fieldOf(column, texts[at]?.[1] ?? '', personal.has(column.name))),
    said,
    issues,
  };
}
