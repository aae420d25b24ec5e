import type { ContainerSettings } from '../../target.ts';
import { isEngineVariable } from '../container/engineVariables.ts';
import { count, fieldsOf, flag, oneOf, text } from './fields.ts';
import type { Fields } from './fields.ts';

/** Most that a container may use. */
export type ContainerLimits = Omit<ContainerSettings, 'engine'>;

/** An engine that answered, and what running a container with it depends on. */
export interface Engine {
  readonly name: 'docker' | 'podman';
  /** It runs as an ordinary user: the container's root is that user. */
  readonly rootless: boolean;
  /** Its daemon shifts the users of containers (`userns-remap`). */
  readonly remapsUsers: boolean;
  /** It can have something done regularly: health checks. */
  readonly hasTimers: boolean;
  /** The host runs SELinux, and the engine can give a folder the label that containers may write to. */
  readonly relabels: boolean;
  /** What its client needs to find it: `DOCKER_HOST`, `CONTAINERS_CONF` and the like; see `engineVariables.ts`. */
  readonly variables: Readonly<Record<string, string>>;
}

/** How a backend is started: as a child process of the supervisor. */
export interface ProcessKind {
  readonly kind: 'process';
  readonly serveCommand: readonly string[];
}

/** How a backend is started: as a container of an image that the engine has. */
export interface ContainerKind {
  readonly kind: 'container';
  readonly engine: Engine;
  /** The image's id, with `sha256:`. */
  readonly image: string;
  /** The image's own program: what a health check runs. */
  readonly program: string;
  readonly limits: ContainerLimits;
}

export type BackendKind = ProcessKind | ContainerKind;

/** What a state says of how its backend runs. */
export type BackendFacts =
  | { readonly kind: 'process' }
  | {
      readonly kind: 'container';
      readonly engine: Engine['name'];
      readonly image: string;
      readonly limits: ContainerLimits;
    };

const engineNames = ['docker', 'podman'] as const;

/** An image's id; nothing else may stand where an engine expects one. */
function imageId(fields: Fields): string {
  const id = text(fields, 'image');
  if (!/^sha256:[0-9a-f]{64}$/.test(id)) throw new TypeError('image is no id');
  return id;
}

function parseLimits(value: unknown): ContainerLimits {
  const fields = fieldsOf(value, 'limits');
  return { memoryMb: count(fields, 'memoryMb'), cpus: count(fields, 'cpus'), pids: count(fields, 'pids') };
}

function parseVariables(value: unknown): Record<string, string> {
  const fields = fieldsOf(value, 'variables');
  for (const name of Object.keys(fields))
    if (!isEngineVariable(name)) throw new TypeError(`${name} is no variable of an engine`);
  return Object.fromEntries(Object.keys(fields).map((name) => [name, text(fields, name)]));
}

function parseEngine(value: unknown): Engine {
  const fields = fieldsOf(value, 'engine');
  return {
    name: oneOf(fields, 'name', engineNames),
    rootless: flag(fields, 'rootless'),
    remapsUsers: flag(fields, 'remapsUsers'),
    hasTimers: flag(fields, 'hasTimers'),
    relabels: flag(fields, 'relabels'),
    variables: parseVariables(fields['variables']),
  };
}

function parseCommand(command: unknown): ProcessKind {
  if (!Array.isArray(command) || command.length === 0 || !command.every((part) => typeof part === 'string'))
    throw new TypeError('serveCommand is no command');
  return { kind: 'process', serveCommand: command };
}

/** An older aieng sends the command alone: it knows processes only. */
export function parseBackend(request: Fields): BackendKind {
  if (request['backend'] === undefined) return parseCommand(request['serveCommand']);
  const fields = fieldsOf(request['backend'], 'backend');
  const kind = oneOf(fields, 'kind', ['process', 'container'] as const);
  if (kind === 'process') return parseCommand(fields['serveCommand']);
  return {
    kind,
    engine: parseEngine(fields['engine']),
    image: imageId(fields),
    program: text(fields, 'program'),
    limits: parseLimits(fields['limits']),
  };
}

export function parseFacts(value: unknown): BackendFacts | null {
  if (value === undefined) return { kind: 'process' };
  if (value === null) return null;
  const fields = fieldsOf(value, 'backend');
  const kind = oneOf(fields, 'kind', ['process', 'container'] as const);
  if (kind === 'process') return { kind };
  return {
    kind,
    engine: oneOf(fields, 'engine', engineNames),
    image: imageId(fields),
    limits: parseLimits(fields['limits']),
  };
}

/** What a state says of a way to start. */
export function factsOf(kind: BackendKind): BackendFacts {
  if (kind.kind === 'process') return { kind: 'process' };
  const { engine, image, limits } = kind;
  return { kind: 'container', engine: engine.name, image, limits };
}
