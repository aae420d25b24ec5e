import type { Rejection } from '../../data/source.ts';

export interface PredictResult {
  readonly rows: number;
  readonly rejected: number;
  readonly rejections: readonly Rejection[];
  readonly output: string;
  /** With `--shard`: whether the part was made now, or was there already and was kept. */
  readonly shard?: { readonly index: number; readonly of: number; readonly state: 'made' | 'kept' };
  /** With `--merge`: what each part gave, by shard. */
  readonly merged?: readonly { readonly part: string; readonly rows: number; readonly rejected: number }[];
}
