const specifier = /(?:\brequire\s*\(|\bfrom\b|\bimport\b\s*\(?)\s*['"](\.{1,2}(?:\/[^'"\n]*)?)['"]/g;

/** `lib/a` + `../b` → `b`; undefined for a path that leaves the package. */
function joined(from: string, relative: string): string | undefined {
  const parts = from.split('/').slice(0, -1);
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** As Node completes a path: as it is, with an extension, or a folder's index. */
function completed(path: string, files: ReadonlySet<string>): string | undefined {
  const endings = ['', '.js', '.cjs', '.mjs', '.json', '.node', '/index.js', '/index.json'];
  return endings.map((ending) => plainRoot(`${path}${ending}`)).find((candidate) => files.has(candidate));
}

const plainRoot = (path: string): string => (path.startsWith('/') ? path.slice(1) : path);

/**
 * Files of a package that its entries load by literal relative `require` and `import`, themselves included: what may
 * never be left out, whatever a file is called. Paths computed at run time are not seen.
 */
export async function reachable(
  entries: readonly string[],
  files: ReadonlySet<string>,
  read: (path: string) => Promise<string>,
): Promise<ReadonlySet<string>> {
  const reached = new Set<string>();
  const waiting = entries.flatMap((entry) => completed(entry, files) ?? []);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    if (!/\.[cm]?js$/.test(path)) continue;
    for (const [, relative = ''] of (await read(path)).matchAll(specifier)) {
      const target = joined(path, relative);
      const found = target === undefined ? undefined : completed(target, files);
      if (found !== undefined) waiting.push(found);
    }
  }
  return reached;
}
