import type { LabelRecord } from './record.ts';

/** Labels brought to the predictions that they are about. */
export interface JoinedLabels {
  /** By prediction; null = no label yet. */
  readonly labels: readonly (string | number | null)[];
  readonly labelled: number;
  /** Labels whose id no prediction has. */
  readonly orphanLabels: number;
  /** Labels that a newer one for the same id replaced. */
  readonly replacedLabels: number;
}

/**
 * Joins labels to predictions by id. The newest label of an id wins (of equally old ones the later in the list); where an
 * id was predicted more than once, the newest prediction (the later in the list) gets it.
 */
export function joinLabels(
  predictions: readonly { readonly id: string }[],
  labels: readonly LabelRecord[],
): JoinedLabels {
  const newest = new Map<string, LabelRecord>();
  for (const label of labels) {
    const known = newest.get(label.id);
    if (known === undefined || label.at >= known.at) newest.set(label.id, label);
  }
  const rowOf = new Map(predictions.map(({ id }, row) => [id, row]));
  const joined = Array.from({ length: predictions.length }, (): string | number | null => null);
  let orphanLabels = 0;
  let replacedLabels = 0;
  for (const label of labels) if (newest.get(label.id) !== label) replacedLabels += 1;
  for (const [id, { label }] of newest) {
    const row = rowOf.get(id);
    if (row === undefined) orphanLabels += 1;
    else joined[row] = label;
  }
  return { labels: joined, labelled: newest.size - orphanLabels, orphanLabels, replacedLabels };
}
