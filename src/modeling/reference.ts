import type { TProperties } from '@sinclair/typebox';
import type { SearchSpace } from './search/space.ts';
import { families } from './families/index.ts';

/** The parameters of a family of their own, as JSON Schema; undefined where it has none. */
export interface FamilySection {
  readonly description: string;
  readonly properties: TProperties;
}

/** Every family by its name, simplest first, with the section of its parameters: what a pipeline file is checked with. */
export function familySections(): Readonly<Record<string, FamilySection | undefined>> {
  return Object.fromEntries(
    families.map(({ name, parameters }) => [
      name,
      parameters && { description: parameters.description ?? '', properties: parameters.properties },
    ]),
  );
}

/** What may be searched of a family; undefined where there is nothing to be found. */
export const searchSpaceOf = (name: string): SearchSpace | undefined =>
  families.find((family) => family.name === name)?.space;

/** Families that have something to be searched. */
export const searchable = (): readonly string[] =>
  families.flatMap(({ name, space }) => (space === undefined ? [] : [name]));
