import { AiengError } from '../errors.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** Where the pipeline file says what an error about the label is about; the label as a whole for the others. */
const pointers: Readonly<Record<string, string>> = {
  'label-positive-unknown': '/label/positive',
  'label-not-a-number': '/label/task',
  'label-not-binary': '/label/task',
};

/**
 * Does work that may find that the label does not fit the data, and adds the place in the pipeline file that has to
 * be changed: the rooms that look at columns do not know the file.
 */
export function aboutLabel<Result>(pipeline: Pipeline, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AiengError) || error.at !== undefined || !error.code.startsWith('label-'))
      throw error;
    const { places, file } = pipeline;
    const place = places[pointers[error.code] ?? ''] ?? places['/label/column'] ?? places['/label'];
    const { code, message, hint, exitCode, cause } = error;
    throw new AiengError({ code, message, hint, exitCode, cause, at: { file, ...place } });
  }
}
