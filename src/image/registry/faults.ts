import { usageError } from '../../errors.ts';

/** What is being done, for messages. */
export type Purpose = 'pull' | 'push';

export interface Place {
  readonly registry: string;
  /** `registry.example.com/ml/churn:3` */
  readonly where: string;
  readonly purpose: Purpose;
}

const withoutRegistry = 'Without a registry: --base this-machine, or --base oci:<dir>.';
const causes: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name server did not answer',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was closed',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'it did not answer in time',
  EPROTO: 'it does not speak TLS: only a registry of this machine may do without',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; name it in NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed; name it in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not known here; name it in NODE_EXTRA_CA_CERTS',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Faults that pass: a connection that broke, a server that was slow. */
export const isPassing = (error: unknown): boolean =>
  [
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EAI_AGAIN',
    'ERR_STREAM_PREMATURE_CLOSE',
    'HPE_INVALID_EOF_STATE',
  ].includes(codeOf(error));

/** Whether an error is the network's, not ours. */
export const isNetworkFault = (error: unknown): boolean =>
  isPassing(error) ||
  Object.hasOwn(causes, codeOf(error)) ||
  /^(?:HPE_|E[A-Z]+$|ERR_(?:SSL|TLS))/.test(codeOf(error));

export function unreachable(place: Place, error: unknown): Error {
  const code = codeOf(error);
  const said = Object.hasOwn(causes, code) ? causes[code] : 'the connection failed';
  return usageError({
    code: 'registry-unreachable',
    message: `The registry ${place.registry} cannot be reached: ${said} (${code || 'no answer'}).`,
    hint: `Check the name and the network.${place.purpose === 'pull' ? ` ${withoutRegistry}` : ''}`,
    cause: error,
  });
}

function denied({ registry, where, purpose }: Place, status: number): Error {
  return usageError({
    code: 'registry-denied',
    message: `The registry ${registry} does not let you ${purpose} ${where} (${status}).`,
    hint:
      registry === 'docker.io' && purpose === 'push'
        ? 'An image without a registry in its name goes to Docker Hub: name yours (registry.example.com/ml/churn:3), or log in with `docker login`.'
        : `Log in with \`docker login ${registry}\` or \`podman login ${registry}\`, and check the name. Some registries say so, too, where there is no such image.`,
  });
}

function notFound({ registry, where, purpose }: Place, code: string): Error {
  return usageError({
    code: 'image-not-found',
    message: `The registry ${registry} ${purpose === 'pull' ? `has no ${where}` : `has no place for ${where}`} (404${code}).`,
    hint: `Check name and tag.${purpose === 'pull' ? ` ${withoutRegistry}` : ''}`,
  });
}

/** Too many requests, or a fault of the server: it may pass. */
export const isBusy = (status: number): boolean => status === 429 || (status >= 500 && status !== 501);

/**
 * The error for an answer that was not hoped for. Of the registry's own words only its code is taken, and only if it is one
 * (distribution spec, "Error Codes"): an answer is not text to show.
 */
export function refusal(place: Place, status: number, registryCode: string | null): Error {
  const code = registryCode !== null && /^[A-Z_]{1,40}$/.test(registryCode) ? `, ${registryCode}` : '';
  if (status === 401 || status === 403) return denied(place, status);
  if (status === 404) return notFound(place, code);
  if (isBusy(status))
    return usageError({
      code: 'registry-busy',
      message: `The registry ${place.registry} answered ${status}${code} again and again.`,
      hint: 'Try again later; Docker Hub limits pulls by those who are not logged in.',
    });
  return usageError({
    code: 'registry-refused',
    message: `The registry ${place.registry} answered ${status}${code} to the ${place.purpose} of ${place.where}.`,
    hint: 'See what its own log says, and whether it speaks the OCI distribution protocol.',
  });
}

/** An answer that no registry gives. */
export function strange({ registry, where }: Place, problem: string): Error {
  return usageError({
    code: 'registry-answer-invalid',
    message: `The registry ${registry} gave for ${where} what cannot be used: ${problem}.`,
    hint: 'Check that the address is a registry and that no proxy changes its answers.',
  });
}
