import type { KeySchema } from './keys.ts';

/** A section of which some keys may stand alone: what is needed, the file may have. */
function partly(schema: KeySchema): KeySchema {
  const own = Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'required'));
  return {
    ...own,
    ...(schema.anyOf === undefined ? {} : { anyOf: schema.anyOf.map(partly) }),
    ...(schema.properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(schema.properties).map(([name, child]) => [name, partly(child)]),
          ),
        }),
  };
}

/** The section `env` of a pipeline file, as editors see it: any keys of the pipeline, none of them needed. */
export const environmentKeys = (properties: Readonly<Record<string, KeySchema>>): KeySchema => ({
  type: 'object',
  description:
    'What is otherwise in an environment, by its name: with --env prod (AIENG_ENV) the keys of prod count.',
  additionalProperties: {
    type: 'object',
    description: 'Keys of the pipeline; sections go into those of the file, anything else takes their place.',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(properties).flatMap(([name, schema]) =>
        ['name', '$schema'].includes(name) ? [] : [[name, partly(schema)] as const],
      ),
    ),
  },
});
