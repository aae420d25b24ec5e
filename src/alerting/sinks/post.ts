import { SinkFailure } from '../message.ts';
import type { SinkWorld } from '../message.ts';
import { retryAfterSeconds } from '../../retry.ts';
import { deadline } from '../../deadline.ts';

/** What went wrong below HTTP, in words: a message of the system would name the address. */
const networkWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection broke',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'it cannot be reached',
  UND_ERR_SOCKET: 'the connection broke',
};

/** The code of a system error, wherever it is kept. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

function networkFailure(error: unknown, world: SinkWorld): SinkFailure {
  const silent = error instanceof Error && error.name === 'TimeoutError';
  const code = codeOf(error);
  const words = silent
    ? `no answer within ${world.timeoutMs / 1000} s`
    : (networkWords[code] ?? `it could not be reached${code === '' ? '' : ` (${code})`}`);
  return new SinkFailure(words, { passing: !world.signal.aborted, cause: error });
}

/** Redirects are not followed: an address that was configured is where the secret goes, and nowhere else. */
function refusalOf(status: number, retryAfter: string | null): SinkFailure | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400)
    return new SinkFailure(`it answered ${status}, a redirect, which is not followed`, { passing: false });
  const passing = status >= 500 || status === 429 || status === 408;
  return new SinkFailure(`it answered ${status}`, { passing, retryAfter: retryAfterSeconds(retryAfter) });
}

/**
 * POSTs JSON and wants a 2xx. What is answered beyond the status is not read.
 *
 * @throws SinkFailure that names no address.
 */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  world: SinkWorld,
): Promise<void> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new SinkFailure('its address is none with http:// or https://', { passing: false });
  const signal = AbortSignal.any([world.signal, deadline(world.timeoutMs)]);
  let response;
  try {
    response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', 'user-agent': 'aieng', ...headers },
      body,
      signal,
    });
    await response.body?.cancel();
  } catch (error) {
    throw networkFailure(error, world);
  }
  const refusal = refusalOf(response.status, response.headers.get('retry-after'));
  if (refusal !== null) throw refusal;
}
