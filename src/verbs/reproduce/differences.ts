import type { ReproduceResult } from './result.ts';

type Differences = ReproduceResult['differences'];

/** Where two files first differ; null: nowhere. */
export function firstDifference(before: Uint8Array, now: Uint8Array): string | null {
  const shared = Math.min(before.length, now.length);
  for (let at = 0; at < shared; at += 1)
    if (before[at] !== now[at]) {
      const line = before.subarray(0, at).filter((byte) => byte === 10).length + 1;
      return `byte ${at} (line ${line})`;
    }
  return before.length === now.length ? null : `byte ${shared}, where one of them ends`;
}

/** Files of two models or bundles that differ, with where. */
export async function fileDifferences(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  read: (digest: string) => Promise<Uint8Array>,
): Promise<Differences> {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  const found: Differences[number][] = [];
  for (const path of paths) {
    const [old, young] = [before[path], now[path]];
    if (old === young) continue;
    if (old === undefined || young === undefined)
      found.push({ path, at: old === undefined ? 'it was not there before' : 'it is not there now' });
    else found.push({ path, at: firstDifference(await read(old), await read(young)) ?? 'nowhere' });
  }
  return found;
}
