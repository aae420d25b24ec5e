import type { Task } from '../../model.ts';
import { learningPass, sumsOfRows } from '../../networks/denseLearner.ts';
import { sizesOf } from '../../networks/densePass.ts';
import type { DensePass, StepResult } from '../../networks/densePass.ts';
import type { Learner } from '../../networks/loop.ts';
import type { Network } from '../../networks/network.ts';
import { outputUnits } from '../../outputs.ts';
import { meanMargin } from './margin.ts';
import { arraysOf, memberOf, withArrays } from './sharing.ts';
import type { SharedLayer, SharedNets } from './sharing.ts';

/** Every member as a network of its own. */
export const membersOf = (nets: SharedNets, task: Task): readonly Network[] =>
  Array.from({ length: nets.members }, (_, member) => memberOf(nets, member, task));

/** The calibrated raw sums of the first rows of a pass that has all members loaded. */
export function marginsOf(pass: DensePass, task: Task, nets: SharedNets, rows: number): Float32Array {
  const { members, scale, shift } = nets;
  const sums = Array.from({ length: members }, (_, member) => pass.sums(rows, member).slice());
  const units = outputUnits(task);
  return Float32Array.from(meanMargin(task, sums), (sum, at) => scale * sum + shift[at % units]!);
}

/** Derivatives by what a member's weights are made of, from those by the weights themselves; added up. */
function addShared(
  { inputs, outputs, weights, left, right }: SharedLayer,
  member: number,
  byWeights: Float32Array,
  into: readonly Float32Array[],
  share: number,
): void {
  const [all, byLeft, byRight] = into;
  const columns = member * outputs;
  for (let row = 0, at = 0; row < inputs; row += 1) {
    const own = left[member * inputs + row]!;
    let sum = 0;
    for (let column = 0; column < outputs; column += 1, at += 1) {
      const derivative = share * byWeights[at]!;
      const scale = right[columns + column]!;
      const weight = weights[at]!;
      all![at]! += derivative * own * scale;
      sum += derivative * weight * scale;
      byRight![columns + column]! += derivative * weight * own;
    }
    byLeft![member * inputs + row]! += sum;
  }
}

/** One member's derivatives, added to those of all. */
function addMember(
  nets: SharedNets,
  member: number,
  { gradients }: StepResult,
  into: readonly Float32Array[],
): void {
  const share = 1 / nets.members;
  const addOwn = (from: Float32Array, to: Float32Array): void => {
    const start = member * from.length;
    for (let at = 0; at < from.length; at += 1) to[start + at] = share * from[at]!;
  };
  nets.hidden.forEach((layer, at) => {
    addShared(layer, member, gradients[at]!.weights, into.slice(4 * at), share);
    addOwn(gradients[at]!.bias, into[4 * at + 3]!);
  });
  const last = gradients.at(-1)!;
  addOwn(last.weights, into.at(-2)!);
  addOwn(last.bias, into.at(-1)!);
}

/**
 * How nets that share their weights learn: each member goes forward and backward over the whole batch, and the mean of
 * their losses is what is lowered.
 */
export function sharedLearner(like: SharedNets, task: Task, batchRows: number): Learner<SharedNets> {
  const pass = learningPass(sizesOf(memberOf(like, 0, task)), batchRows, like.members);
  const gradients = arraysOf(like).map((values) => new Float32Array(values.length));
  const load = (nets: SharedNets): void =>
    membersOf(nets, task).forEach((network, member) => pass.load(network, member));
  return {
    inputs: pass.inputs,
    parameters: (nets) => {
      const shared = new Set([...nets.hidden.map(({ weights }) => weights), nets.last.weights]);
      return arraysOf(nets).map((values) => ({ values, decays: shared.has(values) }));
    },
    copy: (nets) => withArrays(nets, (values) => values.slice()),
    learn: (nets, batch, objective, dropout, random) => {
      for (const values of gradients) values.fill(0);
      load(nets);
      let loss = 0;
      for (let member = 0; member < nets.members; member += 1) {
        const step = pass.learn(batch, objective, dropout, random, member);
        loss += step.loss / nets.members;
        addMember(nets, member, step, gradients);
      }
      return { loss, gradients };
    },
    *sums(nets, blocks) {
      load(nets);
      return yield* sumsOfRows(pass, blocks, outputUnits(task), (rows) => marginsOf(pass, task, nets, rows));
    },
  };
}
