import { request } from 'node:http';
import { AiengError, exitCodes } from '../../../errors.ts';

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  /** Longest silence: a supervisor that works says so all the while. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (message: string) => void;
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

/** The error that the supervisor threw, as it would have been thrown here. */
function thrownThere(value: unknown): AiengError {
  const { code, message, hint, exitCode } = objectOf(value);
  return new AiengError({
    code: textOf(code, 'supervisor-failed'),
    message: textOf(message, 'The supervisor failed without saying why.'),
    hint: textOf(hint, 'Look into supervisor.log in the deployment’s folder.'),
    exitCode: Object.values(exitCodes).find((known) => known === exitCode) ?? exitCodes.deployFailed,
  });
}

/** The last line that came back: `{result}` or `{error}`, after those of `{progress}` and `{working}`. */
function readAnswer(line: string): unknown {
  const last = objectOf(JSON.parse(line));
  if ('error' in last) throw thrownThere(last['error']);
  if (!('result' in last)) throw new Error('the supervisor ended before it answered');
  return last['result'];
}

/**
 * Asks a supervisor over its socket.
 *
 * @throws AiengError that the supervisor threw; any other Error when nobody answers in time.
 */
export function askSupervisor(socketPath: string, question: Question): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let last = '{}';
    let rest = '';
    const take = (chunk: string): void => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        last = line;
        const { progress } = objectOf(JSON.parse(line));
        if (typeof progress === 'string') question.onProgress?.(progress);
      }
    };
    const asked = request(
      {
        socketPath,
        // A connection that was kept from an earlier command may be closing just now: the command would be lost with it.
        agent: false,
        method: question.method,
        path: question.path,
        ...(question.signal === undefined ? {} : { signal: question.signal }),
      },
      (answer) => {
        answer.setEncoding('utf8');
        answer.on('data', take);
        answer.on('error', reject);
        answer.on('end', () => {
          try {
            resolve(readAnswer(last));
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      },
    );
    asked.setTimeout(question.timeoutMs, () => asked.destroy(new Error('the supervisor does not answer')));
    asked.on('error', reject);
    asked.end(question.body === undefined ? undefined : JSON.stringify(question.body));
  });
}
