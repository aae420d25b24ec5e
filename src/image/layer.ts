import { endOfTar, padding, tarHeader } from '../tar.ts';

/** Bytes, or bytes that are read when their turn comes: a Node binary is not held in memory. */
export type Content = Uint8Array | { readonly bytes: number; readonly read: () => AsyncIterable<Uint8Array> };

/** One entry of a layer. Paths are relative to the image's root, with `/` between the parts: `opt/bundle/VERSION`. */
export type LayerEntry =
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly content: Content }
  | {
      readonly kind: 'directory';
      readonly path: string;
      readonly mode: number;
      /** Owner and group; root where it is not said. */
      readonly owner?: number;
    };

const byPath = (left: { readonly path: string }, right: { readonly path: string }): number =>
  left.path < right.path ? -1 : left.path > right.path ? 1 : 0;

const parentsOf = (path: string): string[] => {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
};

/**
 * The entries with the folders above them (0755, root) down from `below`, so that no engine has to guess their rights.
 * Folders outside of `below` belong to the base image: an entry could replace a link there.
 */
export function withParents(entries: readonly LayerEntry[], below: string): LayerEntry[] {
  const known = new Set(entries.map(({ path }) => path));
  const added: LayerEntry[] = [];
  for (const path of entries.flatMap((entry) => parentsOf(entry.path))) {
    if (known.has(path) || (below !== '' && path !== below && !path.startsWith(`${below}/`))) continue;
    known.add(path);
    added.push({ kind: 'directory', path, mode: 0o755 });
  }
  return [...entries, ...added];
}

async function* read(content: Content): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else yield* content.read();
}

async function* fileBytes(path: string, content: Content, size: number): AsyncGenerator<Uint8Array> {
  let given = 0;
  for await (const piece of read(content)) {
    given += piece.byteLength;
    yield piece;
  }
  if (given !== size) throw new Error(`${path} changed while it was read: ${given} bytes, expected ${size}`);
  yield padding(size);
}

/**
 * The tar of a layer: entries sorted by path, times at 1970, nothing of the machine in it, so that equal entries give
 * equal bytes. Made as it is read, one file at a time.
 *
 * @throws where a path is there twice, or a file changes its size while it is read.
 */
export async function* tarLayer(entries: readonly LayerEntry[]): AsyncGenerator<Uint8Array> {
  const sorted = [...entries].sort(byPath);
  for (const [index, entry] of sorted.entries()) {
    if (entry.path === sorted[index - 1]?.path) throw new Error(`${entry.path} is twice in a layer`);
    const { kind, path, mode } = entry;
    if (entry.kind === 'directory') {
      yield tarHeader({ kind, path: `${path}/`, mode, owner: entry.owner ?? 0, size: 0 });
      continue;
    }
    const { content } = entry;
    const size = content instanceof Uint8Array ? content.byteLength : content.bytes;
    yield tarHeader({ kind, path, mode, owner: 0, size });
    yield* fileBytes(path, content, size);
  }
  yield endOfTar;
}

/** Bytes that `tarLayer` will give. */
export function tarSize(entries: readonly LayerEntry[]): number {
  return entries.reduce((total, { kind, path, mode, ...entry }) => {
    const content = 'content' in entry ? entry.content : undefined;
    const size =
      content === undefined ? 0 : content instanceof Uint8Array ? content.byteLength : content.bytes;
    const name = kind === 'directory' ? `${path}/` : path;
    const header = tarHeader({ kind, path: name, mode, owner: 0, size });
    return total + header.byteLength + size + padding(size).byteLength;
  }, endOfTar.byteLength);
}
