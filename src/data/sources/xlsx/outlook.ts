import type { Merge } from './sheet.ts';
import { mergeOf } from './sheet.ts';

/** What stands in a sheet's XML after or beside its rows, and is wanted before them. */
export interface SheetOutlook {
  /** Merged blocks of more than one row, by their left column. */
  readonly merges: ReadonlyMap<number, readonly Merge[]>;
  /** Formulas without a stored value. */
  readonly uncomputed: number;
  readonly hasCells: boolean;
}

/** A sheet with more merged blocks is a drawing. */
const mostMerges = 100_000;
/** No tag that is looked for is longer. */
const longestTag = 400;

const tags =
  /<(?:\w+:)?mergeCell\s[^>]*\bref="([^"]{3,30})"|(?:<(?:\w+:)?f(?:\s[^>]*)?\/>|<\/(?:\w+:)?f>)(?:<(?:\w+:)?v\s*\/>|<(?:\w+:)?v><\/(?:\w+:)?v>)?\s*(<\/(?:\w+:)?c>)|(<(?:\w+:)?c[\s>])/g;

/** Looks through the XML of a sheet once, without taking it apart. */
export async function lookThrough(chunks: AsyncIterable<Buffer>): Promise<SheetOutlook> {
  const merges = new Map<number, Merge[]>();
  let [count, uncomputed, hasCells, rest] = [0, 0, false, ''];
  for await (const chunk of chunks) {
    const text = rest + chunk.toString('latin1');
    let end = 0;
    for (const found of text.matchAll(tags)) {
      const [whole, reference, computedAway, cell] = found;
      end = found.index + whole.length;
      if (cell !== undefined) hasCells = true;
      if (computedAway !== undefined) uncomputed += 1;
      const merge = reference === undefined ? undefined : mergeOf(reference);
      if (merge === undefined || merge.bottom <= merge.top || (count += 1) > mostMerges) continue;
      merges.set(merge.left, [...(merges.get(merge.left) ?? []), merge]);
    }
    // A tag may be cut by the end of the chunk; what was counted is not looked at again.
    rest = text.slice(Math.max(end, text.length - longestTag));
  }
  for (const list of merges.values()) list.sort((left, right) => left.top - right.top);
  return { merges, uncomputed, hasCells };
}
