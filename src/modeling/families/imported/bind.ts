import { usageError } from '../../../errors.ts';
import type { FittedColumn } from '../../../features/spec.ts';
import type { ForeignFormat } from '../../foreignFormats.ts';
import type { ModelFiles, Task } from '../../model.ts';
import { links } from '../ownFiles.ts';
import { requireFit } from './answers.ts';
import type { BoundForeign } from './files.ts';
import type { ImportedParameters } from './parameters.ts';
import { readForeign, recogniseFormat } from './read.ts';

/** By number where all are numbers, else by code unit: as scikit-learn sorts labels, whose order its models answer in. */
export function sortedClasses(classes: readonly string[]): readonly string[] {
  const numbers = classes.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  return numbers ? [...classes].sort((one, other) => Number(one) - Number(other)) : [...classes].sort();
}

/** The task's classes in the order of the model's outputs: as a person said it, as the file names them, else sorted. */
function classOrder(
  task: Task,
  asked: readonly string[],
  labels: readonly string[] | undefined,
): readonly string[] {
  if (task.kind === 'regression') return [];
  if (asked.length === 0) {
    const named =
      labels?.length === task.classes.length && task.classes.every((name) => labels.includes(name));
    return named ? labels : sortedClasses(task.classes);
  }
  if (asked.length === task.classes.length && task.classes.every((name) => asked.includes(name)))
    return asked;
  throw usageError({
    code: 'classes-do-not-fit',
    message: `model.imported.classes is ${asked.join(', ')}; the label has ${task.classes.join(', ')}.`,
    hint: 'Name each class of the label once, in the order of the model’s outputs.',
  });
}

/**
 * A model that was given, bound to prepared columns in the order of its inputs and to a task.
 *
 * @param format what it was recognised as; left out: found out
 * @param said what was said of it: the task's classes in the order of its outputs ([] = found out), and what its answer is
 * @throws a usage error where the file is refused, or answers something else
 */
export async function bindForeign(
  task: Task,
  given: ModelFiles,
  columns: readonly FittedColumn[],
  { classes, output }: Pick<ImportedParameters, 'classes' | 'output'>,
  format?: ForeignFormat,
): Promise<BoundForeign> {
  const [[name, bytes] = ['', new Uint8Array(0)]] = given;
  const known = format ?? recogniseFormat(name, bytes);
  const model = await readForeign(known, given, output);
  requireFit(model, task);
  return {
    model,
    background: null,
    binding: {
      version: 1,
      format: known,
      files: [...given.keys()],
      inputs: columns.map((prepared, column) => ({
        name: prepared.name,
        column,
        kind: prepared.kind === 'codes' ? 'codes' : 'number',
      })),
      link: links[task.kind],
      classes: [...classOrder(task, classes, model.labels)],
      ...(output === 'auto' ? {} : { output }),
      calibration: null,
    },
  };
}
