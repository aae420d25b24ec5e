import { AiengError } from '../errors.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** The key that an error about the label is about; for the others it is the column. */
const keys: Readonly<Record<string, string>> = {
  'label-positive-unknown': 'positive',
  'label-not-a-number': 'task',
  'label-not-binary': 'task',
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
    const place = places[`/label/${keys[error.code] ?? 'column'}`] ?? places['/label'];
    const { code, message, hint, exitCode, cause } = error;
    throw new AiengError({ code, message, hint, exitCode, cause, at: { file, ...place } });
  }
}
