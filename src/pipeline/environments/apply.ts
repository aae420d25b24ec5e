import { canonicalJson } from '../../digest.ts';
import { withoutCredentials } from '../../data/address.ts';
import { usageError } from '../../errors.ts';
import { nearest } from '../../suggest.ts';
import { expandShorthands, writtenPointer } from '../expand.ts';
import type { Expanded } from '../expand.ts';
import { formerKeyNotices } from '../formerKeys.ts';
import { isKeys } from '../jsonKeys.ts';
import type { Keys } from '../jsonKeys.ts';
import type { Override } from '../overrides/override.ts';
import type { Problem } from '../problems.ts';
import { dotted, gotText, pointerOf, problem, valueAt } from '../problems.ts';
import type { PipelineEnvironment } from './environment.ts';

/** A pipeline as it is written, apart from what its environments say otherwise. */
export interface Written {
  /** What the file says without an environment. */
  readonly base: unknown;
  /** Name → what is written otherwise there. */
  readonly environments: ReadonlyMap<string, Keys>;
  readonly problems: readonly Problem[];
}

/** A pipeline of one environment: the long forms of both, one over the other. */
export interface Overlaid {
  readonly value: unknown;
  readonly environment: PipelineEnvironment;
  /** Where a place of the long form stands in the file. */
  readonly inFile: (pointer: string) => string;
  readonly notices: readonly string[];
}

const section = '/env';

/** Keys that say which pipeline it is: they are the same everywhere. */
const fixed: Readonly<Record<string, string>> = {
  env: 'Take it out: an environment has no environments.',
  name: 'Take it out: it is the same pipeline in every environment, under one name.',
};

function overlayProblems(name: string, overlay: unknown): readonly Problem[] {
  const at = pointerOf(section, name);
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name))
    return [
      problem(
        at,
        'an environment is named by letters, digits, ".", "_" and "-"',
        'Rename it, for example: prod',
        'key',
      ),
    ];
  if (overlay !== null && !isKeys(overlay))
    return [
      problem(
        at,
        `expected keys of the pipeline with their values, got ${gotText(overlay)}`,
        'For example: prod: { deploy: { port: 80 } }',
      ),
    ];
  return Object.entries(fixed).flatMap(([key, hint]) =>
    isKeys(overlay) && Object.hasOwn(overlay, key)
      ? [problem(pointerOf(at, key), 'cannot be set by an environment', hint, 'key')]
      : [],
  );
}

const ownKeys = (overlay: unknown): Keys =>
  isKeys(overlay)
    ? Object.fromEntries(Object.entries(overlay).filter(([key]) => !Object.hasOwn(fixed, key)))
    : {};

/** Takes the section `env` apart from the rest of a document. */
export function writtenEnvironments(document: unknown): Written {
  if (!isKeys(document) || !Object.hasOwn(document, 'env'))
    return { base: document, environments: new Map(), problems: [] };
  const { env, ...base } = document;
  if (env === null) return { base, environments: new Map(), problems: [] };
  if (!isKeys(env))
    return {
      base,
      environments: new Map(),
      problems: [
        problem(
          section,
          `expected names with what is set there, got ${gotText(env)}`,
          'For example: env: { prod: { deploy: { port: 80 } } }',
        ),
      ],
    };
  const entries = Object.entries(env);
  return {
    base,
    environments: new Map(entries.map(([name, overlay]) => [name, ownKeys(overlay)])),
    problems: entries.flatMap(([name, overlay]) => overlayProblems(name, overlay)),
  };
}

/** Sections go into each other; anything else takes the place of what was there. */
function merged(base: unknown, over: unknown): unknown {
  if (!isKeys(base) || !isKeys(over)) return over;
  const names = [...new Set([...Object.keys(base), ...Object.keys(over)])];
  return Object.fromEntries(
    names.map((name) => [
      name,
      !Object.hasOwn(over, name)
        ? base[name]
        : Object.hasOwn(base, name)
          ? merged(base[name], over[name])
          : over[name],
    ]),
  );
}

/** Pointers of what is set: everything that is no section. */
function leaves(value: unknown, at = ''): readonly string[] {
  if (!isKeys(value)) return [at];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, pointerOf(at, name)));
}

const shown = (value: unknown): unknown =>
  typeof value === 'string' ? withoutCredentials(value) : (value ?? null);

/** Is it set by the overlay: there, or within something that the overlay has as a whole? */
function isSet(overlay: unknown, pointer: string): boolean {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const value = valueAt(overlay, at);
    if (value !== undefined) return at === pointer || !isKeys(value);
  }
  return false;
}

function changesOf(base: Expanded, overlay: Expanded): readonly Override[] {
  return leaves(overlay.value).flatMap((pointer) => {
    const [value, instead] = [valueAt(overlay.value, pointer) ?? null, valueAt(base.value, pointer) ?? null];
    return pointer === '' || canonicalJson(value) === canonicalJson(instead)
      ? []
      : [{ key: dotted(pointer), value: shown(value), instead: shown(instead) }];
  });
}

/** The pipeline as an environment has it. */
export function overlaid({ base, environments }: Written, name: string): Overlaid {
  const below = expandShorthands(base);
  const above = expandShorthands(environments.get(name) ?? {});
  return {
    value: merged(below.value, above.value),
    environment: { name, changes: [...changesOf(below, above)] },
    inFile: (pointer) =>
      isSet(above.value, pointer)
        ? pointerOf(section, name) + writtenPointer(pointer, above.aliases)
        : writtenPointer(pointer, below.aliases),
    notices: formerKeyNotices([...below.former, ...above.former]),
  };
}

/** @throws usage error `env-unknown` where the file has no such environment. */
export function refuseUnknownEnvironment({ environments }: Written, name: string, file: string): void {
  if (environments.has(name)) return;
  const names = [...environments.keys()];
  const meant = nearest(name, names);
  throw usageError({
    code: 'env-unknown',
    message: `${file} has no environment "${name}": ${names.length === 0 ? 'it has no section env' : `it has ${names.join(', ')}`}.`,
    hint:
      meant !== undefined
        ? `Did you mean "${meant}"?`
        : /^[A-Z][A-Z0-9_]*$/.test(name)
          ? `If it is a variable that a schedule shall know: \`aieng schedule --variable ${name}\`.`
          : names.length === 0
            ? `Write what is otherwise there: env: { ${name}: { deploy: { port: 80 } } }, or leave --env (AIENG_ENV) away.`
            : 'Name one of them, or leave --env (AIENG_ENV) away.',
  });
}
