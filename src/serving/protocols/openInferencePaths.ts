import { jsonContent } from '../rowJsonSchema.ts';
import type { Contract, OpenApiPaths } from './protocol.ts';
import { datatypeOf, datatypes, exampleElement } from './tensors.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const tensor = {
  type: 'object',
  required: ['name', 'shape', 'datatype', 'data'],
  properties: {
    name: { type: 'string' },
    shape: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0 } },
    datatype: { enum: datatypes },
    data: { type: 'array' },
  },
};
const error = { schema: { type: 'object', required: ['error'], properties: { error: { type: 'string' } } } };

function inferOperation(
  { manifest, schema }: Contract,
  outputs: readonly { readonly name: string }[],
): JsonObject {
  const inputs = manifest.inputs.map((column) => ({
    name: column.name,
    shape: [1],
    datatype: datatypeOf(column),
    data: [exampleElement(column, schema)],
  }));
  return {
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['inputs'],
            properties: {
              id: { type: 'string' },
              parameters: { type: 'object' },
              inputs: { type: 'array', minItems: 1, items: tensor },
              outputs: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['name'],
                  properties: { name: { enum: outputs.map((output) => output.name) } },
                },
              },
            },
          },
          example: { inputs },
        },
      },
    },
    responses: {
      200: jsonContent('One output per tensor', {
        schema: {
          type: 'object',
          required: ['model_name', 'outputs'],
          properties: {
            model_name: { type: 'string' },
            model_version: { type: 'string' },
            id: { type: 'string' },
            outputs: { type: 'array', items: tensor },
          },
        },
      }),
      400: jsonContent('The input is bad', error),
      404: jsonContent('No such model or version', error),
    },
  };
}

const index: JsonObject = {
  200: jsonContent('Every model that is served here', {
    schema: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string' },
          version: { type: 'string' },
          state: { enum: ['READY', 'UNAVAILABLE'] },
          reason: { type: 'string' },
        },
      },
    },
  }),
};

const repositoryIndex: OpenApiPaths[string] = {
  get: { operationId: 'v2RepositoryIndex', summary: 'Which models are here?', responses: index },
  post: {
    operationId: 'v2RepositoryIndexPost',
    summary: 'Which models are here, or with `ready` can be asked now?',
    requestBody: {
      required: false,
      content: {
        'application/json': {
          schema: { type: 'object', properties: { ready: { type: 'boolean' } } },
          example: { ready: true },
        },
      },
    },
    responses: { ...index, 400: jsonContent('The input is bad', error) },
  },
};

/** Path items of Open Inference Protocol V2, with the service's own model in the examples. */
export function openInferencePaths(
  contract: Contract,
  outputs: readonly { readonly name: string }[],
): OpenApiPaths {
  const { manifest } = contract;
  const parameter = (name: string, example: string): JsonObject => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    example,
  });
  const get = (operationId: string, summary: string): JsonObject => ({
    get: {
      operationId,
      summary,
      responses: {
        200: jsonContent('As the protocol says', { schema: { type: 'object' } }),
        default: jsonContent('Not now, or no such model', error),
      },
    },
  });
  const model = parameter('model', manifest.name);
  const version = parameter('version', '1');
  const forModel = (path: string, suffix: string, parameters: readonly JsonObject[]): OpenApiPaths => ({
    [path]: { parameters, ...get(`v2Model${suffix}`, 'Metadata of the model') },
    [`${path}/ready`]: { parameters, ...get(`v2ModelReady${suffix}`, 'Is the model ready?') },
    [`${path}/infer`]: {
      parameters,
      post: {
        operationId: `v2Infer${suffix}`,
        summary: `Predict ${manifest.label}, one input per column`,
        ...inferOperation(contract, outputs),
      },
    },
  });
  return {
    '/v2': get('v2Server', 'Metadata of the server'),
    '/v2/health/live': get('v2Live', 'Is the server alive?'),
    '/v2/health/ready': get('v2Ready', 'Is the server ready?'),
    '/v2/repository/index': repositoryIndex,
    ...forModel('/v2/models/{model}', '', [model]),
    ...forModel('/v2/models/{model}/versions/{version}', 'Version', [model, version]),
  };
}
