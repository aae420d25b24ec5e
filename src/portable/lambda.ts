import { isJsonObject } from '../data/cells/json.ts';
import { problemBody, RequestProblem } from '../serving/problem.ts';
import type { Doors, Reply } from './doors.ts';

/** What Lambda sends back to API Gateway or a function URL. */
interface GatewayReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const gatewayReply = ({ status, headers, body }: Reply): GatewayReply => ({
  statusCode: status,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...headers,
  },
  body,
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function bodyOf({ body, isBase64Encoded }: Readonly<Record<string, unknown>>): Uint8Array {
  const text = textOf(body);
  return isBase64Encoded === true
    ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    : new TextEncoder().encode(text);
}

/** The path without the stage that API Gateway puts before it (`/prod/predict`). */
function pathOf(rawPath: string, stage: string): string {
  const prefix = `/${stage}`;
  return stage !== '' && (rawPath === prefix || rawPath.startsWith(`${prefix}/`))
    ? rawPath.slice(prefix.length) || '/'
    : rawPath;
}

/**
 * A handler of AWS Lambda: an event of API Gateway or a function URL (payload 2.0) is a request; any other event is the body
 * of `/predict` (how another program invokes a function), and its answer that of `/predict`, also where it is an error.
 */
export const lambdaHandler =
  (doors: Doors) =>
  async (event: unknown): Promise<object> => {
    if (isJsonObject(event) && 'httpMethod' in event)
      return gatewayReply({
        status: 400,
        headers: {},
        body: JSON.stringify(
          problemBody(
            new RequestProblem(
              400,
              'This function takes events of payload 2.0 (HTTP API, function URL); set the integration to it.',
            ),
          ),
        ),
      });
    const context =
      isJsonObject(event) && isJsonObject(event['requestContext']) ? event['requestContext'] : {};
    const http = context['http'];
    if (isJsonObject(event) && isJsonObject(http))
      return gatewayReply(
        await doors.handle({
          method: textOf(http['method']),
          path: pathOf(textOf(event['rawPath']), textOf(context['stage'])),
          query: Object.fromEntries(new URLSearchParams(textOf(event['rawQueryString']))),
          body: () => Promise.resolve(bodyOf(event)),
        }),
      );
    try {
      return await doors.invoke(event);
    } catch (error) {
      if (error instanceof RequestProblem) return problemBody(error);
      throw error;
    }
  };
