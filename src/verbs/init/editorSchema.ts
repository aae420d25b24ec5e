import { stat } from 'node:fs/promises';
import { join } from 'node:path';

const installed = 'node_modules/aieng/dist/pipeline.schema.json';

/**
 * Where editors find the schema of pipeline files, as the first line of one says it: what the project has installed,
 * or else the published file of this version.
 */
export async function editorSchemaFor(root: string, version: string): Promise<string> {
  const found = await stat(join(root, installed)).catch(() => null);
  return found?.isFile() === true
    ? `../${installed}`
    : `https://unpkg.com/aieng@${version}/dist/pipeline.schema.json`;
}
