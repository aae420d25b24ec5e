/**
 * The part of SARIF 2.1.0 (OASIS Standard) that the reports use, written from the specification: §3.13 sarifLog,
 * §3.14 run, §3.20 invocation, §3.27 result, §3.28 location, §3.29 physicalLocation, §3.4 artifactLocation,
 * §3.30 region, §3.49 reportingDescriptor. Stricter than the standard: no other property, and what GitHub's code
 * scanning wants (a location for each result).
 */
const text = { type: 'string', minLength: 1 };
const message = {
  type: 'object',
  properties: { text },
  required: ['text'],
  additionalProperties: false,
};
const level = { enum: ['none', 'note', 'warning', 'error'] };
const line = { type: 'integer', minimum: 1 };

const artifactLocation = {
  type: 'object',
  properties: {
    uri: { type: 'string', pattern: "^(file:///)?[A-Za-z0-9%._~!$&'()*+,;=:@/-]+$" },
    uriBaseId: { const: '%SRCROOT%' },
  },
  required: ['uri'],
  additionalProperties: false,
  // §3.4.4: a relative reference has a base; an absolute one has none.
  if: { properties: { uri: { pattern: '^file:' } } },
  then: { properties: { uriBaseId: false } },
  else: { required: ['uriBaseId'], properties: { uri: { not: { pattern: '^(/|\\.\\.?/)' } } } },
};

const location = {
  type: 'object',
  properties: {
    physicalLocation: {
      type: 'object',
      properties: {
        artifactLocation,
        region: {
          type: 'object',
          properties: { startLine: line, startColumn: line },
          required: ['startLine'],
          additionalProperties: false,
        },
      },
      required: ['artifactLocation'],
      additionalProperties: false,
    },
  },
  required: ['physicalLocation'],
  additionalProperties: false,
};

const result = {
  type: 'object',
  properties: {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: 0 },
    level,
    message,
    locations: { type: 'array', minItems: 1, maxItems: 1, items: location },
    partialFingerprints: {
      type: 'object',
      properties: { 'aieng/v1': { type: 'string', pattern: '^[0-9a-f]{64}$' } },
      required: ['aieng/v1'],
      additionalProperties: false,
    },
  },
  required: ['ruleId', 'ruleIndex', 'level', 'message', 'locations', 'partialFingerprints'],
  additionalProperties: false,
};

const rule = {
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^[a-z0-9_-]+$' },
    shortDescription: message,
    defaultConfiguration: {
      type: 'object',
      properties: { level },
      required: ['level'],
      additionalProperties: false,
    },
  },
  required: ['id', 'shortDescription', 'defaultConfiguration'],
  additionalProperties: false,
};

const driver = {
  type: 'object',
  properties: { name: text, semanticVersion: text, rules: { type: 'array', uniqueItems: true, items: rule } },
  required: ['name', 'semanticVersion', 'rules'],
  additionalProperties: false,
};

const run = {
  type: 'object',
  properties: {
    tool: { type: 'object', properties: { driver }, required: ['driver'], additionalProperties: false },
    automationDetails: {
      type: 'object',
      // §3.17.3: hierarchical, and empty at its end where it names a group rather than one run.
      properties: { id: { type: 'string', pattern: '^aieng/.+/$' } },
      required: ['id'],
      additionalProperties: false,
    },
    invocations: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          executionSuccessful: { type: 'boolean' },
          exitCode: { type: 'integer' },
          exitCodeDescription: text,
        },
        required: ['executionSuccessful'],
        additionalProperties: false,
      },
    },
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    results: { type: 'array', items: result },
  },
  required: ['tool', 'results'],
  additionalProperties: false,
};

export const sarifSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    $schema: { const: 'https://json.schemastore.org/sarif-2.1.0.json' },
    version: { const: '2.1.0' },
    runs: { type: 'array', minItems: 1, maxItems: 1, items: run },
  },
  required: ['$schema', 'version', 'runs'],
  additionalProperties: false,
};
