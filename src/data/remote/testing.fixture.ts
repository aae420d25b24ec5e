import { join } from 'node:path';
import { dialectOf } from '../dialect.ts';
import type { SourceAccess } from '../source.ts';
import type { RemoteSource } from './remoteSource.ts';

let made = 0;

/** An address as a source is asked, in a folder that takes what is fetched. */
export function remoteSource(
  root: string,
  path: string,
  access: Partial<SourceAccess> = {},
  batchRows = 1000,
): RemoteSource {
  return {
    path,
    displayPath: path,
    dialect: { ...dialectOf('-'), format: 'database' },
    declarable: true,
    batchRows,
    access: {
      table: null,
      query: null,
      cursor: null,
      endpoint: null,
      allowPrivate: true,
      maxBytes: 2 ** 30,
      timeoutMs: 30_000,
      root,
      variables: {},
      temporary: async () => join(root, `fetched-${made++}`),
      signal: new AbortController().signal,
      ...access,
    },
  };
}
