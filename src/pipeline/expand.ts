import { withPresentKeys } from './formerKeys.ts';
import type { FormerKey } from './formerKeys.ts';
import { isKeys } from './jsonKeys.ts';
import { pointerOf } from './problems.ts';

/** A document in its long form, and where its parts stood in the short one. */
export interface Expanded {
  readonly value: unknown;
  /** Pointer of the long form → pointer of the written form, where they differ. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Keys that stood elsewhere before, and are read where they stand now. */
  readonly former: readonly FormerKey[];
}

/** `one_hot` → `{one_hot: {}}`; `{clip: }` → `{clip: {}}`. */
function expandStep(step: unknown): unknown {
  if (typeof step === 'string') return Object.fromEntries([[step, {}]]);
  if (!isKeys(step)) return step;
  return Object.fromEntries(Object.entries(step).map(([name, params]) => [name, params ?? {}]));
}

/** The chains of one column: a step, a chain of steps, or several chains. */
function expandChains(chains: unknown, at: string, aliases: Map<string, string>): unknown {
  const alias = (chain: number, step: number, written: string): void => {
    aliases.set(`${at}/${chain}/${step}`, written);
  };
  if (!Array.isArray(chains)) {
    aliases.set(`${at}/0`, at);
    alias(0, 0, at);
    return typeof chains === 'string' || isKeys(chains) ? [[expandStep(chains)]] : chains;
  }
  const list: readonly unknown[] = chains;
  if (!list.some(Array.isArray)) {
    aliases.set(`${at}/0`, at);
    list.forEach((_, step) => alias(0, step, `${at}/${step}`));
    return list.length === 0 ? [] : [list.map(expandStep)];
  }
  // One list inside makes all of them chains; a bare step beside it is a chain of one.
  return list.map((chain, index) => {
    if (Array.isArray(chain)) return chain.map(expandStep);
    alias(index, 0, `${at}/${index}`);
    return [expandStep(chain)];
  });
}

function expandFeatures(features: unknown, aliases: Map<string, string>): unknown {
  if (features === 'auto') return { auto: true };
  if (!isKeys(features) || !isKeys(features['columns'])) return features;
  const columns = Object.entries(features['columns']).map(
    ([name, chains]) => [name, expandChains(chains, pointerOf('/features/columns', name), aliases)] as const,
  );
  return { ...features, columns: Object.fromEntries(columns) };
}

/** A check that is a path is a file of a team's own checks. */
const expandChecks = (checks: readonly unknown[], aliases: Map<string, string>): unknown =>
  checks.map((check, item) => {
    if (typeof check !== 'string') return check;
    aliases.set(`/checks/${item}/code`, `/checks/${item}`);
    return { code: check };
  });

/**
 * Replaces the shorthands of a pipeline by their long forms: `source: path`, `label: column`, `row_id: column`,
 * `features: auto`, chains of transforms, files of own checks, the family of a `model` that has a script; a key without a value is as good as left out; and keys that stood
 * elsewhere before are moved to their present place. What is wrong stays as it is,
 * for the schema to say so.
 */
export function expandShorthands(value: unknown): Expanded {
  const aliases = new Map<string, string>();
  if (!isKeys(value)) return { value, aliases, former: [] };
  const expanded: Record<string, unknown> = Object.fromEntries(
    // `$schema` is for editors, as the first line of a file is.
    Object.entries(value).filter(([name, member]) => member !== null && name !== '$schema'),
  );
  const { source, label, row_id: rowId } = expanded;
  const lengthen = (name: string, member: string, long: unknown): void => {
    expanded[name] = long;
    aliases.set(`/${name}/${member}`, `/${name}`);
  };
  if (typeof source === 'string') lengthen('source', 'path', { path: source });
  if (typeof label === 'string') lengthen('label', 'column', { column: label });
  if (typeof rowId === 'string') lengthen('row_id', '0', [rowId]);
  if (Array.isArray(expanded['checks'])) expanded['checks'] = expandChecks(expanded['checks'], aliases);
  if ('features' in expanded) expanded['features'] = expandFeatures(expanded['features'], aliases);
  const { model, former } = withPresentKeys(expanded['model']);
  if (former.length > 0) expanded['model'] = model;
  for (const { name, section, read } of former)
    if (read) aliases.set(`/model/${section}/${name}`, `/model/${name}`);
  const own = expanded['model'];
  // A program that trains says by itself what family it is, unless another one is named.
  if (isKeys(own) && !('family' in own) && isKeys(own['script']) && 'command' in own['script'])
    expanded['model'] = { ...own, family: 'script' };
  return { value: expanded, aliases, former };
}

/** Where a place of the long form stands in the written one. */
export function writtenPointer(pointer: string, aliases: ReadonlyMap<string, string>): string {
  for (let prefix = pointer; prefix !== ''; prefix = prefix.slice(0, prefix.lastIndexOf('/'))) {
    const written = aliases.get(prefix);
    if (written !== undefined) return written + pointer.slice(prefix.length);
  }
  return pointer;
}
