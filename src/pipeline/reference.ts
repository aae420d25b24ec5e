import type { KeySchema } from './schema/index.ts';

function typeOf(schema: KeySchema): string {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.enum !== undefined && schema.enum.length <= 8)
    return schema.enum.map((word) => `\`${String(word)}\``).join(', ');
  const types = [schema.type ?? 'any'].flat().map((type) => {
    if (type === 'array')
      return `list${schema.items?.type === undefined ? '' : ` of ${[schema.items.type].flat().join(' or ')}`}`;
    return type;
  });
  return types.join(' or ');
}

type Bound = 'minimum' | 'exclusiveMinimum' | 'maximum' | 'exclusiveMaximum';
const bounds: readonly (readonly [Bound, string])[] = [
  ['minimum', '≥'],
  ['exclusiveMinimum', '>'],
  ['maximum', '≤'],
  ['exclusiveMaximum', '<'],
];

function rangeOf(schema: KeySchema): string {
  return bounds
    .flatMap(([name, sign]) => (schema[name] === undefined ? [] : [`${sign} ${String(schema[name])}`]))
    .join(', ');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function row(path: string, schema: KeySchema, required: boolean): string {
  const range = rangeOf(schema);
  const byDefault = required
    ? '**required**'
    : schema.default === undefined
      ? ''
      : `\`${cell(JSON.stringify(schema.default))}\``;
  const example = schema.examples?.[0];
  const shown = example === undefined ? '' : ` Example: \`${cell(JSON.stringify(example))}\`.`;
  const type = range === '' ? typeOf(schema) : `${typeOf(schema)}, ${range}`;
  return `| \`${path}\` | ${cell(type)} | ${byDefault} | ${cell((schema.description ?? '') + shown)} |`;
}

/** Rows of a section's keys; keys of keys by their path. */
function rows(schema: KeySchema, prefix: string): string[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (child.properties !== undefined) return rows(child, path);
    const items = child.items?.properties === undefined ? [] : rows(child.items, `${path}[]`);
    return [row(path, child, required.has(name)), ...items];
  });
}

const tableHead = ['| key | type | default | what it says |', '|---|---|---|---|'];

function sectionText(name: string, schema: KeySchema, required: boolean): string[] {
  const head = ['', `## ${name}`, ''];
  if (schema.properties === undefined) {
    // A list of objects: their keys below it, one level deep.
    const items = Object.entries(schema.items?.properties ?? {});
    const below = items.map(([key, child]) => row(`${name}[].${key}`, child, false));
    return [...head, ...tableHead, row(name, schema, required), ...below];
  }
  const need = required ? ' **Required.**' : '';
  return [...head, `${schema.description ?? ''}${need}`, '', ...tableHead, ...rows(schema, name)];
}

/** The transforms with their parameters, as the steps of a chain take them. */
function transformText(
  transforms: Readonly<Record<string, KeySchema>>,
  summaries: Readonly<Record<string, string>>,
): string[] {
  if (Object.keys(transforms).length === 0) return [];
  const lines = Object.entries(transforms).map(([name, schema]) => {
    const params = Object.entries(schema.properties ?? {}).map(([param, child]) => {
      const byDefault = child.default === undefined ? '' : ` = ${JSON.stringify(child.default)}`;
      return `\`${param}\` (${typeOf(child)}${byDefault})${child.description === undefined ? '' : `: ${child.description}`}`;
    });
    return `| \`${name}\` | ${cell(summaries[name] ?? schema.description ?? '')} | ${cell(params.join('<br>'))} |`;
  });
  return ['', '## Transforms', '', '| transform | what it does | parameters |', '|---|---|---|', ...lines];
}

/** The section that says the keys of all others again. */
const environmentText: readonly string[] = [
  '',
  '## env',
  '',
  'What is otherwise in an environment, by its name. With `--env prod`, or `AIENG_ENV=prod`, the keys of `prod` count: sections go into',
  'those of the file, anything else (lists too) takes the place of what was there. Without it none counts. All of them are checked',
  'whichever is asked for, an unknown one is refused, and the run writes down what counted. `aieng explain env prod` shows what is otherwise.',
  '',
  '```yaml',
  'source: data/sample.csv',
  'label: churn',
  'env:',
  '  prod:',
  '    source: postgres://reader:${DB_PASSWORD}@db.internal/shop',
  '    deploy: { port: 80 }',
  '```',
];

/**
 * The reference of the pipeline file as Markdown, from the schema that checks it: section by section, each key with
 * type, default and description; then the transforms.
 *
 * @param schema What `pipelineSchema` gives.
 * @param transforms Transform name → JSON Schema of its parameters (with descriptions and defaults).
 * @param summaries Transform name → what it computes.
 */
export function pipelineReference(
  schema: KeySchema,
  transforms: Readonly<Record<string, KeySchema>> = {},
  summaries: Readonly<Record<string, string>> = {},
): string {
  const required = new Set(schema.required ?? []);
  const lines = [
    '# The pipeline file',
    '',
    '<!-- Generated from the schema in src/pipeline/schema by `npm run docs`. Do not edit. -->',
    '',
    'YAML or JSON in `pipelines/<name>.yaml`. Only `source` and `label` must be there; every other key has the default',
    'below. Unknown keys are errors. Paths are relative to the root, with `/`. `${NAME}` stands for an environment',
    'variable in `source`, `deploy` and `alerts`, nowhere else; records and messages show the name, never the value.',
    'Editors complete and check such files by `dist/pipeline.schema.json`: `aieng init` names it in the first line, and',
    '`$schema` does the same in JSON.',
    '',
    '```yaml',
    'source: data/customers.csv',
    'label: churn',
    'row_id: customer_id',
    'features:',
    '  drop: [signup_campaign]',
    '  columns:',
    '    contract: one_hot                          # one transform',
    '    total_charges: [log1p, standard]           # one after the other',
    '    age: [[standard], [missing_indicator]]     # two chains side by side',
    '    tenure: [{ clip: { min: 0, max: 72 } }]   # with parameters',
    'evaluation:',
    '  gates:',
    '    - { metric: roc_auc, at_least: 0.8 }',
    '    - { metric: log_loss, better_than: baseline, margin: 0.02 }',
    '    - { better_than: champion }',
    '```',
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
      sectionText(name, child, required.has(name)),
    ),
    ...environmentText,
    ...transformText(transforms, summaries),
    '',
  ];
  return lines.join('\n');
}
