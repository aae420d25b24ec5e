import type { Environment } from './environment.ts';

/** A program that says nothing for so long has opened something. */
const settledMs = 1500;

/** The program that opens a file or address with what a person set for it. */
function openerOf(platform: string): readonly [program: string, ...first: readonly string[]] {
  if (platform.startsWith('darwin')) return ['open'];
  if (platform.startsWith('win32')) return ['cmd', '/c', 'start', ''];
  return ['xdg-open'];
}

/** Opens a page in the browser and does not wait for it; why that did not work, or null. */
export async function openPage(
  place: string,
  { host, variables }: Pick<Environment, 'host' | 'variables'>,
): Promise<string | null> {
  const { execa } = await import('execa');
  const [program, ...first] = openerOf(host.platform);
  const opened = execa(program, [...first, place], {
    env: { ...variables },
    extendEnv: false,
    stdio: 'ignore',
    detached: true,
    cleanup: false,
    reject: false,
  });
  opened.unref();
  const { setTimeout: after } = await import('node:timers/promises');
  const waiting = new AbortController();
  const settled = after(settledMs, null, { signal: waiting.signal }).catch(() => null);
  const ended = await Promise.race([opened, settled]);
  waiting.abort();
  if (ended === null || ended.exitCode === 0) return null;
  return ended.exitCode === undefined
    ? `there is no program ${program} here`
    : `${program} ended with ${ended.exitCode}`;
}
