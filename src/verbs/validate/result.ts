import type { Finding } from '../../validation/finding.ts';

export interface ValidateResult {
  readonly rows: number;
  readonly findings: readonly Finding[];
  readonly comparedWith: string | null;
}
