import type { TObject } from '@sinclair/typebox';
import { ensembleName } from './ensemble/files.ts';
import { inputOf } from './load.ts';
import { families } from './families/index.ts';
import type { Ended, TrainOptions } from './model.ts';

/**
 * The family that is fitted beside another to show what its complexity buys: a linear model beside a net, which takes
 * longer to fit. Beside trees, which do not, there is none.
 */
export const besideFamily = (family: string): string | null =>
  // A blend was chosen by folds, in which linear took part.
  family !== ensembleName && family !== 'linear' && inputOf(family) === 'blocks' ? 'linear' : null;

/** The family of pipelines whose model a program of the project trains. */
export const scriptFamily = 'script';
/** The family whose models are made elsewhere. */
export const importedFamily = 'imported';

/**
 * The families that a training may fit where the pipeline asks for `family`, or that a model of that name is made of:
 * what a result can depend on. All that `auto` tries for `auto`, and for whatever is put together from several.
 */
export function familiesConcerned(family: string): readonly string[] {
  if (!families.some(({ name }) => name === family))
    return families.flatMap(({ name, byName }) => (byName === true ? [] : [name])).sort();
  // What a program leaves is a model from elsewhere.
  if (family === scriptFamily) return [importedFamily, family];
  const beside = besideFamily(family);
  return beside === null ? [family] : [family, beside].sort();
}

/**
 * The section `model` of a pipeline as a training sees it: the sections of families that it cannot fit are as they are by
 * default, whatever the file says there.
 */
export function concerning<Model extends { readonly family: string }>(model: Model): Model {
  const concerned = familiesConcerned(model.family);
  const others = families.flatMap(({ name, parameters }) =>
    parameters === undefined || concerned.includes(name) ? [] : [[name, defaultsOf(parameters)] as const],
  );
  return { ...model, ...Object.fromEntries(others) };
}

/** What a family's parameters are where nobody says otherwise. */
const defaultsOf = ({ properties }: TObject): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(properties).map(([name, shape]) => [name, shape.default]));

/** Of a fit on so many rows that got better up to the last round that it was allowed: what to say; null where it ended by itself. */
export const cutShort = (
  options: TrainOptions,
  rows: number,
  { family, ...ended }: Ended & { readonly family: string },
): string | null => families.find(({ name }) => name === family)?.cutShort?.(options, rows, ended) ?? null;
