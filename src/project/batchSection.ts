import { usageError } from '../errors.ts';
import type { BatchSection, Pipeline } from '../pipeline/pipeline.ts';

/**
 * The batch of a pipeline.
 *
 * @throws usage error (exit 2) where it names none
 */
export function batchOf({
  name,
  batch: { input, ...rest },
}: Pick<Pipeline, 'name' | 'batch'>): BatchSection & { readonly input: string } {
  if (input !== null) return { input, ...rest };
  throw usageError({
    code: 'batch-not-named',
    message: `The pipeline ${name} names no rows to predict: batch.input is null.`,
    hint: 'Add `batch:` to the pipeline file and below it `input: <file or folder>`; `output:` says where the answers go.',
  });
}
