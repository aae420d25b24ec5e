import type { TProperties } from '@sinclair/typebox';
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
