import type { Tree, TreeModel, TreeObjective } from './tree.ts';

const encoder = new TextEncoder();

/** The shortest text that reads back as the same number; −0 is 0. */
const figure = (value: number): string => String(value + 0);
const list = (values: Iterable<number>): string => Array.from(values, figure).join(' ');

function treeLines(tree: Tree): string[] {
  const { splitFeature, threshold, decision, left, right, leafValue, catBoundaries, catThreshold } = tree;
  const sets = Math.max(0, catBoundaries.length - 1);
  const optional = (name: string, values: Float64Array | undefined): string[] =>
    values === undefined ? [] : [`${name}=${list(values)}`];
  return [
    `num_leaves=${leafValue.length}`,
    `num_cat=${sets}`,
    `split_feature=${list(splitFeature)}`,
    ...optional('split_gain', tree.splitGain),
    `threshold=${list(threshold)}`,
    `decision_type=${list(decision)}`,
    `left_child=${list(left)}`,
    `right_child=${list(right)}`,
    `leaf_value=${list(leafValue)}`,
    ...optional('leaf_count', tree.leafCount),
    ...optional('internal_count', tree.internalCount),
    ...(sets === 0 ? [] : [`cat_boundaries=${list(catBoundaries)}`, `cat_threshold=${list(catThreshold)}`]),
    'is_linear=0',
    'shrinkage=1',
  ];
}

function objectiveLine({ name, sigmoid, sqrt }: TreeObjective, outputs: number): string {
  const words = [name];
  if (name === 'multiclass' || name === 'multiclassova') words.push(`num_class:${outputs}`);
  if (name === 'binary' || name === 'multiclassova') words.push(`sigmoid:${figure(sigmoid)}`);
  if (sqrt) words.push('sqrt');
  return `objective=${words.join(' ')}`;
}

/** Trees as LightGBM's text model, version v4: the real library reads it and gives the same raw sums. */
export function writeTrees(model: TreeModel): string {
  const { featureNames, featureInfos, outputs, objective, average, trees, pandasCategories } = model;
  const blocks = trees.map((tree, index) => `Tree=${index}\n${treeLines(tree).join('\n')}\n\n\n`);
  const header = [
    'tree',
    'version=v4',
    `num_class=${outputs}`,
    `num_tree_per_iteration=${outputs}`,
    'label_index=0',
    `max_feature_idx=${featureNames.length - 1}`,
    ...(objective === null ? [] : [objectiveLine(objective, outputs)]),
    ...(average ? ['average_output'] : []),
    `feature_names=${featureNames.join(' ')}`,
    `feature_infos=${featureInfos.join(' ')}`,
    `tree_sizes=${blocks.map((block) => encoder.encode(block).length).join(' ')}`,
  ];
  return `${header.join('\n')}\n\n${blocks.join('')}end of trees\n\npandas_categorical:${JSON.stringify(pandasCategories)}\n`;
}
