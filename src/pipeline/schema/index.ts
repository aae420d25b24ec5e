import { environmentKeys } from './environments.ts';
import { dataKeys } from './data.ts';
import type { KeySchema } from './keys.ts';
import type { Vocabulary } from './model.ts';
import { modelKeys, stepSchema } from './model.ts';
import { operationKeys } from './operations.ts';

export type { KeySchema } from './keys.ts';
export type { MetricWord, Vocabulary } from './model.ts';

/** The JSON Schema of a pipeline in its long form, after shorthands were expanded: what loading checks against. */
export function pipelineSchema(vocabulary: Vocabulary): KeySchema {
  return {
    type: 'object',
    description: 'An aieng pipeline. Everything but source and label has a default.',
    additionalProperties: false,
    required: ['source', 'label'],
    properties: { ...dataKeys, ...modelKeys(vocabulary), ...operationKeys },
  };
}

function describedChoice(long: KeySchema, short: readonly KeySchema[]): KeySchema {
  const { description, default: byDefault, examples, ...rest } = long;
  return {
    ...(description === undefined ? {} : { description }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(examples === undefined ? {} : { examples }),
    anyOf: [...short, rest],
  };
}

/** The ways to write the chains of one column. */
function chainShorthands(transforms: Vocabulary['transforms']): KeySchema {
  const step: KeySchema = {
    anyOf: [{ type: 'string', enum: Object.keys(transforms) }, stepSchema(transforms)],
  };
  const chain: KeySchema = { type: 'array', minItems: 1, items: step };
  return { anyOf: [step, chain, { type: 'array', minItems: 1, items: chain }] };
}

/** `${NAME}` may stand for any number of source and deploy. */
function withVariables(section: KeySchema): KeySchema {
  const variable: KeySchema = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}' };
  const properties = Object.entries(section.properties ?? {}).map(
    ([name, schema]) =>
      [name, [schema.type].flat().includes('string') ? schema : describedChoice(schema, [variable])] as const,
  );
  return { ...section, properties: Object.fromEntries(properties) };
}

/** The same without `default: null`, which says nothing, and which completion in editors stumbles over (yaml-language-server 1.25). */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => key !== 'default' || inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/**
 * The JSON Schema (draft 2020-12) of a pipeline file as people write it, shorthands included: for editors. VS Code and
 * JetBrains take it by a first line `# yaml-language-server: $schema=…` or by their settings.
 */
export function editorSchema(vocabulary: Vocabulary): Readonly<Record<string, unknown>> {
  const { properties = {}, ...rest } = pipelineSchema(vocabulary);
  const features = properties['features']!;
  const checks = properties['checks']!;
  const columns = features.properties!['columns']!;
  const text: KeySchema = { type: 'string', minLength: 1 };
  const written: Readonly<Record<string, KeySchema>> = {
    ...properties,
    $schema: { type: 'string', description: 'Where this schema is, for editors; aieng does not read it.' },
    source: describedChoice(withVariables(properties['source']!), [text]),
    label: describedChoice(properties['label']!, [text]),
    row_id: describedChoice(properties['row_id']!, [text]),
    features: describedChoice(
      {
        ...features,
        properties: {
          ...features.properties,
          columns: { ...columns, additionalProperties: chainShorthands(vocabulary.transforms) },
        },
      },
      [{ type: 'string', enum: ['auto'] }],
    ),
    checks: { ...checks, items: { anyOf: [text, checks.items!] } },
    deploy: withVariables(properties['deploy']!),
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'aieng pipeline',
    ...rest,
    properties: Object.fromEntries(
      Object.entries({ ...written, env: environmentKeys(written) }).map(([key, of]) => [
        key,
        withoutNulls(of),
      ]),
    ),
  };
}
