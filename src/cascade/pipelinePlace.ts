import { AiengError } from '../errors.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** The key that an error about the label is about; for the others it is the column. */
const keys: Readonly<Record<string, string>> = {
  'label-positive-unknown': 'positive',
  'label-not-a-number': 'task',
  'label-not-binary': 'task',
};

/** Where the pipeline file says what an error is about; the first that is written there. */
function pointersOf(code: string): readonly string[] {
  if (code === 'split-part-empty') return ['/split'];
  return code.startsWith('label-') ? [`/label/${keys[code] ?? 'column'}`, '/label'] : [];
}

/**
 * Does work that may find that label or split do not fit the data, and adds the place in the pipeline file that has to
 * be changed: the rooms that look at columns do not know the file.
 */
export async function placeInPipeline<Result>(
  pipeline: Pipeline,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AiengError) || error.at !== undefined) throw error;
    const pointers = pointersOf(error.code);
    if (pointers.length === 0) throw error;
    const { places, file } = pipeline;
    const place = pointers.map((pointer) => places[pointer]).find((known) => known !== undefined);
    const { code, message, hint, exitCode, cause } = error;
    throw new AiengError({ code, message, hint, exitCode, cause, at: { file, ...place } });
  }
}
