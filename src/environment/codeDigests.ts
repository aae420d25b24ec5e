import { readFileSync } from 'node:fs';

/** What `codeDigest` says when the code was not built: the sources run as they are and may change at any time. */
export const sourceDigest = 'source';

/**
 * Digests of the built code by stage, from the file that the build writes beside the compiled folders. A stage that
 * the file does not name is as unknown as a file that is not there.
 */
export function codeDigestReader(file: URL): (stage: string) => string {
  let digests: ReadonlyMap<string, string> | undefined;
  return (stage) => {
    digests ??= readDigests(file);
    return digests.get(stage) ?? sourceDigest;
  };
}

function readDigests(file: URL): ReadonlyMap<string, string> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return new Map();
    return new Map(
      Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return new Map();
  }
}
