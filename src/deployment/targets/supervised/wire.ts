import type { Wish } from '../../target.ts';
import { parseBackend, parseFacts } from './backendKind.ts';
import type { BackendFacts, BackendKind } from './backendKind.ts';
import { count, fieldsOf, oneOf, orNull, text } from './fields.ts';

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
  readonly version: number | null;
  readonly bundleDigest: string | null;
  /** Since when this version serves, ms since 1970 UTC. */
  readonly since: number | null;
  readonly restarts: number;
  readonly backendPid: number | null;
  /** Null before anything serves; a process where a supervisor of an older aieng does not say. */
  readonly backend: BackendFacts | null;
}

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

/** Reads a state written by this or another version. Throws a TypeError for what is none. */
export function parseState(value: unknown): SupervisorState {
  const fields = fieldsOf(value, 'state');
  if (fields['schema'] !== 1) throw new TypeError('state of another version');
  const state = oneOf(fields, 'state', ['starting', 'running', 'unhealthy', 'stopped'] as const);
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
    version: orNull(count, fields, 'version'),
    bundleDigest: orNull(text, fields, 'bundleDigest'),
    since: orNull(count, fields, 'since'),
    restarts: count(fields, 'restarts'),
    backendPid: orNull(count, fields, 'backendPid'),
    backend: parseFacts(fields['backend']),
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
      image: null,
    },
    backend: parseBackend(fields),
  };
}
