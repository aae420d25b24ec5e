import { join } from 'node:path';
import { isFile } from '../../disk/wholeFile.ts';

const installed = 'node_modules/aieng/dist/pipeline.schema.json';

/**
 * Where editors find the schema of pipeline files, as the first line of one says it: what the project has installed,
 * or else the published file of this version.
 */
export async function editorSchemaFor(root: string, version: string): Promise<string> {
  return (await isFile(join(root, installed)))
    ? `../${installed}`
    : `https://unpkg.com/aieng@${version}/dist/pipeline.schema.json`;
}
