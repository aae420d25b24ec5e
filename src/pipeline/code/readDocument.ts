import type { ParsedDocument } from '../document.ts';
import { parseTextFile, readTextFile } from '../loadText.ts';

/** What the default export of a pipeline in TypeScript is, as plain JSON. Compiling and running it is another room's work. */
export type CodeReader = (file: string) => Promise<unknown>;

/** Pipelines in TypeScript have a name of their own: other files may stand beside them. */
const codePipeline = /\.pipeline\.ts$/;

/** File names of pipelines: what stands before is the pipeline's name. */
export const pipelineFile = /\.(ya?ml|json|pipeline\.ts)$/;

/**
 * What a pipeline file says, whatever it is written in.
 *
 * @throws usage error `pipeline-invalid` with every syntax error and its place
 */
export async function readPipelineDocument(
  file: string,
  display: string,
  readCode?: CodeReader,
): Promise<ParsedDocument> {
  // What code computes stands nowhere in particular.
  if (readCode !== undefined && codePipeline.test(file))
    return { value: await readCode(file), values: {}, keys: {} };
  return parseTextFile(await readTextFile(file, display), display, 'pipeline-invalid');
}
