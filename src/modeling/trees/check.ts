import { categoricalBit, missingKinds, missingShift } from './tree.ts';

/** A tree as it was read: nothing is known of its numbers yet but that they are finite, and whole where they have to be. */
interface ReadTree {
  readonly leafValue: ArrayLike<number>;
  readonly splitFeature: readonly number[];
  readonly threshold: ArrayLike<number>;
  readonly decision: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly catBoundaries: readonly number[];
  readonly catThreshold: readonly number[];
}

interface Limits {
  readonly features: number;
  /** Sets of categories. */
  readonly sets: number;
}

function shapeProblem({ leafValue, splitFeature, left, right }: ReadTree): string | null {
  const splits = splitFeature.length;
  const leaves = leafValue.length;
  const seenSplit = new Uint8Array(splits);
  const seenLeaf = new Uint8Array(leaves);
  if (splits > 0) seenSplit[0] = 1;
  for (let split = 0; split < splits; split += 1)
    for (const child of [left[split]!, right[split]!]) {
      const isLeaf = child < 0;
      const at = isLeaf ? -child - 1 : child;
      const seen = isLeaf ? seenLeaf : seenSplit;
      if (at >= seen.length) return `split ${split} has a child ${child}, which is not there`;
      if (seen[at] === 1) return `child ${child} of split ${split} is reached twice`;
      seen[at] = 1;
    }
  // As many edges as splits and leaves beside the root, none of them twice: all but cycles apart from the root are trees.
  const reached = new Uint8Array(splits);
  const open = splits > 0 ? [0] : [];
  for (let split = open.pop(); split !== undefined; split = open.pop()) {
    reached[split] = 1;
    for (const child of [left[split]!, right[split]!]) if (child >= 0) open.push(child);
  }
  const lost = reached.indexOf(0);
  return lost < 0 ? null : `split ${lost} is not reached from the root`;
}

function setsProblem({ catBoundaries, catThreshold }: ReadTree, sets: number): string | null {
  if (sets === 0) return null;
  if (catBoundaries.length !== sets + 1)
    return `cat_boundaries has ${catBoundaries.length} entries for ${sets} sets`;
  if (catBoundaries[0] !== 0 || catBoundaries.at(-1) !== catThreshold.length)
    return `cat_boundaries do not span the ${catThreshold.length} words of cat_threshold`;
  for (let set = 0; set < sets; set += 1)
    if (catBoundaries[set + 1]! < catBoundaries[set]!) return 'cat_boundaries do not ascend';
  if (catThreshold.some((word) => word < 0 || word > 0xff_ff_ff_ff))
    return 'cat_threshold has a word beyond 32 bits';
  return null;
}

/** What is wrong with a tree; null where nothing is. */
export function checkTree(tree: ReadTree, { features, sets }: Limits): string | null {
  for (let split = 0; split < tree.splitFeature.length; split += 1) {
    const feature = tree.splitFeature[split]!;
    if (feature < 0 || feature >= features)
      return `split ${split} is on feature ${feature}, of which there are ${features}`;
    const decision = tree.decision[split]!;
    if (decision < 0 || decision >> missingShift >= missingKinds.length)
      return `split ${split} has decision type ${decision}, which is not known`;
    const set = Math.trunc(tree.threshold[split]!);
    if ((decision & categoricalBit) !== 0 && (set < 0 || set >= sets))
      return `split ${split} names set ${set} of categories, of which there are ${sets}`;
  }
  return setsProblem(tree, sets) ?? shapeProblem(tree);
}
