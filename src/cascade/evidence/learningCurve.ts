import type { Split } from '../../data/splitting.ts';
import { learningCurve } from '../../evaluation/learningCurve.ts';
import type { CurvePoint, LearningCurve } from '../../evaluation/learningCurve.ts';
import type { FitInput } from '../fitting.ts';

/** Shares of the training part: every fourth row, every second, all. */
const strides = [4, 2, 1];
/** Fewer rows tell nothing, more cells (training rows × prepared columns) take seconds. */
const [fewestTraining, fewestTest, mostCells] = [400, 100, 150_000];

/** Is it cheap enough to be told unasked? */
const isCheap = ({ split, fitted }: Pick<FitInput, 'split' | 'fitted'>): boolean =>
  split.train.length >= fewestTraining &&
  split.test.length >= fewestTest &&
  split.train.length * fitted.prepared.length <= mostCells;

/**
 * The loss on the test part by how many training rows a family learnt from: what more rows would do. Undefined where few
 * rows could not tell, where it would take long, or where a share lacks a class.
 *
 * @param losses fits on a split and gives the losses of its test part by row
 */
export async function lossesByRows(
  input: Pick<FitInput, 'split' | 'fitted' | 'target' | 'task'>,
  family: string,
  losses: (split: Split, told: string) => Promise<Float64Array>,
): Promise<LearningCurve | undefined> {
  const { split, task, target } = input;
  if (!isCheap(input)) return undefined;
  const classes = task.kind === 'regression' ? 0 : task.classes.length;
  const points: CurvePoint[] = [];
  for (const stride of strides) {
    const train = split.train.filter((_, at) => at % stride === 0);
    if (classes > 0 && new Set(Array.from(train, (row) => target[row])).size < classes) return undefined;
    const told = `learning curve, ${train.length} of ${split.train.length} rows: `;
    points.push({ rows: train.length, losses: await losses({ ...split, train }, told) });
  }
  return learningCurve(family, classes === 0 ? 'RMSE' : 'log loss', points);
}
