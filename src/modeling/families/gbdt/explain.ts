import { usageError } from '../../../errors.ts';
import type { ColumnSources } from '../../../features/sources.ts';
import type { Explainer } from '../../explanation.ts';
import { addContributions, explainForest } from '../../trees/contributions.ts';
import { treeNumber } from './bounds.ts';
import { writeCells } from './features.ts';
import type { BoundTrees } from './files.ts';

/** Rows whose cells are laid out at a time. */
const blockRows = 64;

/** Share of what all splits gained, by column. */
function gainOf(trees: BoundTrees['trees']['trees'], place: Int32Array, columns: number): Float64Array {
  const gain = new Float64Array(columns);
  for (const { splitFeature, splitGain } of trees)
    splitFeature.forEach((feature, split) => (gain[place[feature]!]! += splitGain?.[split] ?? 0));
  const all = gain.reduce((sum, each) => sum + each, 0);
  return all > 0 ? gain.map((each) => each / all) : gain;
}

/** Exact Shapley values of the trees' raw sums, by column of the table. */
export function treeExplainer(
  { trees, binding }: BoundTrees,
  { columns, ofPrepared }: ColumnSources,
): Explainer {
  const { features } = binding;
  const { outputs } = trees;
  const explained = explainForest(trees.trees, outputs);
  if (explained === null)
    throw usageError({
      code: 'trees-without-counts',
      message:
        'The trees of this bundle do not say how many training rows came to each split and leaf, so its answers cannot be explained.',
      hint: 'Train and package the model again, or predict without `--explain`.',
    });
  const place = Int32Array.from(features, ({ column }) => ofPrepared[column]!);
  const width = features.length;
  const slots = columns.length;
  const counts = ['poisson', 'tweedie'].includes(trees.objective?.name ?? '');
  return {
    ...(counts ? { scale: 'log of the label' as const } : {}),
    gain: gainOf(trees.trees, place, slots),
    samples: null,
    stepsPerRow: explained.stepsPerRow,
    *contributions({ rows, prepared }) {
      const values = new Float64Array(rows * outputs * slots);
      for (let from = 0; from < rows; from += blockRows) {
        const to = Math.min(rows, from + blockRows);
        const cells = new Float64Array((to - from) * width);
        writeCells(features, prepared, from, to, cells);
        for (let i = 0; i < cells.length; i += 1) cells[i] = treeNumber(cells[i]!);
        const block = values.subarray(from * outputs * slots, to * outputs * slots);
        addContributions(explained, cells, width, place, slots, block);
        yield to - from;
      }
      return { units: outputs, base: explained.base, values };
    },
  };
}
