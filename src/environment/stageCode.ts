import { existsSync, readFileSync } from 'node:fs';
import type { StageCode } from './environment.ts';

/** Code that was not built: the sources run as they are and may change at any time. */
const notBuilt: StageCode = { digest: 'source', libraries: {} };

/**
 * The built code by stage, and by family (`family gbdt`), from the file that the build writes beside the compiled
 * folders. What the file does not name is as unknown as a file that is not there.
 */
export function stageCodeReader(file: URL): (stage: string) => StageCode {
  let written: Readonly<Record<string, unknown>> | undefined;
  const known = new Map<string, StageCode>();
  return (stage) => {
    written ??= readObject(file);
    const code = known.get(stage) ?? parseCode(written[stage], file);
    known.set(stage, code);
    return code;
  };
}

function parseCode(written: unknown, file: URL): StageCode {
  if (!isObject(written) || typeof written.digest !== 'string' || !Array.isArray(written.packages))
    return notBuilt;
  const names = written.packages.filter((name) => typeof name === 'string');
  const libraries = Object.fromEntries(names.map((name) => [name, installedVersion(name, file)]));
  return { digest: written.digest, libraries };
}

/** The version of a package as Node would find it from there, or `absent`. */
function installedVersion(name: string, from: URL): string {
  for (let folder = new URL('.', from); ; folder = new URL('..', folder)) {
    const manifest = new URL(`node_modules/${name}/package.json`, folder);
    if (existsSync(manifest)) {
      const { version } = readObject(manifest);
      return typeof version === 'string' ? version : 'unknown';
    }
    if (folder.pathname === '/' || folder.href === new URL('..', folder).href) return 'absent';
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readObject(file: URL): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
