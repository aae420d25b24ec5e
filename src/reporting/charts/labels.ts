/** The most characters of a name that a chart has room for. */
const longest = 28;

const head = (name: string): string => `${name.slice(0, longest - 1)}…`;
/** The end tells names apart that begin alike. */
const ends = (name: string): string => {
  const half = Math.floor((longest - 1) / 2);
  return `${name.slice(0, longest - 1 - half)}…${name.slice(-half)}`;
};

/**
 * Names of bars as they stand beside them: long ones cut at the end, or in the middle where two would read the same;
 * those that still do are numbered.
 */
export function barLabels(names: readonly string[]): string[] {
  const cut = (name: string, how: (name: string) => string) => (name.length > longest ? how(name) : name);
  const alike = (labels: readonly string[]): boolean => new Set(labels).size < new Set(names).size;
  const heads = names.map((name) => cut(name, head));
  if (!alike(heads)) return heads;
  const both = names.map((name) => cut(name, ends));
  return alike(both) ? heads.map((label, place) => `${place + 1} ${label}`) : both;
}
