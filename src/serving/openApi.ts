import { timeGrammar } from '../data/cells/times.ts';
import type { Manifest } from '../packaging/manifest.ts';
import { formatPercent } from '../statistics/figures.ts';
import type { OpenApiPaths } from './protocols/protocol.ts';
import { jsonContent, schemaRef } from './rowJsonSchema.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const intervalSchema = (level: number): JsonObject => ({
  type: 'object',
  description: `The true value lies within for about ${formatPercent(level)} of the rows.`,
  required: ['low', 'high'],
  additionalProperties: false,
  properties: { low: { type: 'number' }, high: { type: 'number' } },
});

function answerSchema(manifest: Manifest): JsonObject {
  const classes = manifest.outputs;
  if (classes.length === 0)
    return {
      prediction: { type: 'number' },
      ...(manifest.interval === undefined
        ? {}
        : { prediction_interval: intervalSchema(manifest.interval.level) }),
    };
  return {
    prediction: { type: 'string', enum: classes },
    probabilities: {
      type: 'object',
      required: classes,
      additionalProperties: false,
      properties: Object.fromEntries(
        classes.map((name) => [name, { type: 'number', minimum: 0, maximum: 1 }]),
      ),
    },
  };
}

function explanationSchema(manifest: Manifest): JsonObject {
  const number = { type: 'number' };
  return {
    type: 'object',
    description:
      'With `?explain=true`: how far each column moved the model’s raw sum (log odds, or the number) before calibration. `base` and the contributions add up to `margin`.',
    required: ['scale', 'base', 'contributions', 'margin'],
    properties: {
      ...(manifest.outputs.length === 0
        ? {}
        : { of: { enum: manifest.outputs, description: 'The class whose raw sum it is.' } }),
      scale: {
        enum: ['log odds', 'label', 'log of the label', 'quantile of the label'],
        description: 'What the raw sum is of.',
      },
      base: { ...number, description: 'What the model says of no row in particular.' },
      contributions: { type: 'object', additionalProperties: number },
      margin: { ...number, description: 'The raw sum of this row.' },
      samples: {
        type: 'integer',
        description: 'Sampled walks that the contributions are the mean of; absent where they are exact.',
      },
    },
  };
}

/** A token in every request, where the service asks for one; those that need none say so themselves. */
const tokenSecurity = {
  security: [{ token: [] }],
  schemes: {
    token: {
      type: 'http',
      scheme: 'bearer',
      description: 'Made by `aieng token new`; `/feedback` may need another one.',
    },
  },
} as const;

function componentSchemas(manifest: Manifest): JsonObject {
  const answer = answerSchema(manifest);
  const required = ['id', ...Object.keys(answer)];
  const explanation = schemaRef('Explanation');
  const id = {
    type: 'string',
    description: 'The service’s own id of the prediction; feedback refers to it.',
  };
  const success = { const: 'success' };
  const model = schemaRef('Model');
  return {
    Model: {
      type: 'object',
      required: ['name', 'version', 'bundle'],
      properties: {
        name: { type: 'string' },
        version: { type: ['integer', 'null'] },
        bundle: { type: 'string', description: 'SHA-256 of the bundle’s manifest.' },
      },
    },
    PredictResponse: {
      type: 'object',
      required: [...required, 'status', 'model'],
      properties: { id, ...answer, explanation, status: success, model },
    },
    PredictListResponse: {
      type: 'object',
      required: ['predictions', 'status', 'model'],
      properties: {
        predictions: {
          type: 'array',
          items: { type: 'object', required, properties: { id, ...answer, explanation } },
        },
        status: success,
        model,
      },
    },
    Explanation: explanationSchema(manifest),
    Feedback: {
      type: 'object',
      required: ['id', 'label'],
      additionalProperties: false,
      properties: {
        id: {
          type: ['string', 'number'],
          minLength: 1,
          maxLength: 200,
          description: 'Of a prediction, or of a row: then it is that row’s newest prediction up to `time`.',
        },
        label: manifest.outputs.length === 0 ? { type: 'number' } : { enum: manifest.outputs },
        time: {
          type: 'string',
          pattern: `^${timeGrammar}$`,
          description: 'When the outcome was known, ISO 8601; without a zone it is UTC. Left out: now.',
        },
      },
    },
    Error: {
      type: 'object',
      required: ['error', 'status', 'details'],
      properties: {
        error: { type: 'string' },
        status: { const: 'error' },
        details: {
          type: 'array',
          items: {
            type: 'object',
            required: ['path', 'message'],
            properties: {
              path: { type: 'string', description: 'JSON pointer' },
              message: { type: 'string' },
            },
          },
        },
      },
    },
  };
}

function servicePaths(manifest: Manifest): OpenApiPaths {
  const feedback = schemaRef('Feedback');
  const probe = (operationId: string, summary: string, description: string): JsonObject => ({
    get: {
      operationId,
      summary,
      responses: {
        200: jsonContent(description, { schema: { type: 'object' } }),
        503: jsonContent('Not now', { schema: { type: 'object' } }),
      },
    },
  });
  return {
    '/feedback': {
      post: {
        operationId: 'feedback',
        summary: `Tell the true ${manifest.label} of earlier predictions`,
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { oneOf: [feedback, { type: 'array', items: feedback }] },
              example: { id: '01JGFJJZ000000000000000001', label: manifest.outputs[0] ?? 12.5 },
            },
          },
        },
        responses: {
          200: jsonContent('On the disk', {
            schema: {
              type: 'object',
              required: ['status', 'accepted'],
              properties: { status: { const: 'success' }, accepted: { type: 'integer' } },
            },
          }),
          400: jsonContent('The input is bad; `details` says where', { schema: schemaRef('Error') }),
          501: jsonContent('This service keeps no prediction log', { schema: schemaRef('Error') }),
          503: jsonContent('The labels could not be put on the disk; send them again', {
            schema: schemaRef('Error'),
          }),
        },
      },
    },
    '/health/live': probe('live', 'Is the process alive?', 'It answers'),
    '/health/ready': probe(
      'ready',
      'May it get traffic?',
      'Golden rows were replayed; predictions are answered',
    ),
    '/metrics': {
      get: {
        operationId: 'metrics',
        summary: 'Figures for Prometheus',
        responses: {
          200: { description: 'Text exposition', content: { 'text/plain': { schema: { type: 'string' } } } },
        },
      },
    },
  };
}

/** Any operation may be refused, in its protocol's shape, for reasons that are not its own. */
const refusal = jsonContent('Refused: who asks, how much, or how it is written; the body says why', {
  schema: { type: 'object' },
});

/** The operations of a path with what holds for all. */
function completed(item: OpenApiPaths[string], isOpen: boolean): JsonObject {
  const complete = (operation: unknown): JsonObject => {
    const { responses, ...rest } = operation as { readonly responses: JsonObject };
    return { ...rest, ...(isOpen ? { security: [] } : {}), responses: { ...responses, default: refusal } };
  };
  return Object.fromEntries(
    Object.entries(item).map(([key, part]) => [key, key === 'parameters' ? part : complete(part)]),
  );
}

interface DocumentedAccess {
  readonly needsToken: boolean;
  /** Paths that need none. */
  readonly openRoutes: ReadonlySet<string>;
  readonly basePath: string;
}

/** The OpenAPI 3.1 document of the service, made from the bundle's manifest. */
export function openApiDocument(
  manifest: Manifest,
  version: number | null,
  protocolPaths: readonly OpenApiPaths[],
  { needsToken, openRoutes, basePath }: DocumentedAccess,
): JsonObject {
  const { security, schemes } = tokenSecurity;
  const paths = Object.assign({}, ...protocolPaths, servicePaths(manifest)) as OpenApiPaths;
  return {
    openapi: '3.1.0',
    info: {
      title: manifest.name,
      version: String(version ?? 0),
      description: manifest.goal === '' ? `Predicts ${manifest.label}.` : manifest.goal,
    },
    // Relative to where this document is: the address that its reader reached.
    servers: [{ url: basePath }],
    ...(needsToken ? { security } : {}),
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, item]) => [path, completed(item, openRoutes.has(path))]),
    ),
    components: {
      schemas: componentSchemas(manifest),
      ...(needsToken ? { securitySchemes: schemes } : {}),
    },
  };
}
