import { isJsonObject } from '../../data/cells/json.ts';
import { badField, badRequest, problemBody } from '../problem.ts';
import {
  examplePrediction,
  exampleRequest,
  jsonContent,
  rowJsonSchema,
  schemaRef,
} from '../rowJsonSchema.ts';
import type { Answers } from '../answering.ts';
import { writeAnswers } from './answerText.ts';
import type { Ask, Contract, OpenApiPaths, Protocol, Said } from './protocol.ts';
import { after, sayBy } from './said.ts';

interface Rows {
  readonly rows: readonly unknown[];
  readonly pointer: (row: number) => string;
  readonly single: boolean;
}

/** The member of a body that holds the row, or the rows. */
const rowField = 'features';

/** Where it is asked. */
const predictPath = '/predict';

/** `{"features": {…}}`, `{"features": [{…}, …]}` or a bare list of rows. */
export function readRows(body: unknown): Rows {
  if (Array.isArray(body)) return { rows: body, pointer: (row) => `/${row}`, single: false };
  if (!isJsonObject(body))
    throw badRequest('Expected {"features": {…}}, {"features": [{…}, …]} or a list of rows.');
  for (const key of Object.keys(body))
    if (key !== rowField)
      throw badField(`/${key.slice(0, 40)}`, 'unknown field; the row’s columns go under "features"');
  const features = body[rowField];
  if (features === undefined)
    throw badField('/features', 'missing; expected an object with the row’s columns');
  if (Array.isArray(features)) return { rows: features, pointer: (row) => `/features/${row}`, single: false };
  return { rows: [features], pointer: () => '/features', single: true };
}

const say = (answers: Answers, single: boolean): Said => ({
  model: answers.model,
  text: writeAnswers(answers, single),
});

function predict({ rows, pointer, single }: Rows, explain: boolean, ask: Ask): Said | Promise<Said> {
  return after(ask({ rows, pointer, explain }), (answers) => say(answers, single));
}

/** `?explain=true`; no other parameter is known, and a typo of this one is not taken for "no". */
export function isExplained(query: unknown): boolean {
  if (!isJsonObject(query)) return false;
  for (const key of Object.keys(query))
    if (key !== 'explain')
      throw badRequest(
        `The query parameter ${JSON.stringify(key.slice(0, 40))} is not known; \`explain\` is.`,
      );
  const { explain } = query;
  if (explain === undefined || explain === 'false') return false;
  if (explain === 'true' || explain === '') return true;
  throw badRequest('The query parameter `explain` is `true` or `false`.');
}

function openApi(contract: Contract): OpenApiPaths {
  const { manifest } = contract;
  const row = rowJsonSchema(contract);
  const example = exampleRequest(contract);
  const request = {
    oneOf: [
      {
        type: 'object',
        required: ['features'],
        additionalProperties: false,
        properties: { features: { oneOf: [row, { type: 'array', minItems: 1, items: row }] } },
      },
      { type: 'array', minItems: 1, items: row },
    ],
  };
  return {
    [predictPath]: {
      post: {
        operationId: 'predict',
        summary: `Predict ${manifest.label} for one row or a list of rows`,
        parameters: [
          {
            name: 'explain',
            in: 'query',
            description:
              'Each answer says how far each column moved it. A request may have fewer rows explained than answered: how many depends on the model, and an answer of 413 says it.',
            // Without a value it is true.
            schema: { enum: ['true', 'false', ''], default: 'false' },
          },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: request,
              examples: {
                one: { summary: 'One row', value: { features: example } },
                many: { summary: 'A list', value: [example, example] },
              },
            },
          },
        },
        responses: {
          200: jsonContent('The prediction, or `predictions` in the order of the rows', {
            schema: { oneOf: [schemaRef('PredictResponse'), schemaRef('PredictListResponse')] },
            example: examplePrediction(manifest),
          }),
          400: jsonContent('The input is bad; `details` says where', { schema: schemaRef('Error') }),
          413: jsonContent('Too large', { schema: schemaRef('Error') }),
          501: jsonContent('This model cannot explain its answers; the message says why', {
            schema: schemaRef('Error'),
          }),
          503: jsonContent('Overloaded; try again', { schema: schemaRef('Error') }),
        },
      },
    },
  };
}

/** aieng's own: `POST /predict`. */
export const native: Protocol = {
  name: 'native',
  owns: () => false,
  errorBody: problemBody,
  openRoutes: [],
  openApi,
  register: (scope, { ask }) => {
    scope.post(predictPath, (request, reply) =>
      sayBy(reply, predict(readRows(request.body), isExplained(request.query), ask(request, reply))),
    );
  },
  shortPaths: ({ answering }) => {
    const read = answering.answerText?.(rowField);
    const answerText = (text: string): Said | Promise<Said> | null => {
      const answers = read?.(text) ?? null;
      return answers === null ? null : after(answers, (given) => say(given, true));
    };
    return [
      {
        path: predictPath,
        route: predictPath,
        isUntyped: false,
        answer: (body, ask) => predict(readRows(body), false, ask),
        answerText,
      },
    ];
  },
};
