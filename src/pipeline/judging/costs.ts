import { isIssue } from '../../data/cells/cell.ts';
import { classMatcher } from '../../data/cells/classes.ts';
import { usageError } from '../../errors.ts';
import type { Task } from '../../modeling/model.ts';
import type { Pipeline } from '../pipeline.ts';
import { pointerOf } from '../problems.ts';

/** What of a pipeline says what answers cost, and where that is written. */
type Costed = Pick<Pipeline, 'label' | 'evaluation' | 'file' | 'places'>;

const root = '/evaluation/costs';
const names: ReadonlySet<string> = new Set(['false_positive', 'false_negative']);

function refuse(pipeline: Costed, pointer: string, problem: string, hint: string): never {
  const place = pipeline.places[pointer] ?? pipeline.places[root];
  throw usageError({
    code: 'costs-unsuited',
    message: `evaluation.costs: ${problem}`,
    hint,
    at: { file: pipeline.file, ...place },
  });
}

/** 0 for what is right and 1 for what is wrong: what nobody wrote. */
const plainCosts = (classes: readonly string[]): number[][] =>
  classes.map((_, actual) => classes.map((_, predicted) => (actual === predicted ? 0 : 1)));

/** Every wrong answer must cost more than the right one: else no model is needed to say what to answer. */
function requireSense(pipeline: Costed, classes: readonly string[], matrix: readonly number[][]): void {
  for (const [actual, costs] of matrix.entries())
    for (const [predicted, cost] of costs.entries())
      if (predicted !== actual && !(cost > costs[actual]!))
        refuse(
          pipeline,
          pointerOf(root, classes[actual]!),
          `to answer ${JSON.stringify(classes[predicted])} where it is ${JSON.stringify(classes[actual])} costs ${cost}, and the right answer ${costs[actual]!}.`,
          'Give the wrong answer a higher cost than the right one.',
        );
}

/** `false_positive` and `false_negative` of two classes. */
function ofTwo(
  pipeline: Costed,
  task: Extract<Task, { kind: 'binary' }>,
  written: NonNullable<Pipeline['evaluation']['costs']>,
): number[][] {
  const matrix = plainCosts(task.classes);
  const positive = task.classes.indexOf(task.positive);
  for (const [name, cost] of Object.entries(written)) {
    if (!names.has(name) || typeof cost !== 'number')
      refuse(
        pipeline,
        pointerOf(root, name),
        `expected false_positive and false_negative with a number each, got ${JSON.stringify(name)}.`,
        'Write {false_positive: 1, false_negative: 5}, or costs by class: {Yes: {No: 5}, No: {Yes: 1}}.',
      );
    const isAlarm = name === 'false_positive';
    matrix[isAlarm ? 1 - positive : positive]![isAlarm ? positive : 1 - positive] = cost;
  }
  return matrix;
}

/** Actual class → answered class → cost. */
function byClass(
  pipeline: Costed,
  classes: readonly string[],
  written: NonNullable<Pipeline['evaluation']['costs']>,
): number[][] {
  const match = classMatcher(classes);
  const codeOf = (name: string, pointer: string): number => {
    const matched = match(name);
    if (!isIssue(matched)) return matched.code;
    return refuse(
      pipeline,
      pointer,
      `${matched.issue} (label ${pipeline.label.column}).`,
      `Name classes of the label: ${classes.slice(0, 20).join(', ')}.`,
    );
  };
  const matrix = plainCosts(classes);
  for (const [actual, costs] of Object.entries(written)) {
    const pointer = pointerOf(root, actual);
    const own = matrix[codeOf(actual, pointer)]!;
    if (typeof costs === 'number')
      return refuse(
        pipeline,
        pointer,
        `expected what each answer costs where the class is ${JSON.stringify(actual)}, got ${costs}.`,
        `Write {${JSON.stringify(actual)}: {${JSON.stringify(classes.find((name) => name !== actual))}: ${costs}}}.`,
      );
    for (const [predicted, cost] of Object.entries(costs))
      own[codeOf(predicted, pointerOf(pointer, predicted))] = cost;
  }
  return matrix;
}

/**
 * The task with what its answers cost, by the pipeline; as it is where the pipeline states no costs. What is not named
 * costs 1, and nothing where it is right.
 *
 * @throws usage error `costs-unsuited` for a number as label, a class that the label does not have, and costs by which a
 * wrong answer is no worse than the right one.
 */
export function withCosts(pipeline: Costed, task: Task): Task {
  const { costs: written } = pipeline.evaluation;
  if (written === null) return task;
  if (task.kind === 'regression')
    return refuse(
      pipeline,
      root,
      `label ${pipeline.label.column} is a number, which has no wrong class.`,
      'Take evaluation.costs out, or set label.task to binary or multiclass.',
    );
  const isNamed = Object.keys(written).some((name) => names.has(name));
  const costs =
    task.kind === 'binary' && isNamed
      ? ofTwo(pipeline, task, written)
      : byClass(pipeline, task.classes, written);
  requireSense(pipeline, task.classes, costs);
  return { ...task, costs };
}
