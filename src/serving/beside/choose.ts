import { isJsonObject, scalarText } from '../../data/cells/json.ts';
import { hashText } from '../../hash.ts';
import type { Manifest } from '../../packaging/manifest.ts';

/** Callers that send it stay with one of two bundles, whichever row they ask about. */
export const keyHeader = 'x-aieng-key';

/** How two bundles share the requests of a service. */
export interface Sharing {
  /** `canary`: the second answers its share. `shadow`: the first answers all, and the second is asked its share afterwards. */
  readonly mode: 'canary' | 'shadow';
  /** 0 … 1 */
  readonly share: number;
}

/** Between the parts of a key: no cell of a CSV or JSON file is likely to hold it. */
const unit = '\u001f';

/**
 * What keeps a row with one of two bundles, where the caller names no key: its `row_id` columns, or else its cells in the
 * order of the bundle's inputs.
 */
export function rowKey(row: unknown, { row_id, inputs }: Pick<Manifest, 'row_id' | 'inputs'>): string {
  if (!isJsonObject(row)) return JSON.stringify(row);
  const names = row_id.length > 0 ? row_id : inputs.map(({ name }) => name);
  return names.map((name) => scalarText(row[name]) ?? '').join(unit);
}

/**
 * Is a key in the share of a bundle? The same in every process and after every restart; who is in a share stays in when it
 * grows; another bundle gets another share.
 */
export function isInShare(bundle: string, key: string, share: number): boolean {
  return hashText(key, hashText(bundle)) < share * 2 ** 32;
}
