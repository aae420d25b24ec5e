import type { ParamsSchema } from './params.ts';
import { transforms } from './transforms/index.ts';

/** JSON Schema of each transform's parameters by the transform's name: what a pipeline file is checked with. */
export function transformParams(): Readonly<Record<string, ParamsSchema>> {
  return Object.fromEntries(transforms.map(({ name, params }) => [name, params]));
}

/** What each transform computes and what it makes of missing, unseen and infinite values, by its name. */
export function transformSummaries(): Readonly<Record<string, string>> {
  return Object.fromEntries(transforms.map(({ name, summary }) => [name, summary]));
}
