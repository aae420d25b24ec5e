import type { RowsFile, SourceAccess } from '../source.ts';

/** A source that is no local file, and how it is asked. */
export interface RemoteSource extends RowsFile {
  readonly access: SourceAccess;
}
