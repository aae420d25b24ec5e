import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const named = /^(.+)\.(?:ya?ml|json|pipeline\.ts)$/;

/**
 * Names of the pipelines of the project around a folder, by file name alone: a shell that completes a word wants an
 * answer at once, not a checked file. `[]` where there is no project.
 */
export async function pipelineNames(cwd: string, directory: string | undefined): Promise<readonly string[]> {
  for (let folder = resolve(cwd, directory ?? '.'); ; folder = dirname(folder)) {
    try {
      const files = await readdir(join(folder, 'pipelines'));
      return files
        .flatMap((file) => (file.endsWith('.schema.json') ? [] : [named.exec(file)?.[1]]))
        .filter((name) => name !== undefined)
        .sort();
    } catch {
      if (dirname(folder) === folder) return [];
    }
  }
}
