import type { Rejection } from '../../data/source.ts';

export interface IngestResult {
  readonly rows: number;
  readonly quarantined: number;
  readonly columns: number;
  /** The first few. */
  readonly rejections: readonly Rejection[];
  readonly quarantineFile: string | null;
  readonly unknownColumns: readonly string[];
  /** Set when no schema file was there and one was inferred. */
  readonly inferredSchema: string | null;
}
