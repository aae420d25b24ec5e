import type { AskJson, JsonAnswer } from '../../../environment/askJson.ts';
import { askJson } from '../../../environment/askJson.ts';
import { AiengError, exitCodes, usageError } from '../../../errors.ts';
import type { Context } from '../../../project/context.ts';

/** An MLflow tracking server: a question below `/api/2.0/mlflow`, its answer, or an error in words. */
export interface MlflowServer {
  /** Scheme, host and port: what may be told. */
  readonly shown: string;
  /** @throws AiengError where it does not answer, or not as asked; `absent` where there is no such thing. */
  readonly ask: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;
  /** The same, but null where there is no such thing. */
  readonly find: (path: string) => Promise<unknown>;
}

/** The server's word for what is not there. */
const absentCode = 'RESOURCE_DOES_NOT_EXIST';

function wordOf(json: unknown): string {
  if (typeof json !== 'object' || json === null || !('error_code' in json)) return '';
  return typeof json.error_code === 'string' ? json.error_code.slice(0, 80) : '';
}

const refused = (shown: string, { status, json, problem }: JsonAnswer): AiengError =>
  new AiengError({
    code: 'mlflow-failed',
    exitCode: exitCodes.usage,
    message:
      status === 0
        ? `The MLflow server at ${shown} does not answer (${problem ?? 'unknown'}).`
        : `The MLflow server at ${shown} answered ${status}${wordOf(json) === '' ? '' : ` (${wordOf(json)})`}.`,
    hint:
      status === 401 || status === 403
        ? 'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.'
        : 'Check the address: `--mlflow http://127.0.0.1:5000`, or MLFLOW_TRACKING_URI.',
  });

/** What MLflow's own client sends: a token, or a name with a password. */
function authorization(variables: Context['environment']['variables']): Record<string, string> {
  const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: name } = variables;
  if (token !== undefined && token !== '') return { authorization: `Bearer ${token}` };
  if (name === undefined || name === '') return {};
  const password = variables['MLFLOW_TRACKING_PASSWORD'] ?? '';
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

/**
 * The server at an address, or at that of `MLFLOW_TRACKING_URI`.
 *
 * @throws usage error (exit 2) for none, or one that is no http address or carries a password.
 */
export function mlflowServer(context: Context, given: string): MlflowServer {
  const { variables } = context.environment;
  const address = given === '' ? (variables['MLFLOW_TRACKING_URI'] ?? '') : given;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw usageError({
      code: 'mlflow-address',
      message:
        url !== null && (url.username !== '' || url.password !== '')
          ? 'The address of the MLflow server carries a name or a password.'
          : 'No MLflow server was named by an http or https address.',
      hint: 'Use `--mlflow http://127.0.0.1:5000` or MLFLOW_TRACKING_URI; passwords go into MLFLOW_TRACKING_PASSWORD or MLFLOW_TRACKING_TOKEN.',
    });
  const shown = url.origin;
  const call: AskJson = askJson({
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}/api/2.0/mlflow`,
    headers: authorization(variables),
    signal: context.signal,
  });
  const ask: MlflowServer['ask'] = async (method, path, body) => {
    const answer = await call({ method, path, ...(body === undefined ? {} : { body }) });
    context.signal.throwIfAborted();
    if (answer.status !== 200) throw refused(shown, answer);
    return answer.json;
  };
  const find: MlflowServer['find'] = async (path) => {
    const answer = await call({ method: 'GET', path });
    context.signal.throwIfAborted();
    if (answer.status === 404 && wordOf(answer.json) === absentCode) return null;
    if (answer.status !== 200) throw refused(shown, answer);
    return answer.json;
  };
  return { shown, ask, find };
}
