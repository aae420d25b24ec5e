import type { EngineClient, Said } from './engineClient.ts';
import { engineFailed } from './engineClient.ts';
import { parseContainerState, parseIds, parseImage, parsePort } from './engineText.ts';
import type { ContainerState, ImageFacts } from './engineText.ts';
import { servicePort } from './insideImage.ts';

/** Moving an image of some hundred megabytes over a slow line. */
const imageTimeoutMs = 15 * 60_000;

/** The image of that id as the engine knows it, or null where it has none. */
export async function inspectImage(client: EngineClient, id: string): Promise<ImageFacts | null> {
  const said = await client.ask(['image', 'inspect', id]);
  return said.ok ? parseImage(said.stdout) : null;
}

export const loadImage = (client: EngineClient, archive: string, signal: AbortSignal): Promise<Said> =>
  client.ask(['load', '--quiet', '--input', archive], { timeoutMs: imageTimeoutMs, signal });

/**
 * Pulls by digest. podman asks for TLS where docker, for a registry on loopback, does not: the digest decides what is
 * accepted either way.
 */
export function pullImage(client: EngineClient, reference: string, signal: AbortSignal): Promise<Said> {
  const isLoopback = /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?\//.test(reference);
  const plain = client.name === 'podman' && isLoopback ? ['--tls-verify=false'] : [];
  return client.ask(['pull', '--quiet', ...plain, reference], { timeoutMs: imageTimeoutMs, signal });
}

export const removeImage = (client: EngineClient, id: string): Promise<Said> =>
  client.ask(['image', 'rm', id]);

/**
 * Creates and starts a container: `given` are the words after `run`.
 *
 * @throws deployError with the engine's own words.
 */
export async function runContainer(
  client: EngineClient,
  given: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const said = await client.ask(['run', ...given], { signal });
  const id = parseIds(said.stdout).at(-1);
  if (!said.ok || id === undefined) throw engineFailed(client, 'start the container', said);
  return id;
}

/** The loopback port that reaches the service inside, or null where the container has none (any more). */
export async function publishedPort(client: EngineClient, container: string): Promise<number | null> {
  const said = await client.ask(['port', container, `${servicePort}/tcp`]);
  return said.ok ? parsePort(said.stdout) : null;
}

/** How it is; `gone` where there is no such container, `unknown` where the engine does not answer. */
export async function containerState(
  client: EngineClient,
  container: string,
): Promise<ContainerState | 'gone' | 'unknown'> {
  const given = ['container', 'inspect', '--format', '{{json .State}}', container];
  const said = await client.ask(given);
  if (said.ok) return parseContainerState(said.stdout) ?? 'unknown';
  return /no such container/i.test(said.stderr) ? 'gone' : 'unknown';
}

export const stopContainer = (client: EngineClient, container: string, graceMs: number): Promise<Said> =>
  client.ask(['stop', '-t', String(Math.ceil(graceMs / 1000)), container], {
    timeoutMs: graceMs + 60_000,
  });

/** Takes it away with its anonymous volumes. One that may run is killed first: `rm` alone waits for a graceful end. */
export async function removeContainer(
  client: EngineClient,
  container: string,
  mayRun: boolean,
): Promise<Said> {
  if (mayRun) await client.ask(['kill', container]);
  return client.ask(['rm', '--force', '--volumes', container]);
}

/** Ids of all containers, running or not, that carry the label (`name=value`). */
export async function containersWith(
  client: EngineClient,
  label: string,
  options: { readonly runningOnly?: boolean; readonly timeoutMs?: number } = {},
): Promise<readonly string[]> {
  const { runningOnly = false, timeoutMs } = options;
  const filters = [`label=${label}`, ...(runningOnly ? ['status=running'] : [])];
  const said = await client.ask(
    ['ps', '--all', '--no-trunc', '--quiet', ...filters.flatMap((filter) => ['--filter', filter])],
    timeoutMs === undefined ? {} : { timeoutMs },
  );
  if (!said.ok) throw engineFailed(client, 'list its containers', said);
  return parseIds(said.stdout);
}
