import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseDocument } from 'yaml';
import type { Parsed } from './support.ts';

/**
 * The part of GitHub's workflow and action syntax that is used here, strictly, written from its reference: an unknown
 * key is an error, as it is for GitHub.
 */
const text = { type: 'string', minLength: 1 };
const scalars = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } };
const closed = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const access = { enum: ['read', 'write', 'none'] };
const permissions = closed({
  contents: access,
  'pull-requests': access,
  'id-token': { enum: ['write', 'none'] },
  'security-events': access,
});
/** By its commit: a tag can be moved. `OWNER/aieng` stands in our own pages for wherever this repository lies. */
const pinned = '^(OWNER/aieng@v\\d+|[\\w.-]+/[\\w./-]+@[0-9a-f]{40})$';
const stepKeys = {
  name: text,
  id: { type: 'string', pattern: '^[A-Za-z_][\\w-]*$' },
  if: text,
  env: scalars,
};
const step = {
  oneOf: [
    closed({ ...stepKeys, uses: { type: 'string', pattern: pinned }, with: scalars }, ['uses']),
    closed({ ...stepKeys, run: text, shell: { enum: ['bash'] }, 'working-directory': text }, ['run']),
  ],
};
const steps = { type: 'array', minItems: 1, items: step };
const job = closed(
  {
    name: text,
    if: text,
    needs: { anyOf: [text, { type: 'array', items: text }] },
    'runs-on': text,
    'timeout-minutes': { type: 'integer', minimum: 1, maximum: 360 },
    permissions,
    steps,
  },
  ['runs-on', 'permissions', 'steps'],
);
const workflow = closed(
  {
    name: text,
    on: closed({
      schedule: {
        type: 'array',
        minItems: 1,
        items: closed({ cron: { type: 'string', pattern: '^\\S+( \\S+){4}$' } }, ['cron']),
      },
      workflow_dispatch: { type: 'null' },
      pull_request: closed({ paths: { type: 'array', minItems: 1, items: text } }),
    }),
    concurrency: closed({ group: text, 'cancel-in-progress': { type: 'boolean' } }, ['group']),
    permissions,
    env: scalars,
    defaults: closed({ run: closed({ shell: { enum: ['bash'] } }) }),
    jobs: { type: 'object', minProperties: 1, additionalProperties: job },
  },
  ['on', 'permissions', 'jobs'],
);
const action = closed(
  {
    name: text,
    description: text,
    branding: closed({ icon: text, color: text }),
    inputs: {
      type: 'object',
      additionalProperties: closed(
        { description: text, required: { type: 'boolean' }, default: { type: 'string' } },
        ['description'],
      ),
    },
    outputs: {
      type: 'object',
      additionalProperties: closed({ description: text, value: text }, ['description', 'value']),
    },
    runs: closed({ using: { const: 'composite' }, steps }, ['using', 'steps']),
  },
  ['name', 'description', 'runs'],
);

const ajv = new Ajv2020({ allErrors: true, strict: false });
const check = { workflow: ajv.compile(workflow), action: ajv.compile(action) };

/** What a schema cannot say about the scripts of a step. */
function scriptProblems(script: string): string[] {
  const problems: string[] = [];
  // An expression is pasted into the script before the shell reads it: whoever names a branch writes code.
  if (script.includes('${{')) problems.push(`an expression inside a script: ${script}`);
  const unquoted = script
    // What a command prints is not split where it is assigned; the command itself is looked at.
    .replaceAll(/\b\w+="?\$\(([^()]*)\)"?/g, '$1')
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll(/'[^']*'/g, '')
    .replaceAll(/"(?:\\.|[^"\\])*"/g, '');
  const bare = /\$[\w{(]\S*/.exec(unquoted);
  if (bare !== null) problems.push(`${bare[0]} is not quoted`);
  return problems;
}

/** Places of the document that refer to a step, an input or a job that is not there; braces that do not close. */
function referenceProblems(document: Parsed, all: string): string[] {
  const problems: string[] = [];
  const opened = all.split('${{').length - 1;
  const whole = [...all.matchAll(/\$\{\{([^{}]*)\}\}/g)].map(([, inside = '']) => inside);
  if (opened !== whole.length) problems.push('an expression does not close');
  const jobs = document.jobs ?? { action: document.runs };
  for (const [name, each] of Object.entries<Parsed>(jobs)) {
    const ids = new Set<string>();
    for (const step of each.steps) {
      const used = [...JSON.stringify(step).matchAll(/steps\.([\w-]+)/g)].map(([, id]) => id!);
      for (const id of used) if (!ids.has(id)) problems.push(`${name}: no step ${id} before it is used`);
      if (step.id !== undefined) ids.add(step.id);
    }
    for (const needed of [each.needs ?? []].flat())
      if (!(needed in jobs)) problems.push(`${name} needs ${needed}, which is not there`);
  }
  for (const [, input] of all.matchAll(/\binputs\.([\w-]+)/g))
    if (!(input! in (document.inputs ?? {}))) problems.push(`no input ${input}`);
  for (const inside of whole)
    if (inside.split("'").length % 2 === 0) problems.push(`a quote does not close: ${inside}`);
  return problems;
}

/** What is wrong with a workflow or a composite action; `[]` where it is well. */
export function lintGitHub(kind: 'workflow' | 'action', source: string): string[] {
  const document = parseDocument(source, { strict: true, uniqueKeys: true });
  if (document.errors.length > 0) return document.errors.map(({ message }) => message);
  const value: Parsed = document.toJS();
  const validate = check[kind];
  const follows: boolean = validate(value);
  if (!follows) return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
  const jobs = Object.values<Parsed>(value.jobs ?? { action: value.runs });
  const all = jobs.flatMap((job) => job.steps);
  const problems = all.flatMap((step) => (step.run === undefined ? [] : scriptProblems(step.run)));
  for (const step of all) {
    if (/^actions\/checkout@/.test(step.uses ?? '') && step.with?.['persist-credentials'] !== false)
      problems.push('a checkout leaves the token in .git/config');
    if (kind === 'action' && step.run !== undefined && step.shell !== 'bash')
      problems.push('a step of an action says no shell');
  }
  return [...problems, ...referenceProblems(value, JSON.stringify(value))];
}
