import type { Wish } from '../../target.ts';

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
}

/** What a supervisor is started with: `supervisor.json`. */
export interface SupervisorConfig {
  readonly name: string;
  readonly logFolder: string;
}

/** `POST /switch`: the wish, and how to start its backend (a newer aieng may ask an older supervisor). */
export interface SwitchRequest {
  readonly wish: Wish;
  readonly serveCommand: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** A JSON object's own members; throws for anything else. */
function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${what} is no object`);
  return Object.fromEntries(Object.entries(value));
}

function text(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value !== 'string') throw new TypeError(`${key} is no text`);
  return value;
}

function count(fields: Fields, key: string): number {
  const value = fields[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError(`${key} is no number`);
  return value;
}

const orNull = <T>(read: (fields: Fields, key: string) => T, fields: Fields, key: string): T | null =>
  fields[key] === null ? null : read(fields, key);

/** Reads a state written by this or another version. Throws a TypeError for what is none. */
export function parseState(value: unknown): SupervisorState {
  const fields = fieldsOf(value, 'state');
  const states = ['starting', 'running', 'unhealthy', 'stopped'] as const;
  const state = states.find((candidate) => candidate === fields['state']);
  if (state === undefined || fields['schema'] !== 1) throw new TypeError('state of another version');
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
  const command = fields['serveCommand'];
  if (!Array.isArray(command) || command.length === 0 || !command.every((part) => typeof part === 'string'))
    throw new TypeError('serveCommand is no command');
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
      image: null,
    },
    serveCommand: command,
  };
}
