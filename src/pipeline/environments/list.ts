import type { CodeReader } from '../code/readDocument.ts';
import { readPipelineDocument } from '../code/readDocument.ts';
import { displayPath } from '../loadText.ts';
import { overlaid, writtenEnvironments } from './apply.ts';
import type { PipelineEnvironment } from './environment.ts';

/** Every environment of a pipeline file, in its order, with what it sets otherwise. */
export async function listEnvironments(
  file: string,
  root: string,
  readCode: CodeReader,
): Promise<readonly PipelineEnvironment[]> {
  const { value } = await readPipelineDocument(file, displayPath(root, file), readCode);
  const written = writtenEnvironments(value);
  return [...written.environments.keys()].map((name) => overlaid(written, name).environment);
}
