import type { Answers } from '../answering.ts';
import { checkCsvBounds, mostKeys } from '../bodies/bounds.ts';
import { problemBody, RequestProblem } from '../problem.ts';
import { exampleRow, jsonContent } from '../rowJsonSchema.ts';
import { readCsvFrame } from './csvBody.ts';
import { frameKinds, readFrame } from './frames.ts';
import type { Ask, Contract, OpenApiPaths, Protocol, Said } from './protocol.ts';
import { after, sayBy } from './said.ts';

const invocationsPath = '/invocations';

/** The columns that a row may give: inputs, and what its id is made of. Others are ignored, as MLflow's contract says. */
const columnsOf = ({ manifest }: Contract): readonly string[] => [
  ...new Set([...manifest.inputs.map(({ name }) => name), ...manifest.row_id]),
];

const say =
  ({ manifest }: Contract) =>
  ({ model, rows: answers }: Answers): Said => {
    const body = {
      predictions: answers.map((answer) => answer.prediction),
      ...(manifest.outputs.length === 0
        ? {}
        : { probabilities: answers.map((answer) => answer.probabilities) }),
      ...(manifest.interval === undefined
        ? {}
        : { prediction_intervals: answers.map((answer) => answer.prediction_interval) }),
      ids: answers.map((answer) => answer.id),
      model,
    };
    return { model, text: JSON.stringify(body) };
  };

/** Answers a body of JSON. */
function invocation(contract: Contract): (body: unknown, ask: Ask) => Said | Promise<Said> {
  const columns = columnsOf(contract);
  const told = say(contract);
  return (body, ask) => after(ask(readFrame(body, contract.manifest.inputs, columns)), told);
}

function openApi(contract: Contract): OpenApiPaths {
  const { manifest } = contract;
  const row = exampleRow(contract);
  const names = Object.keys(row);
  const csvCell = (value: unknown): string => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const csv = `${names.map(csvCell).join(',')}\n${Object.values(row).map(csvCell).join(',')}\n`;
  const probe = (operationId: string, summary: string): Readonly<Record<string, unknown>> => ({
    get: {
      operationId,
      summary,
      responses: { 200: { description: 'Yes', content: { 'text/plain': { schema: { type: 'string' } } } } },
    },
  });
  const frame = { type: 'object', oneOf: frameKinds.map((kind) => ({ required: [kind] })) };
  return {
    '/ping': probe('mlflowPing', 'Is the model ready?'),
    '/health': probe('mlflowHealth', 'Is the model ready?'),
    '/version': probe('mlflowVersion', 'Version of the serving software'),
    '/invocations': {
      post: {
        operationId: 'mlflowInvocations',
        summary: `Predict ${manifest.label} as MLflow's scoring server does`,
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: frame,
              examples: {
                records: { value: { dataframe_records: [row] } },
                split: { value: { dataframe_split: { columns: names, data: [Object.values(row)] } } },
                columns: {
                  value: {
                    inputs: Object.fromEntries(Object.entries(row).map(([key, cell]) => [key, [cell]])),
                  },
                },
              },
            },
            'text/csv': { schema: { type: 'string' }, example: csv },
          },
        },
        responses: {
          200: jsonContent('The predictions in the order of the rows', {
            schema: {
              type: 'object',
              required: ['predictions'],
              properties: { predictions: { type: 'array' } },
            },
          }),
          400: jsonContent('The input is bad', { schema: { type: 'object' } }),
          415: jsonContent('Neither JSON nor CSV', { schema: { type: 'object' } }),
        },
      },
    },
  };
}

/** MLflow's scoring server: `/ping`, `/health`, `/version`, `/invocations`. */
export const mlflow: Protocol = {
  name: 'mlflow',
  owns: (path) => path === '/invocations' || path.startsWith('/invocations/'),
  errorBody: (problem) => ({
    error_code: problem.status >= 500 ? 'INTERNAL_ERROR' : 'BAD_REQUEST',
    message: problem.message,
    ...problemBody(problem),
  }),
  openRoutes: ['/ping', '/health'],
  openApi,
  register: (scope, context) => {
    const csv = context.intake.reader((bytes) => {
      checkCsvBounds(bytes, context.bounds);
      return bytes;
    });
    scope.parse('text/csv', csv);
    const ready = (): string => {
      if (context.state() !== 'ready')
        throw new RequestProblem(503, `The model is not ready (${context.state()}).`);
      return '\n';
    };
    scope.get('/ping', ready);
    scope.get('/health', ready);
    scope.get('/version', () => context.softwareVersion);
    const columns = columnsOf(context);
    const told = say(context);
    const invoke = invocation(context);
    const invokeCsv = async (body: Buffer, ask: Ask): Promise<Said> =>
      told(await ask(await readCsvFrame(body, columns, mostKeys(context.bounds))));
    scope.post(invocationsPath, (request, reply) => {
      const { body } = request;
      const answer = Buffer.isBuffer(body)
        ? invokeCsv(body, context.ask(request, reply))
        : invoke(body, context.ask(request, reply));
      return sayBy(reply, answer);
    });
  },
  shortPaths: (context) => [
    { path: invocationsPath, route: invocationsPath, isUntyped: false, answer: invocation(context) },
  ],
};
