const composed = (name: string): string => name.normalize('NFC');

/**
 * Finds a known name, also where Unicode spells its letters otherwise: some systems write é as e and an accent, others as
 * one letter, and nobody sees which. A name that is known as it stands is that one; of two known names that differ in
 * nothing else, neither is found by a third spelling.
 */
export function nameFinder(names: Iterable<string>): (name: string) => string | undefined {
  const known = new Set(names);
  const byComposed = new Map<string, string | undefined>();
  for (const name of known) {
    const key = composed(name);
    if (!isPlainName(name)) byComposed.set(key, byComposed.has(key) ? undefined : name);
  }
  if (byComposed.size === 0) return (name) => (known.has(name) ? name : undefined);
  return (name) => (known.has(name) ? name : byComposed.get(composed(name)));
}

/** No other spelling of letters gives such a name. */
export const isPlainName = (name: string): boolean => /^[\u0000-\u007f]*$/.test(name);

/** Under which of these names a column stands there, as it is spelled or otherwise. */
export const nameAmong = (names: readonly string[], column: string): string | undefined => {
  if (names.includes(column)) return column;
  return isPlainName(column) ? undefined : nameFinder(names)(column);
};
