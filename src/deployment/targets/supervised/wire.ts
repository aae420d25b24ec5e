import type { ProcessSettings, SecondWish, TlsPaths, Wish } from '../../target.ts';
import { parseBackend, parseFacts } from './backendKind.ts';
import type { BackendFacts, BackendKind } from './backendKind.ts';
import { count, fieldsOf, flag, oneOf, orNull, text } from './fields.ts';

/** What the supervisor of a deployment writes down and answers when asked: `state.json` and `GET /status`. */
export interface SupervisorState {
  readonly schema: 1;
  readonly name: string;
  readonly pid: number;
  /** Tells this process from a later one with the same pid; see `Environment.processStart`. */
  readonly processStart: string | null;
  readonly bootId: string;
  readonly state: 'starting' | 'running' | 'unhealthy' | 'stopped';
  readonly message: string;
  readonly host: string | null;
  readonly port: number | null;
  /** Callers speak TLS there. */
  readonly secure: boolean;
  readonly version: number | null;
  readonly bundleDigest: string | null;
  /** Since when this version serves, ms since 1970 UTC. */
  readonly since: number | null;
  readonly restarts: number;
  /** The first of `workerPids`. */
  readonly backendPid: number | null;
  readonly workerPids: readonly number[];
  /** Null before anything serves; a process where a supervisor of an older aieng does not say. */
  readonly backend: BackendFacts | null;
  /** As it was wished; null before anything serves, and where a supervisor of an older aieng does not know of it. */
  readonly processes: ProcessSettings | null;
  /** `termsOf` what serves; null before anything serves, and where a supervisor of an older aieng does not know of it. */
  readonly terms: string | null;
  /** What takes part beside it; left out where a supervisor of an older aieng does not know of it. */
  readonly second?: SecondState | null;
}

/** What takes part beside the version in charge. */
export type SecondState = Omit<SecondWish, 'bundlePath'>;

/** What a supervisor is started with: `supervisor.json`. */
export interface SupervisorConfig {
  readonly name: string;
  readonly logFolder: string;
}

/** `POST /switch`: the wish, and how to start its backend (a newer aieng may ask an older supervisor). */
export interface SwitchRequest {
  readonly wish: Wish;
  readonly backend: BackendKind;
}

/** A request as it is sent: a supervisor of an older aieng looks for the command alone. */
export const requestBody = ({ wish, backend }: SwitchRequest): object => ({
  wish,
  backend,
  ...(backend.kind === 'process' ? { serveCommand: backend.serveCommand } : {}),
});

/** An older aieng sends none, and means the one process behind a gateway that it knows. */
function parseProcesses(value: unknown): ProcessSettings {
  if (value === undefined) return { workers: 1, gateway: true, durable: false };
  const fields = fieldsOf(value, 'processes');
  return {
    workers: count(fields, 'workers'),
    gateway: flag(fields, 'gateway'),
    durable: flag(fields, 'durable'),
  };
}

function parseSecondState(value: unknown): SecondState {
  const fields = fieldsOf(value, 'second');
  return {
    version: orNull(count, fields, 'version'),
    bundleDigest: text(fields, 'bundleDigest'),
    role: oneOf(fields, 'role', ['canary', 'shadow'] as const),
    share: count(fields, 'share'),
  };
}

function parseSecond(value: unknown): SecondWish {
  return { ...parseSecondState(value), bundlePath: text(fieldsOf(value, 'second'), 'bundlePath') };
}

function parseTls(value: unknown): TlsPaths {
  const fields = fieldsOf(value, 'tls');
  return { certificate: text(fields, 'certificate'), key: text(fields, 'key') };
}

function parsePids(value: unknown, first: number | null): readonly number[] {
  if (!Array.isArray(value)) return first === null ? [] : [first];
  return value.filter((pid) => typeof pid === 'number');
}

/** Reads a state written by this or another version. Throws a TypeError for what is none. */
export function parseState(value: unknown): SupervisorState {
  const fields = fieldsOf(value, 'state');
  if (fields['schema'] !== 1) throw new TypeError('state of another version');
  const state = oneOf(fields, 'state', ['starting', 'running', 'unhealthy', 'stopped'] as const);
  const backendPid = orNull(count, fields, 'backendPid');
  return {
    schema: 1,
    name: text(fields, 'name'),
    pid: count(fields, 'pid'),
    processStart: orNull(text, fields, 'processStart'),
    bootId: text(fields, 'bootId'),
    state,
    message: text(fields, 'message'),
    host: orNull(text, fields, 'host'),
    port: orNull(count, fields, 'port'),
    secure: fields['secure'] === true,
    version: orNull(count, fields, 'version'),
    bundleDigest: orNull(text, fields, 'bundleDigest'),
    since: orNull(count, fields, 'since'),
    restarts: count(fields, 'restarts'),
    backendPid,
    workerPids: parsePids(fields['workerPids'], backendPid),
    backend: parseFacts(fields['backend']),
    processes: fields['processes'] == null ? null : parseProcesses(fields['processes']),
    terms: fields['terms'] == null ? null : text(fields, 'terms'),
    ...(fields['second'] === undefined
      ? {}
      : { second: fields['second'] === null ? null : parseSecondState(fields['second']) }),
  };
}

/** Throws a TypeError for what is none. */
export function parseConfig(value: unknown): SupervisorConfig {
  const fields = fieldsOf(value, 'configuration');
  return { name: text(fields, 'name'), logFolder: text(fields, 'logFolder') };
}

/** Throws a TypeError for what is none. */
export function parseSwitchRequest(value: unknown): SwitchRequest {
  const fields = fieldsOf(value, 'request');
  const wish = fieldsOf(fields['wish'], 'wish');
  return {
    wish: {
      name: text(wish, 'name'),
      version: orNull(count, wish, 'version'),
      bundleDigest: text(wish, 'bundleDigest'),
      bundlePath: text(wish, 'bundlePath'),
      host: text(wish, 'host'),
      port: count(wish, 'port'),
      timeoutMs: count(wish, 'timeoutMs'),
      drainMs: count(wish, 'drainMs'),
      bodyLimitBytes: count(wish, 'bodyLimitBytes'),
      ...(wish['access'] === undefined ? {} : { access: text(wish, 'access') }),
      ...(wish['docs'] === undefined ? {} : { docs: flag(wish, 'docs') }),
      ...(wish['allowCode'] === undefined ? {} : { allowCode: flag(wish, 'allowCode') }),
      ...(wish['tls'] === undefined ? {} : { tls: parseTls(wish['tls']) }),
      processes: parseProcesses(wish['processes']),
      ...(wish['second'] === undefined ? {} : { second: parseSecond(wish['second']) }),
      image: null,
    },
    backend: parseBackend(fields),
  };
}
