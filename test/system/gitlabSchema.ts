/** The part of GitLab's `.gitlab-ci.yml` that the recipe uses, strictly, written from its keyword reference. */
const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', minItems: 1, items: text };
const closed = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const cache = closed(
  {
    key: {
      anyOf: [text, closed({ files: { type: 'array', minItems: 1, maxItems: 2, items: text } }, ['files'])],
    },
    paths: texts,
    when: { enum: ['on_success', 'on_failure', 'always'] },
  },
  ['key', 'paths'],
);
const keys = {
  image: text,
  // At most four caches a job.
  cache: { type: 'array', maxItems: 4, items: cache },
  before_script: texts,
  artifacts: closed({
    when: { enum: ['on_success', 'on_failure', 'always'] },
    paths: texts,
    reports: closed({ junit: { anyOf: [text, texts] } }),
  }),
  resource_group: text,
  extends: text,
  stage: text,
  needs: texts,
  rules: {
    type: 'array',
    minItems: 1,
    items: closed({ if: { type: 'string', pattern: '^\\$[A-Z_]+ == "\\w+"$' } }),
  },
  script: texts,
  allow_failure: {
    anyOf: [
      { type: 'boolean' },
      closed(
        { exit_codes: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 1, maximum: 255 } } },
        ['exit_codes'],
      ),
    ],
  },
};

export const gitlabSchema = {
  type: 'object',
  properties: { stages: texts, variables: { type: 'object', additionalProperties: { type: 'string' } } },
  required: ['stages'],
  patternProperties: {
    // Hidden jobs are only there to be extended.
    '^\\.': closed(keys),
  },
  additionalProperties: closed(keys, ['script', 'stage']),
};
