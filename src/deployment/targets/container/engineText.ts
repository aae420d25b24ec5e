import { redact } from '../supervised/childEnvironment.ts';

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** What is not JSON reads as nothing: an engine's answer is never trusted to be well-formed. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What an engine says of itself. */
export interface EngineInfo {
  readonly name: 'docker' | 'podman';
  readonly rootless: boolean;
  readonly remapsUsers: boolean;
  readonly hasTimers: boolean;
  readonly relabels: boolean;
}

/**
 * Reads `docker info` or `podman info` as JSON: null where no engine answered (a docker client without a daemon also
 * prints an object). A `docker` command that is podman's alias is recognised as podman.
 */
export function parseInfo(text: string): EngineInfo | null {
  const info = fieldsOf(json(text));
  if (textOf(info['ServerVersion']) !== null) {
    const options = Array.isArray(info['SecurityOptions']) ? info['SecurityOptions'] : [];
    const has = (name: string): boolean => options.some((one) => String(one).startsWith(`name=${name}`));
    return {
      name: 'docker',
      rootless: has('rootless'),
      remapsUsers: has('userns'),
      hasTimers: true,
      relabels: false,
    };
  }
  const host = fieldsOf(info['host']);
  if (textOf(fieldsOf(info['version'])['Version']) === null) return null;
  const security = fieldsOf(host['security']);
  return {
    name: 'podman',
    rootless: security['rootless'] === true,
    remapsUsers: false,
    // podman's regular checks are systemd timers: without systemd a health check never runs.
    hasTimers: host['cgroupManager'] === 'systemd',
    relabels: security['selinuxEnabled'] === true,
  };
}

export interface ImageFacts {
  /** With `sha256:`. */
  readonly id: string;
  /** The first word of its entrypoint. */
  readonly program: string;
}

/** Reads `image inspect`: a list of one object. Null for anything else. */
export function parseImage(text: string): ImageFacts | null {
  const list = json(text);
  const image = fieldsOf(Array.isArray(list) ? list[0] : null);
  const hex = /^(?:sha256:)?([0-9a-f]{64})$/.exec(String(image['Id']))?.[1];
  if (hex === undefined) return null;
  const { Entrypoint: entrypoint } = fieldsOf(image['Config']);
  const program = Array.isArray(entrypoint) ? textOf(entrypoint[0]) : null;
  return { id: `sha256:${hex}`, program: program ?? 'node' };
}

/** How a container is. */
export interface ContainerState {
  readonly running: boolean;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Why the engine could not start it; '' where it could. */
  readonly error: string;
}

/** Reads the `.State` of a container as JSON; null for anything else. */
export function parseContainerState(text: string): ContainerState | null {
  const state = fieldsOf(json(text));
  if (typeof state['Running'] !== 'boolean') return null;
  return {
    // A container that is being created or restarted by hand is not gone yet.
    running: state['Running'] || state['Restarting'] === true || state['Paused'] === true,
    exitCode: typeof state['ExitCode'] === 'number' ? state['ExitCode'] : 0,
    oomKilled: state['OOMKilled'] === true,
    error: redact(textOf(state['Error']) ?? ''),
  };
}

/** The loopback port of `port <container> 8080/tcp`, which prints lines like `127.0.0.1:44005`. */
export function parsePort(text: string): number | null {
  const found = /^127\.0\.0\.1:(\d{1,5})\s*$/m.exec(text)?.[1];
  const port = Number(found ?? 0);
  return port > 0 && port < 65_536 ? port : null;
}

/** Full ids, one a line. */
export const parseIds = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[0-9a-f]{12,64}$/.test(line));

/** The line of an engine's complaint that says what is wrong, without secrets. */
export function complaint(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const said =
    lines.find((line) => /^(?:Error|docker: Error)\b/i.test(line)) ??
    lines.findLast((line) => !/^(?:time="|See 'docker|Run 'docker|WARN)/.test(line)) ??
    lines.at(-1) ??
    'it did not say why';
  return redact(said.replace(/^(?:docker: )?(?:Error response from daemon|Error): ?/i, '').trim());
}

/** How a container ended, in words. `asked`: we killed it ourselves. */
export function endInWords(state: ContainerState, memoryMb: number, asked: boolean): string {
  const memory = `more than its ${memoryMb} MB of memory (deploy.container.memory_mb)`;
  if (state.oomKilled) return `was killed for using ${memory}`;
  if (state.error !== '') return `could not be started: ${state.error}`;
  // Not every engine notices that the kernel killed for memory; it then only knows the signal.
  if (state.exitCode === 137 && !asked)
    return `was killed (exit code 137), as happens to what uses ${memory}`;
  return `exited with code ${state.exitCode}`;
}
