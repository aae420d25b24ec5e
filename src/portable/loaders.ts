import { ensembleName, readEnsemble } from '../modeling/ensemble/files.ts';
import { ensembleScorer } from '../modeling/ensemble/scorer.ts';
import { readFiles } from '../modeling/families/gbdt/files.ts';
import { treeScorer } from '../modeling/families/gbdt/scorer.ts';
import { readBoundTrees } from '../modeling/families/imported/files.ts';
import { foreignScorer } from '../modeling/families/imported/scorer.ts';
import { isLinear, readLinear } from '../modeling/families/linear/files.ts';
import { linearScorer } from '../modeling/families/linear/model.ts';
import { readRule } from '../modeling/families/rule/files.ts';
import { ruleScorer } from '../modeling/families/rule/model.ts';
import { readShared } from '../modeling/families/tabm/files.ts';
import { sharedScorer } from '../modeling/families/tabm/scorer.ts';
import type { ModelFiles, Scorer, Task } from '../modeling/model.ts';
import { readNetwork } from '../modeling/networks/artifact.ts';
import { readBackground } from '../modeling/networks/background.ts';
import { kernelScorer } from '../modeling/networks/kernelScorer.ts';
import { inLabelUnits } from '../modeling/target/inLabelUnits.ts';

/** The model of a family from its files, at once and without TensorFlow.js. */
export type Loader = (files: ModelFiles, task: Task) => Scorer;

/** Loaders by the family's name. A runtime has those of the models that it is for. */
export type Loaders = Readonly<Record<string, Loader>>;

function networkOf(files: ModelFiles, task: Task): Scorer {
  const network = readNetwork(files, task);
  return kernelScorer(task, network, readBackground(files, network[0]!.inputs));
}

export const treeLoader: Loader = (files, task) => treeScorer(task, readFiles(files, task));
export const ruleLoader: Loader = (files, task) => ruleScorer(task, readRule(files, task));
export const linearLoader: Loader = (files, task) => linearScorer(task, readLinear(files, task));
export const importedLoader: Loader = (files, task) => foreignScorer(task, readBoundTrees(files, task));
export const networkLoader: Loader = networkOf;
/** Linear models of aieng 0.1 are networks of one layer. */
export const anyLinearLoader: Loader = (files, task) =>
  isLinear(files) ? linearLoader(files, task) : networkOf(files, task);
export const sharedLoader: Loader = (files, task) => {
  const nets = readShared(files, task);
  return sharedScorer(task, nets, readBackground(files, (nets.hidden[0] ?? nets.last).inputs));
};

/** A model by the loader of its family; a blend by those of its members. */
export function loadBy(loaders: Loaders, family: string, files: ModelFiles, task: Task): Scorer {
  if (family === ensembleName)
    return ensembleScorer(
      readEnsemble(files).map((member) => ({
        weight: member.weight,
        scorer: loadBy(loaders, member.family, member.files, task),
      })),
    );
  const loader = loaders[family];
  if (loader === undefined) throw new RangeError(`this file has no family ${family}`);
  return inLabelUnits(files, task, loader(files, task));
}
