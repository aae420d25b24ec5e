import { sha256 } from '../../../digest.ts';

/** With the longest suffix, `-predict-<8>-<index>`, a name still has at most 63 characters. */
const longestName = 40;
/** What a changed name ends in. No unchanged name does, so that the two can never meet. */
const mark = /-x[0-9a-f]{7}$/;
const markOf = (name: string): string => `-x${sha256(name).slice(0, 7)}`;

/** A DNS-1123 label: what most objects may be called. */
export const isDnsLabel = (name: string): boolean => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);

/** DNS-1035: a Service's name begins with a letter. */
export const isServiceName = (name: string): boolean => isDnsLabel(name) && /^[a-z]/.test(name);

/** What a label may say: nothing, or up to 63 characters that begin and end with a letter or a digit. */
export const isLabelValue = (value: string): boolean =>
  /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value);

/** Lower case, other characters as `-`, cut to `longest` characters; begins with a letter, ends with no `-`. */
function slug(name: string, longest: number): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const trimmed = plain.replace(/^-+/, '');
  const started = /^[a-z]/.test(trimmed) ? trimmed : `m-${trimmed}`;
  return started.slice(0, longest).replace(/-+$/, '');
}

/**
 * The name of a pipeline's objects: the pipeline's own where a cluster accepts it, else one made of it, with a part of
 * its hash so that `a_b` and `a-b` stay apart. At most 40 characters, which leaves room for suffixes.
 *
 * @example objectName('churn') === 'churn'
 */
export function objectName(name: string): string {
  if (isServiceName(name) && name.length <= longestName && !mark.test(name)) return name;
  const end = markOf(name);
  return `${slug(name, longestName - end.length)}${end}`;
}

/** The pipeline's name as a label says it: itself where that is legal, else as the objects are called. */
export const labelValue = (name: string): string =>
  name !== '' && isLabelValue(name) ? name : objectName(name);

/**
 * Keys of a ConfigMap for paths: `pipelines/churn.yaml` → `pipelines_churn.yaml`. Paths that would share a key get a
 * part of their hash.
 */
export function fileKeys(paths: readonly string[]): ReadonlyMap<string, string> {
  const plain = (path: string): string => path.replaceAll(/[^-._a-zA-Z0-9]/g, '_').slice(-200);
  const uses = new Map<string, number>();
  for (const path of paths) uses.set(plain(path), (uses.get(plain(path)) ?? 0) + 1);
  return new Map(
    paths.map((path) => {
      const key = plain(path);
      return [path, uses.get(key) === 1 ? key : `${sha256(path).slice(0, 12)}-${key}`];
    }),
  );
}
