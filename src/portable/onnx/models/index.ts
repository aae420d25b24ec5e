import { ensembleName, readEnsemble } from '../../../modeling/ensemble/files.ts';
import type { ModelFiles, Task } from '../../../modeling/model.ts';
import { inLabelUnits } from '../answers.ts';
import { Inexpressible } from '../columns.ts';
import type { GraphFeatures } from '../features.ts';
import type { Value } from '../graph.ts';
import { writeImported } from './imported.ts';
import { writeLinear } from './linear.ts';
import { writeNetwork } from './network.ts';
import { writeRule } from './rule.ts';
import { writeSharedNets } from './sharedNets.ts';
import { writeTrees } from './trees.ts';

/** Answers of a model (`rows × outputs`, float64) by its files. @throws Inexpressible */
type ModelWriter = (features: GraphFeatures, files: ModelFiles, task: Task) => Value;

/** Writers by the family’s name. */
const writers: Readonly<Record<string, ModelWriter>> = {
  gbdt: writeTrees,
  imported: writeImported,
  linear: writeLinear,
  mlp: writeNetwork,
  rule: writeRule,
  tabm: writeSharedNets,
};

const unknownFamily = (family: string): Error =>
  new Inexpressible(`no operators are known for the family ${family}`, 'train another family');

/** The answers of a model of a family; of a blend the weighted answers of its members. */
export function writeModel(features: GraphFeatures, family: string, files: ModelFiles, task: Task): Value {
  const { math } = features;
  if (family === ensembleName)
    return readEnsemble(files)
      .map((member) => math.multiply(writeModel(features, member.family, member.files, task), member.weight))
      .reduce((sum, answers) => math.add(sum, answers));
  const writer = writers[family];
  if (writer === undefined) throw unknownFamily(family);
  return inLabelUnits(features, files, task, writer(features, files, task));
}
