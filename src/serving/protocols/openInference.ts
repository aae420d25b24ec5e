import { isJsonObject } from '../../data/cells/json.ts';
import type { RowIssue } from '../../inference/prediction.ts';
import type { Manifest } from '../../packaging/manifest.ts';
import type { Answered, Answers } from '../answering.ts';
import { parseJsonBody } from '../bodies/jsonBody.ts';
import { notUnderstood } from '../http/app.ts';
import type { BodyParser } from '../http/app.ts';
import type { Asked } from '../http/exchange.ts';
import { badField, badRequest, badRows, RequestProblem } from '../problem.ts';
import { openInferencePaths } from './openInferencePaths.ts';
import type { AnswerContext, Ask, Protocol, ProtocolContext, Said, ShortPath } from './protocol.ts';
import { after, sayBy } from './said.ts';
import { datatypeOf, readTensor } from './tensors.ts';
import type { Datatype, InputTensor } from './tensors.ts';

interface OutputTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly value: (answer: Answered) => string | number;
}

/** The ends of a number's interval, where the bundle has one. */
const intervalTensors: readonly OutputTensor[] = (['low', 'high'] as const).map((end) => ({
  name: `prediction_${end}`,
  datatype: 'FP64',
  value: (answer) => answer.prediction_interval?.[end] ?? Number.NaN,
}));

/** `prediction`, the interval of a number or one probability per class, and the ids by which `/feedback` refers to the rows. */
export function outputTensors(manifest: Manifest): readonly OutputTensor[] {
  return [
    {
      name: 'prediction',
      datatype: manifest.outputs.length === 0 ? 'FP64' : 'BYTES',
      value: (answer) => answer.prediction,
    },
    ...(manifest.interval === undefined ? [] : intervalTensors),
    ...manifest.outputs.map((name): OutputTensor => ({
      name: `probability_${name}`,
      datatype: 'FP64',
      value: (answer) => answer.probabilities?.[name] ?? 0,
    })),
    { name: 'prediction_id', datatype: 'BYTES', value: (answer) => answer.id },
  ];
}

function modelMetadata({ manifest, answering }: ProtocolContext): object {
  const tensor = (name: string, datatype: Datatype): object => ({ name, datatype, shape: [-1] });
  const versions = answering.models.flatMap(({ version }) => (version === null ? [] : [String(version)]));
  return {
    name: manifest.name,
    ...(versions.length === 0 ? {} : { versions }),
    platform: `aieng_${manifest.family}`,
    inputs: manifest.inputs.map((column) => tensor(column.name, datatypeOf(column))),
    outputs: outputTensors(manifest).map((output) => tensor(output.name, output.datatype)),
  };
}

function checkModel({ params }: Asked, context: ProtocolContext): void {
  const { model = '', version } = params;
  const { model: served, models } = context.answering;
  if (model !== served.name)
    throw new RequestProblem(
      404,
      `No model "${model.slice(0, 100)}" here; this service serves "${served.name}".`,
    );
  if (version !== undefined && !models.some((each) => version === String(each.version)))
    throw new RequestProblem(
      404,
      `No version "${version.slice(0, 100)}" here; served is ${served.version ?? 'none'}.`,
    );
}

/** Columns side by side to rows; every tensor has as many values. */
function toRows(tensors: readonly InputTensor[]): readonly unknown[] {
  const [first] = tensors;
  if (first === undefined) throw badField('/inputs', 'expected one input per column, got none');
  const names = new Set<string>();
  tensors.forEach((tensor, index) => {
    if (names.has(tensor.name))
      throw badField(`/inputs/${index}/name`, `"${tensor.name.slice(0, 40)}" comes twice`);
    names.add(tensor.name);
    if (tensor.values.length !== first.values.length)
      throw badField(
        `/inputs/${index}/shape`,
        `has ${tensor.values.length} rows, but the first input has ${first.values.length}`,
      );
  });
  return first.values.map((_, row) =>
    Object.fromEntries(tensors.map((tensor) => [tensor.name, tensor.values[row]])),
  );
}

/** `/2/tenure` (row, column) to the place in the request: `/inputs/<k>/data/2`. */
function placeInInputs(issue: RowIssue, tensors: readonly InputTensor[]): RowIssue {
  const match = /^\/(\d+)\/([^/]*)$/.exec(issue.path);
  const name = match?.[2]?.replaceAll('~1', '/').replaceAll('~0', '~');
  const index = tensors.findIndex((tensor) => tensor.name === name);
  if (name === undefined) return issue;
  const path = index === -1 ? '/inputs' : `/inputs/${index}/data/${match?.[1] ?? ''}`;
  return { path, message: `${name.slice(0, 100)}: ${issue.message}` };
}

function selectOutputs(asked: unknown, all: readonly OutputTensor[]): readonly OutputTensor[] {
  if (asked === undefined) return all;
  if (!Array.isArray(asked)) throw badField('/outputs', 'expected a list of {name}');
  const list: readonly unknown[] = asked;
  return list.map((member, index) => {
    const name = isJsonObject(member) ? member['name'] : undefined;
    const output = all.find((candidate) => candidate.name === name);
    if (output === undefined)
      throw badField(`/outputs/${index}/name`, `expected one of ${all.map((one) => one.name).join(', ')}`);
    return output;
  });
}

/** Says of what is wrong with a row where it stands in the request. */
function placed(error: unknown, tensors: readonly InputTensor[]): unknown {
  if (!(error instanceof RequestProblem) || error.details.length === 0) return error;
  return badRows(error.details.map((issue) => placeInInputs(issue, tensors)));
}

/** Asks for the rows of tensors; an issue of a row names its tensor. */
function askAbout(
  tensors: readonly InputTensor[],
  version: string | undefined,
  ask: Ask,
): Answers | Promise<Answers> {
  const question = {
    rows: toRows(tensors),
    pointer: (row: number): string => `/${row}`,
    ...(version === undefined ? {} : { version }),
  };
  try {
    const answers = ask(question);
    if (!(answers instanceof Promise)) return answers;
    return answers.catch((error: unknown) => {
      throw placed(error, tensors);
    });
  } catch (error) {
    throw placed(error, tensors);
  }
}

/** Answers the body of a request, of the version that it names. */
type Inference = (body: unknown, version: string | undefined, ask: Ask) => Said | Promise<Said>;

function inference({ manifest }: AnswerContext): Inference {
  const all = outputTensors(manifest);
  return (body, version, ask) => {
    if (!isJsonObject(body)) throw badRequest('Expected {"inputs": [{name, shape, datatype, data}, …]}.');
    const { id, inputs, parameters } = body;
    if (id !== undefined && typeof id !== 'string') throw badField('/id', 'expected a string');
    if (parameters !== undefined && !isJsonObject(parameters))
      throw badField('/parameters', 'expected an object');
    if (!Array.isArray(inputs)) throw badField('/inputs', 'expected a list of {name, shape, datatype, data}');
    const tensors = inputs.map((input: unknown, index) => readTensor(input, `/inputs/${index}`));
    const outputs = selectOutputs(body['outputs'], all);
    return after(askAbout(tensors, version, ask), ({ model, rows: answers }) => {
      const said = {
        model_name: model.name,
        ...(model.version === null ? {} : { model_version: String(model.version) }),
        ...(id === undefined ? {} : { id }),
        parameters: { bundle: model.bundle },
        outputs: outputs.map(({ name, datatype, value }) => ({
          name,
          shape: [answers.length],
          datatype,
          data: answers.map(value),
        })),
      };
      return { model, text: JSON.stringify(said) };
    });
  };
}

const modelRoute = '/v2/models/:model';
const versionRoute = '/v2/models/:model/versions/:version';

/** The paths of the models that are served, with and without their versions; other paths have their routes alone. */
function shortPaths(context: AnswerContext): readonly ShortPath[] {
  const infer = inference(context);
  const { model, models } = context.answering;
  const short = (route: string, version: string | undefined): ShortPath => ({
    path: `${route.replace(':model', encodeURIComponent(model.name)).replace(':version', version ?? '')}/infer`,
    route: `${route}/infer`,
    isUntyped: true,
    answer: (body, ask) => infer(body, version, ask),
  });
  const versions = models.flatMap(({ version }) => (version === null ? [] : [String(version)]));
  return [short(modelRoute, undefined), ...versions.map((version) => short(versionRoute, version))];
}

/** What is served here, as the protocol's repository extension has it; with `{"ready": true}` only what can be asked now. */
function repositoryIndex(body: unknown, { answering, state }: ProtocolContext): readonly object[] {
  if (body !== undefined && !isJsonObject(body)) throw badRequest('Expected {"ready": true or false}.');
  const ready = body?.['ready'] === undefined ? false : body['ready'];
  if (typeof ready !== 'boolean') throw badField('/ready', 'expected true or false');
  const { name, version } = answering.model;
  const isReady = state() === 'ready';
  if (ready && !isReady) return [];
  return [
    {
      name,
      version: version === null ? '' : String(version),
      state: isReady ? 'READY' : 'UNAVAILABLE',
      reason: isReady ? '' : state(),
    },
  ];
}

/** Binary data behind the JSON: an extension that clients of Triton use unless they are told not to. */
const binaryData = new RequestProblem(
  415,
  'The extension for binary data is not spoken here; send the data of the tensors as JSON (tritonclient: binary_data=False).',
);

/** A body whose type nobody says is JSON, as Triton's own client sends it; any other type is not understood. */
function untyped(context: ProtocolContext): BodyParser {
  const json = context.intake.reader((bytes) => parseJsonBody(bytes, context.bounds));
  return (request, response, done) => {
    if (request.headers['inference-header-content-length'] !== undefined) done(binaryData);
    else if (request.headers['content-type'] === undefined) json(request, response, done);
    else done(notUnderstood(request.headers['content-type']));
  };
}

/** Open Inference Protocol V2 (KServe, Triton, Seldon): one input per column. */
export const openInference: Protocol = {
  name: 'open-inference-v2',
  owns: (path) => path === '/v2' || path.startsWith('/v2/'),
  errorBody: (problem) => ({ error: problem.message }),
  openRoutes: ['/v2/health/live', '/v2/health/ready'],
  openApi: (contract) => openInferencePaths(contract, outputTensors(contract.manifest)),
  register: (scope, context) => {
    scope.parse('*', untyped(context));
    const ready = (): boolean => context.state() === 'ready';
    const readyOr503 = (body: object): object => {
      if (!ready()) throw new RequestProblem(503, `The model is not ready (${context.state()}).`);
      return body;
    };
    scope.get('/v2', () => ({
      name: 'aieng',
      version: context.softwareVersion,
      extensions: [],
    }));
    scope.get('/v2/health/live', () => ({ live: true }));
    scope.get('/v2/health/ready', () => readyOr503({ ready: true }));
    scope.get('/v2/repository/index', () => repositoryIndex(undefined, context));
    scope.post('/v2/repository/index', (request) => repositoryIndex(request.body, context));
    const infer = inference(context);
    for (const base of [modelRoute, versionRoute]) {
      scope.get(base, (request) => {
        checkModel(request, context);
        return modelMetadata(context);
      });
      scope.get(`${base}/ready`, (request) => {
        checkModel(request, context);
        return readyOr503({ name: context.manifest.name, ready: true });
      });
      scope.post(`${base}/infer`, (request, reply) => {
        checkModel(request, context);
        return sayBy(reply, infer(request.body, request.params['version'], context.ask(request, reply)));
      });
    }
  },
  shortPaths,
};
