import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../../errors.ts';
import type { ImageContext } from '../image.ts';
import type { Reference } from '../reference.ts';
import type { Credentials } from './challenge.ts';
import { credentialPlace, helperAnswer } from './dockerConfig.ts';

const helperMs = 30_000;

/** The files that engines log in with, the first that decides first: what is named, `podman login`'s, `docker login`'s. */
export function configurationFiles({ variables }: Pick<ImageContext, 'variables'>): string[] {
  const {
    REGISTRY_AUTH_FILE: named,
    XDG_RUNTIME_DIR: session,
    DOCKER_CONFIG: docker,
    HOME: home,
  } = variables;
  return [
    ...(named ? [named] : []),
    ...(session ? [join(session, 'containers', 'auth.json')] : []),
    ...(docker ? [join(docker, 'config.json')] : home ? [join(home, '.docker', 'config.json')] : []),
  ];
}

async function readConfiguration(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    // No login is the normal case; a registry that wants one says so.
    return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's words: they quote the text, and the text holds passwords.
    throw usageError({
      code: 'registry-login-unreadable',
      message: `${path} is not JSON, so that nobody can be logged in to a registry with it.`,
      hint: 'Mend it, or log in again with `docker login` or `podman login`.',
    });
  }
}

/** Asks `docker-credential-<helper> get`. Its output is never shown: it holds a password. */
async function askHelper(
  context: ImageContext,
  helper: string,
  server: string,
): Promise<Credentials | undefined> {
  const { execa } = await import('execa');
  const result = await execa(`docker-credential-${helper}`, ['get'], {
    input: server,
    env: context.variables,
    reject: false,
    timeout: helperMs,
    maxBuffer: 1 << 20,
    cancelSignal: context.signal,
  });
  context.signal.throwIfAborted();
  if (result.code === 'ENOENT')
    throw usageError({
      code: 'registry-helper-missing',
      message: `The registry configuration keeps passwords with docker-credential-${helper}, which is not on the PATH.`,
      hint: 'Install it, or take `credsStore` and `credHelpers` out of the configuration and log in again.',
    });
  return result.failed ? undefined : helperAnswer(result.stdout);
}

/** Who the user is for a registry, by the files and helpers of docker and podman; null = nobody. */
export async function findCredentials(
  context: ImageContext,
  { registry, repository }: Reference,
): Promise<Credentials | null> {
  for (const path of configurationFiles(context)) {
    const place = credentialPlace(await readConfiguration(path), registry, repository);
    if (place.kind === 'inline') return place.credentials;
    if (place.kind === 'helper') {
      const found = await askHelper(context, place.helper, place.server);
      if (found !== undefined) return found;
    }
  }
  return null;
}
